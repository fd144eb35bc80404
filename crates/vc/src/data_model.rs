//! Is a document built as the W3C data model of credentials asks?
//!
//! [VC Data Model 2.0 §4 and §5](https://www.w3.org/TR/vc-data-model-2.0/#basic-concepts) and, for documents whose first
//! context says so, [1.1](https://www.w3.org/TR/vc-data-model-1.1/): what can be said from the document alone. Whether
//! every term means something is asked where it is turned into statements.

use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use crate::badge::is_iri;
use crate::credential::{items, text};
use crate::report::Fault;
use crate::schema::{Misfit, Rules};
use crate::time::Timestamp;

/// The first context of a document of version 2.0.
pub const BASE_2: &str = "https://www.w3.org/ns/credentials/v2";
/// The first context of a document of version 1.1.
pub const BASE_1: &str = "https://www.w3.org/2018/credentials/v1";

/// The version that a document is built by.
#[must_use]
pub fn version(document: &Value<'_>) -> Rules {
    let first = items(document, "@context").first();
    match first.and_then(Value::as_str) {
        Some(BASE_1) => Rules::DataModel1,
        _ => Rules::DataModel2,
    }
}

/// Holds a credential to the data model, with or without its proofs.
pub fn credential(document: &Value<'_>) -> Fits {
    base(document, "VerifiableCredential")?;
    let issuer = required(document, "issuer")?;
    identified(issuer, "issuer")?;
    texts(document)?;
    texts(issuer).map_err(|misfit| misfit.under("issuer"))?;
    dates(document)?;
    each(required(document, "credentialSubject")?, &|subject| {
        nonempty(subject)?;
        optional_id(subject)
    })
    .map_err(|misfit| misfit.under("credentialSubject"))?;
    for (member, needs) in TYPED {
        if let Some(value) = document.get(member) {
            each(value, &|one| {
                typed(one)?;
                match needs {
                    Id::Required => id(required(one, "id")?).map_err(|misfit| misfit.under("id")),
                    Id::Optional => optional_id(one),
                }
            })
            .map_err(|misfit| misfit.under(member))?;
        }
    }
    related(document)
}

/// Holds a presentation itself to the data model, and nothing that is in it: contexts and types. Its identifier decides nothing, and that of a
/// token of version 1.1 is often no address.
pub fn presentation_alone(document: &Value<'_>) -> Fits {
    contexts(document)?;
    types(document, "VerifiablePresentation")
}

/// Holds a presentation to the data model: itself, and the credentials in it.
///
/// A credential inside that carries no proof is its holder's own statement, so the holder must be named and be its issuer
/// ([§4.13.2](https://www.w3.org/TR/vc-data-model-2.0/#presentations-including-holder-claims)).
pub fn presentation(document: &Value<'_>) -> Fits {
    base(document, "VerifiablePresentation")?;
    let holder = document.get("holder");
    if let Some(holder) = holder {
        identified(holder, "holder")?;
    }
    let own = |inner: &Value<'_>| {
        let both = (holder.and_then(name), inner.get("issuer").and_then(name));
        matches!(both, (Some(holder), Some(issuer)) if holder == issuer)
    };
    let Some(inside) = document.get("verifiableCredential") else {
        return Ok(());
    };
    each(inside, &|inner| {
        if inner.as_str().is_some() && version(document) == Rules::DataModel1 {
            return Ok(()); // A token; version 2.0 has envelopes for them.
        }
        if has_type(inner, "EnvelopedVerifiableCredential") {
            return enveloped(inner);
        }
        credential(inner)?;
        if inner.get("proof").is_none() && !own(inner) {
            return Err(Misfit::at(Fault::MemberMalformed, "issuer"));
        }
        Ok(())
    })
    .map_err(|misfit| misfit.under("verifiableCredential"))
}

type Fits = Result<(), Misfit>;

/// Whether an object must say which one it is.
#[derive(Clone, Copy)]
enum Id {
    Required,
    Optional,
}

/// Members that hold one or several objects, each with a type.
const TYPED: [(&str, Id); 8] = [
    ("credentialStatus", Id::Optional),
    ("credentialSchema", Id::Required),
    ("refreshService", Id::Optional),
    ("termsOfUse", Id::Optional),
    ("evidence", Id::Optional),
    ("renderMethod", Id::Optional),
    ("confidenceMethod", Id::Optional),
    ("proof", Id::Optional),
];

/// Contexts, identifier and types.
fn base(document: &Value<'_>, kind: &str) -> Fits {
    contexts(document)?;
    optional_id(document)?;
    types(document, kind)
}

fn contexts(document: &Value<'_>) -> Fits {
    let contexts = required(document, "@context")?;
    for (at, context) in contexts.items().iter().enumerate() {
        let fits = match context {
            Value::String(url) if at == 0 => matches!(&**url, BASE_1 | BASE_2),
            Value::String(url) => is_iri(url),
            Value::Object(_) => at > 0,
            _ => false,
        };
        if !fits {
            return Err(item(contexts, at, Fault::MemberMalformed).under("@context"));
        }
    }
    if contexts.items().is_empty() {
        return Err(Misfit::at(Fault::MemberMalformed, "@context"));
    }
    Ok(())
}

fn types(document: &Value<'_>, kind: &str) -> Fits {
    typed(document)?;
    if has_type(document, kind) {
        Ok(())
    } else {
        Err(Misfit::at(Fault::MemberMalformed, "type"))
    }
}

/// `validFrom` and `validUntil`, or `issuanceDate` and `expirationDate`: times with a zone, in order.
fn dates(document: &Value<'_>) -> Fits {
    let old = version(document) == Rules::DataModel1;
    if old && document.get("issuanceDate").is_none() && document.get("validFrom").is_none() {
        return Err(Misfit::at(Fault::MemberMissing, "issuanceDate"));
    }
    let date = |member| match document.get(member) {
        None => Ok(None),
        Some(date) => date
            .as_str()
            .and_then(|date| moment(date, old))
            .map(Some)
            .ok_or(Misfit::at(Fault::MemberMalformed, member)),
    };
    for (start, end) in [
        ("validFrom", "validUntil"),
        ("issuanceDate", "expirationDate"),
    ] {
        if let (Some(from), Some(until)) = (date(start)?, date(end)?)
            && until < from
        {
            return Err(Misfit::at(Fault::MemberMalformed, end));
        }
    }
    Ok(())
}

/// Version 1.1 has times without a zone; they are read as UTC here, and not at all where validity is judged.
fn moment(date: &str, old: bool) -> Option<Timestamp> {
    let zoned = Timestamp::parse(date).ok();
    zoned.or_else(|| old.then(|| Timestamp::parse(&(date.to_string() + "Z")).ok())?)
}

/// `name` and `description`: a text, or texts that say their language.
fn texts(object: &Value<'_>) -> Fits {
    for member in ["name", "description"] {
        let Some(value) = object.get(member) else {
            continue;
        };
        let fits = |text: &Value<'_>| match text {
            Value::String(_) => true,
            Value::Object(parts) => {
                let part = |name| parts.get(name).map(Value::as_str);
                let known = |key| matches!(key, "@value" | "@language" | "@direction");
                parts.keys().all(known)
                    && matches!(part("@value"), Some(Some(_)))
                    && part("@language").is_none_or(|language| language.is_some())
                    && part("@direction").is_none_or(|to| matches!(to, Some("ltr" | "rtl")))
            }
            _ => false,
        };
        let Some(at) = value.items().iter().position(|text| !fits(text)) else {
            continue;
        };
        return Err(item(value, at, Fault::MemberMalformed).under(member));
    }
    Ok(())
}

/// §5.3: what is related has an address, once, and a digest.
fn related(document: &Value<'_>) -> Fits {
    let Some(value) = document.get("relatedResource") else {
        return Ok(());
    };
    let ids = value.items().iter().filter_map(|one| text(one, "id"));
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    let mut pairs = ids.windows(2);
    let twice = pairs.find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    for (at, one) in value.items().iter().enumerate() {
        related_one(one).map_err(|misfit| within(value, at, misfit).under("relatedResource"))?;
    }
    if let Some(twice) = twice {
        let mut places = value.items().iter();
        let last = places.rposition(|one| text(one, "id") == Some(twice));
        let misfit = Misfit::at(Fault::MemberMalformed, "id");
        return Err(within(value, last.unwrap_or_default(), misfit).under("relatedResource"));
    }
    Ok(())
}

fn related_one(one: &Value<'_>) -> Fits {
    let stated = required(one, "id")?;
    id(stated).map_err(|misfit| misfit.under("id"))?;
    if !crate::digest::binds(one) {
        return Err(Misfit::at(Fault::MemberMissing, "digestSRI"));
    }
    for member in ["digestSRI", "digestMultibase", "mediaType"] {
        if let Some(value) = one.get(member)
            && !value.items().iter().all(|text| text.as_str().is_some())
        {
            return Err(Misfit::at(Fault::MemberMalformed, member));
        }
    }
    Ok(())
}

/// A credential in an envelope: the token stands in a `data:` URL.
fn enveloped(inner: &Value<'_>) -> Fits {
    required(inner, "@context")?;
    match required(inner, "id")?.as_str() {
        Some(url) if url.starts_with("data:") => Ok(()),
        _ => Err(Misfit::at(Fault::MemberMalformed, "id")),
    }
}

/// A URL, or an object whose `id` is one.
fn identified(value: &Value<'_>, member: &str) -> Fits {
    let inner = match value {
        Value::Object(_) => {
            required(value, "id").and_then(|stated| id(stated).map_err(|misfit| misfit.under("id")))
        }
        _ => id(value),
    };
    inner.map_err(|misfit| misfit.under(member))
}

fn optional_id(object: &Value<'_>) -> Fits {
    object.get("id").map_or(Ok(()), |stated| {
        id(stated).map_err(|misfit| misfit.under("id"))
    })
}

/// Exactly one URL.
fn id(value: &Value<'_>) -> Fits {
    if value.as_str().is_some_and(is_iri) {
        Ok(())
    } else {
        Err(Misfit::here(Fault::MemberMalformed))
    }
}

/// At least one type, and every type a text.
fn typed(object: &Value<'_>) -> Fits {
    if object.as_object().is_none() {
        return Err(Misfit::here(Fault::MemberMalformed));
    }
    let kinds = required(object, "type")?;
    let named = |kind: &Value<'_>| kind.as_str().is_some_and(|kind| !kind.is_empty());
    match kinds.items().iter().position(|kind| !named(kind)) {
        Some(at) => Err(item(kinds, at, Fault::MemberMalformed).under("type")),
        None if kinds.items().is_empty() => Err(Misfit::at(Fault::MemberMalformed, "type")),
        None => Ok(()),
    }
}

fn nonempty(subject: &Value<'_>) -> Fits {
    match subject.as_object() {
        Some(object) if !object.is_empty() => Ok(()),
        _ => Err(Misfit::here(Fault::MemberMalformed)),
    }
}

/// One or several: at least one, and each as `fits` says.
fn each(value: &Value<'_>, fits: &dyn Fn(&Value<'_>) -> Fits) -> Fits {
    if value.items().is_empty() {
        return Err(Misfit::here(Fault::MemberMalformed));
    }
    for (at, one) in value.items().iter().enumerate() {
        fits(one).map_err(|misfit| within(value, at, misfit))?;
    }
    Ok(())
}

fn required<'v, 'a>(object: &'v Value<'a>, member: &str) -> Result<&'v Value<'a>, Misfit> {
    object
        .get(member)
        .ok_or_else(|| Misfit::at(Fault::MemberMissing, member))
}

fn item(set: &Value<'_>, at: usize, fault: Fault) -> Misfit {
    within(set, at, Misfit::here(fault))
}

/// A place in a set: its number, unless the set is written as its only item.
fn within(set: &Value<'_>, at: usize, misfit: Misfit) -> Misfit {
    match set {
        Value::Array(_) => misfit.under(&at.to_string()),
        _ => misfit,
    }
}

fn has_type(object: &Value<'_>, name: &str) -> bool {
    items(object, "type")
        .iter()
        .any(|kind| kind.as_str() == Some(name))
}

/// The identifier of an issuer or holder.
fn name<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.as_str().or_else(|| value.get("id")?.as_str())
}
