//! Is it built as credentials, and as Open Badges, are built?
//!
//! First the W3C data model, then the schema of what the document says that it is, then every other schema that it names in
//! `credentialSchema`. A schema that is not known by its address is *unknown*: none is fetched. What no signature
//! covers, the proofs, is not held to anything here.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::MAX_SCHEMAS;
use crate::badge::is_iri;
use crate::credential::{Credential, items, numbered, text};
use crate::data_model;
use crate::report::{Check, CheckKind, Detail, Fault, Outcome, SchemaDetail};
use crate::schema::{self, Misfit, Rules};

pub(super) fn checks(credential: &Credential<'_>) -> Vec<Check> {
    let document = credential.document();
    let model = data_model::credential(document);
    let mut checks = Vec::from([judged(Some(data_model::version(document)), None, model)]);
    let kind = Rules::of(document);
    let mut named = named(document);
    if named.len() > MAX_SCHEMAS {
        named.truncate(MAX_SCHEMAS);
        let unread = Outcome::Unknown(Fault::TooComplex);
        checks.push(check(unread, "/credentialSchema", None, None));
    }
    match kind {
        None => {
            let misfit = Misfit::at(Fault::NotOpenBadge, "type");
            checks.push(judged(None, None, Err(misfit)));
        }
        Some(rules) => {
            let names_it = |(_, entry): &&(String, &Value<'_>)| rules_of(entry) == Some(rules);
            let schema = named.iter().find(names_it);
            let schema = schema.and_then(|(_, entry)| text(entry, "id"));
            let fits = schema::check(document, rules).and_then(|()| sensible(document, rules));
            checks.push(judged(kind, schema, fits));
        }
    }
    for (path, entry) in named {
        let schema = text(entry, "id");
        match rules_of(entry) {
            Some(rules) if Some(rules) == kind => {}
            Some(rules) => checks.push(judged(Some(rules), schema, schema::check(document, rules))),
            None => checks.push(check(
                Outcome::Unknown(Fault::SchemaUnknown),
                &path,
                None,
                schema,
            )),
        }
    }
    checks
}

/// Is it built as presentations are built? Each credential in it is asked by itself.
pub(super) fn of_presentation(document: &Value<'_>) -> Check {
    let model = data_model::presentation_alone(document);
    judged(Some(data_model::version(document)), None, model)
}

/// The entries of `credentialSchema`.
fn named<'v, 'a>(document: &'v Value<'a>) -> Vec<(String, &'v Value<'a>)> {
    let member = document.get("credentialSchema");
    member.map_or_else(Vec::new, |member| numbered(member, "/credentialSchema"))
}

/// What an entry asks for, if its kind and its address are known.
fn rules_of(entry: &Value<'_>) -> Option<Rules> {
    // Each also as the IRI that it stands for, which is the same statement.
    let kinds = [
        "1EdTechJsonSchemaValidator2019",
        "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019",
        "JsonSchema",
        "https://www.w3.org/2018/credentials#JsonSchema",
    ];
    let known = |kind: &Value<'_>| kind.as_str().is_some_and(|kind| kinds.contains(&kind));
    let is_schema = items(entry, "type").iter().any(known);
    Rules::published(text(entry, "id").filter(|_| is_schema)?)
}

/// What the schema says in words only: identifiers are URLs, and somebody is meant.
fn sensible(document: &Value<'_>, rules: Rules) -> Result<(), Misfit> {
    if !document
        .get("id")
        .and_then(Value::as_str)
        .is_some_and(is_iri)
    {
        return Err(Misfit::at(Fault::MemberMalformed, "id"));
    }
    let Some(subject) = document
        .get("credentialSubject")
        .filter(|_| rules == Rules::OpenBadge)
    else {
        return Ok(());
    };
    let nobody = subject.get("id").is_none() && items(subject, "identifier").is_empty();
    let within = if nobody {
        Err(Misfit::at(Fault::MemberMissing, "identifier"))
    } else {
        let id = subject.get("achievement").and_then(|what| text(what, "id"));
        match id {
            Some(id) if is_iri(id) => Ok(()),
            _ => Err(Misfit::at(Fault::MemberMalformed, "id").under("achievement")),
        }
    };
    within.map_err(|misfit| misfit.under("credentialSubject"))
}

fn judged(rules: Option<Rules>, schema: Option<&str>, fits: Result<(), Misfit>) -> Check {
    match fits {
        Ok(()) => check(Outcome::Pass, "", rules, schema),
        Err(misfit) => check(Outcome::Fail(misfit.fault), &misfit.path, rules, schema),
    }
}

fn check(outcome: Outcome, path: &str, rules: Option<Rules>, schema: Option<&str>) -> Check {
    let schema = schema.map(ToString::to_string);
    super::check(
        CheckKind::Schema,
        outcome,
        path,
        Detail::Schema(SchemaDetail { rules, schema }),
    )
}
