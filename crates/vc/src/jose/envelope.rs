//! What a token says around the document it carries.
//!
//! Two profiles:
//!
//! - [VC-JOSE-COSE §3.1](https://www.w3.org/TR/vc-jose-cose/#with-jose): `typ` is `vc+jwt` or `vp+jwt`, the payload is the document
//!   itself, `exp` and `nbf` are about the signature.
//! - [Open Badges 3.0 §8.2](https://www.imsglobal.org/spec/ob/v3p0#jwt-proof): `typ` is `JWT` or missing, `iss`, `jti`, `nbf` and
//!   `sub` are required and say again what the credential says. The credential is the payload, or, as in version 1.1 of the
//!   data model, its member `vc` (`vp`), which the claims complete
//!   ([VC 1.1 §6.3.1](https://www.w3.org/TR/vc-data-model-1.1/#jwt-decoding)).
//!
//! **Invariant:** a claim and the member that says the same never differ in a token that holds.

use alloc::string::{String, ToString};

use touchstone_canon::json::{Object, Value};

use super::{Token, media_type};
use crate::credential::{items, text};
use crate::did::controller_of;
use crate::proof::Refusal;
use crate::report::Fault;
use crate::time::{CLOCK_SKEW_MS, Timestamp};

/// A token and what it says beside its document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Envelope<'t> {
    pub(crate) token: Token<'t>,
    profile: Profile,
    claims: Object<'t>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Profile {
    VcJose,
    OpenBadges,
}

/// What kind of document a token should carry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Credential,
    Presentation,
}

impl<'t> Envelope<'t> {
    /// Takes the document out of a token.
    pub(crate) fn open(mut token: Token<'t>) -> (Value<'t>, Self) {
        let named = token.header("typ").map(media_type);
        let profile = match named.as_deref() {
            Some("vc+jwt" | "vp+jwt" | "vc-ld+jwt" | "vp-ld+jwt") => Profile::VcJose,
            _ => Profile::OpenBadges,
        };
        let mut payload = match core::mem::take(&mut token.payload) {
            Value::Object(object) => object,
            _ => Object::new(),
        };
        let inside = ["vc", "vp"].into_iter().find(|name| {
            profile == Profile::OpenBadges
                && payload
                    .get(name)
                    .is_some_and(|value| value.as_object().is_some())
        });
        let mut claims = Object::new();
        for name in CLAIMS {
            if let Some(value) = payload.remove(name) {
                claims.insert(name, value);
            }
        }
        let document = match inside.and_then(|name| payload.remove(name)) {
            Some(Value::Object(document)) => completed(document, &claims),
            _ => payload.into(),
        };
        let envelope = Self {
            token,
            profile,
            claims,
        };
        (document, envelope)
    }

    /// A claim that is a text.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Whether the token has this claim.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.claims.contains_key(name)
    }

    /// Whether `aud` names this audience, alone or among others.
    pub(crate) fn is_for(&self, audience: &str) -> bool {
        let named = self.claims.get("aud").map_or(&[][..], Value::items);
        named.iter().any(|one| one.as_str() == Some(audience))
    }

    /// When it was signed, as the signer says.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        self.date("iat").or_else(|| self.date("nbf"))
    }

    /// The address of a JSON Web Key, which is what Open Badges has in `kid`: one that is not in the document of `party` itself. Nobody is
    /// asked by plain HTTP.
    pub(crate) fn key_address(&self, party: Option<&str>) -> Option<&str> {
        let kid = self.token.header("kid")?;
        let known = self.profile == Profile::OpenBadges && kid.starts_with("https://");
        (known && party != Some(controller_of(kid))).then_some(kid)
    }

    /// A claim that Open Badges requires and this token lacks.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let required = ["iss", "jti", "nbf", "sub"];
        (self.profile == Profile::OpenBadges)
            .then(|| {
                required
                    .into_iter()
                    .find(|name| self.claims.get(name).is_none())
            })
            .flatten()
    }

    /// Whether the token is one of its kind, says nothing else than the document, and is within its dates.
    pub(crate) fn holds(
        &self,
        kind: Kind,
        document: &Value<'_>,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let (types, contents): (&[&str], &[&str]) = match (self.profile, kind) {
            (Profile::VcJose, Kind::Credential) => (&["vc+jwt", "vc-ld+jwt"], &["vc"]),
            (Profile::VcJose, Kind::Presentation) => (&["vp+jwt", "vp-ld+jwt"], &["vp"]),
            (Profile::OpenBadges, _) => (&["jwt"], &[]),
        };
        let named = |name: &str| self.token.header(name).map(media_type);
        let of = |name: &str, known: &[&str]| {
            named(name).is_none_or(|name| known.contains(&name.as_str()))
        };
        // RFC 8725 §3.11: a token that was made for something else says so in its type.
        if !of("typ", types) || !(contents.is_empty() || of("cty", contents)) {
            return Err(Refusal::Fail(Fault::PurposeWrong));
        }
        if self.contradicts(kind, document) {
            return Err(Refusal::Fail(Fault::ClaimsMismatch));
        }
        self.in_time(document, at)
    }

    fn contradicts(&self, kind: Kind, document: &Value<'_>) -> bool {
        let other = |claim: &str, stated: Option<&str>| match self.claims.get(claim) {
            None => false,
            Some(claimed) => stated.is_some_and(|stated| claimed.as_str() != Some(stated)),
        };
        let party = match kind {
            Kind::Credential => "issuer",
            Kind::Presentation => "holder",
        };
        // VC-JOSE-COSE §3.3.2: a credential is not wrapped once more.
        let wrapper = ["vc", "vp"].iter().any(|name| document.get(name).is_some());
        (wrapper && self.profile == Profile::VcJose)
            || other("iss", id_of(document, party))
            || other("jti", text(document, "id"))
            || (kind == Kind::Credential && other("sub", id_of(document, "credentialSubject")))
    }

    fn in_time(&self, document: &Value<'_>, at: Timestamp) -> Result<(), Refusal> {
        for name in ["exp", "nbf"] {
            if self.claims.get(name).is_some() && self.date(name).is_none() {
                return Err(Refusal::Fail(Fault::ProofMalformed));
            }
        }
        let stated = |names: [&str; 2]| {
            let dates = names.map(|name| text(document, name));
            let dates = dates.into_iter().flatten();
            dates
                .filter_map(|date| Timestamp::parse(date).ok())
                .map(Timestamp::whole_seconds)
        };
        if self.profile == Profile::OpenBadges {
            for (claim, names) in [
                ("nbf", ["issuanceDate", "validFrom"]),
                ("exp", ["expirationDate", "validUntil"]),
            ] {
                let mut dates = stated(names).peekable();
                if let Some(claimed) = self.date(claim)
                    && dates.peek().is_some()
                    && !dates.any(|date| date == claimed.whole_seconds())
                {
                    return Err(Refusal::Fail(Fault::ClaimsMismatch));
                }
            }
        }
        if self.date("exp").is_some_and(|end| end <= at) {
            return Err(Refusal::Fail(Fault::ProofExpired));
        }
        // A credential that has not begun is told by its own dates.
        let begins = self
            .date("nbf")
            .filter(|_| stated(["validFrom", "issuanceDate"]).next().is_none());
        if begins.is_some_and(|start| start > at.plus_millis(CLOCK_SKEW_MS)) {
            return Err(Refusal::Unknown(Fault::ProofFromFuture));
        }
        Ok(())
    }

    /// A claim that is a NumericDate (RFC 7519 §2).
    fn date(&self, name: &str) -> Option<Timestamp> {
        let seconds = self.claims.get(name)?.as_f64()?;
        (0.0..=LAST_SECOND)
            .contains(&seconds)
            .then(|| Timestamp::from_unix_millis((seconds * 1000.0) as i64))
    }
}

/// The claims of a badge as Open Badges has it, or the member that is missing for one of them, or is nothing that a claim can say.
pub(super) fn claims(
    badge: &Value<'_>,
) -> Result<[(&'static str, Value<'static>); 5], &'static str> {
    let of = |value: Option<&str>, path| value.map(|text| text.to_string().into()).ok_or(path);
    // A date that no claim can say is not left out: whoever reads the token would miss it.
    let seconds = |names: [&str; 2], path| -> Result<Option<Value<'static>>, &'static str> {
        let Some(stated) = names.into_iter().find_map(|name| badge.get(name)) else {
            return Ok(None);
        };
        let date = stated.as_str().and_then(|date| Timestamp::parse(date).ok());
        let seconds = date.map(|date| date.whole_seconds().unix_millis() / 1000);
        let known = seconds.filter(|seconds| (0..=LAST_SECOND as i64).contains(seconds));
        known.map(|seconds| Some(seconds.into())).ok_or(path)
    };
    Ok([
        ("iss", of(id_of(badge, "issuer"), "/issuer/id")?),
        ("jti", of(text(badge, "id"), "/id")?),
        (
            "nbf",
            seconds(["validFrom", "issuanceDate"], "/validFrom")?.ok_or("/validFrom")?,
        ),
        (
            "sub",
            of(id_of(badge, "credentialSubject"), "/credentialSubject/id")?,
        ),
        (
            "exp",
            seconds(["validUntil", "expirationDate"], "/validUntil")?.unwrap_or_default(),
        ),
    ])
}

/// The identifier of the one party that a member names, by itself or in an object.
fn id_of<'v>(document: &'v Value<'_>, member: &str) -> Option<&'v str> {
    match items(document, member) {
        [Value::String(id)] => Some(id.as_ref()),
        [one] => text(one, "id"),
        _ => None,
    }
}

/// What a wrapped document left to the claims (VC 1.1 §6.3.1).
fn completed<'t>(mut document: Object<'t>, claims: &Object<'t>) -> Value<'t> {
    let claim = |name: &str| {
        claims
            .get(name)
            .and_then(Value::as_str)
            .map(ToString::to_string)
    };
    let date = |name: &str| -> Option<String> {
        let seconds = claims.get(name)?.as_i64()?;
        let known = (0..=LAST_SECOND as i64).contains(&seconds);
        known.then(|| Timestamp::from_unix_seconds(seconds).to_string())
    };
    let version_1 = document.get("@context").is_some_and(|contexts| {
        let contexts = contexts.items();
        contexts
            .iter()
            .any(|one| one.as_str() == Some("https://www.w3.org/2018/credentials/v1"))
    });
    let (from, until) = match version_1 {
        true => ("issuanceDate", "expirationDate"),
        false => ("validFrom", "validUntil"),
    };
    let presentation = document.contains_key("verifiableCredential");
    let additions = match presentation {
        true => [
            ("id", claim("jti")),
            ("holder", claim("iss")),
            ("", None),
            ("", None),
        ],
        false => [
            ("id", claim("jti")),
            ("issuer", claim("iss")),
            (from, date("nbf")),
            (until, date("exp")),
        ],
    };
    for (member, value) in additions {
        if let Some(value) = value
            && !document.contains_key(member)
        {
            document.insert(member, value);
        }
    }
    if let (Some(subject), Some(Value::Object(about))) =
        (claim("sub"), document.get_mut("credentialSubject"))
        && !about.contains_key("id")
    {
        about.insert("id", subject);
    }
    document.into()
}

/// Claims of tokens (RFC 7519 §4.1, RFC 7800, OpenID). Taken out of the payload, they are no part of the document.
pub(super) const CLAIMS: [&str; 9] = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce",
];
/// The end of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;
