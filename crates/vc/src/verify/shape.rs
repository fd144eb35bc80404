//! Has it the shape of an Open Badge?
//!
//! The rules of [Open Badges 3.0 §B](https://www.imsglobal.org/spec/ob/v3p0#data-models) that matter to a reader:
//! required members, their types, identifiers. This is not the JSON schema; who has a schema validator adds its
//! verdict as a check of its own.

use alloc::format;
use alloc::string::{String, ToString};

use touchstone_canon::json::Value;

use crate::badge::is_iri;
use crate::credential::{Credential, items};
use crate::report::{Check, CheckKind, Detail, Fault, Outcome};

pub(super) fn check(credential: &Credential<'_>) -> Check {
    let (outcome, path) = match shape(credential.document()) {
        Ok(()) => (Outcome::Pass, String::new()),
        Err((fault, path)) => (Outcome::Fail(fault), path),
    };
    super::check(CheckKind::Schema, outcome, &path, Detail::None)
}

type Shape = Result<(), (Fault, String)>;

fn shape(document: &Value<'_>) -> Shape {
    let types = items(document, "type");
    let is = |name: &str| types.iter().any(|kind| kind.as_str() == Some(name));
    if !is("OpenBadgeCredential") && !is("AchievementCredential") {
        return Err((Fault::NotOpenBadge, "/type".to_string()));
    }
    // VC 2.0 §4.3: the base context comes first.
    let base = items(document, "@context").first().and_then(Value::as_str);
    if !base.is_some_and(|base| BASE_CONTEXTS.contains(&base)) {
        return Err((Fault::MemberMalformed, "/@context".to_string()));
    }
    iri(document, "", "id")?;
    let issuer = document
        .get("issuer")
        .ok_or_else(|| missing("", "issuer"))?;
    match issuer {
        Value::Object(_) => {
            iri(issuer, "/issuer", "id")?;
            typed(issuer, "/issuer", "Profile")?;
        }
        Value::String(id) if is_iri(id) => {}
        _ => return Err(malformed("", "issuer")),
    }
    if document.get("validFrom").is_none() && document.get("issuanceDate").is_none() {
        return Err(missing("", "validFrom"));
    }
    let subjects = items(document, "credentialSubject");
    if subjects.is_empty() {
        return Err(missing("", "credentialSubject"));
    }
    for (at, subject) in subjects.iter().enumerate() {
        let path = match subjects {
            [_] => "/credentialSubject".to_string(),
            _ => format!("/credentialSubject/{at}"),
        };
        self::subject(subject, &path)?;
    }
    for (at, entry) in items(document, "evidence").iter().enumerate() {
        typed(entry, &format!("/evidence/{at}"), "Evidence")?;
    }
    Ok(())
}

fn subject(subject: &Value<'_>, path: &str) -> Shape {
    typed(subject, path, "AchievementSubject")?;
    if subject.get("id").is_some() {
        iri(subject, path, "id")?;
    }
    for (at, identity) in items(subject, "identifier").iter().enumerate() {
        let path = format!("{path}/identifier/{at}");
        typed(identity, &path, "IdentityObject")?;
        string(identity, &path, "identityHash")?;
        if identity.get("hashed").and_then(Value::as_bool).is_none() {
            return Err(malformed(&path, "hashed"));
        }
    }
    if subject.get("id").is_none() && items(subject, "identifier").is_empty() {
        return Err(missing(path, "identifier"));
    }
    for (at, result) in items(subject, "result").iter().enumerate() {
        typed(result, &format!("{path}/result/{at}"), "Result")?;
    }
    let achievements = items(subject, "achievement");
    let [achievement] = achievements else {
        return Err(if achievements.is_empty() {
            missing(path, "achievement")
        } else {
            malformed(path, "achievement")
        });
    };
    let path = format!("{path}/achievement");
    iri(achievement, &path, "id")?;
    typed(achievement, &path, "Achievement")?;
    string(achievement, &path, "name")?;
    string(achievement, &path, "description")?;
    match achievement.get("criteria") {
        Some(Value::Object(_)) => Ok(()),
        Some(_) => Err(malformed(&path, "criteria")),
        None => Err(missing(&path, "criteria")),
    }
}

fn iri(value: &Value<'_>, path: &str, member: &str) -> Shape {
    match value.get(member) {
        None => Err(missing(path, member)),
        Some(id) if id.as_str().is_some_and(is_iri) => Ok(()),
        Some(_) => Err(malformed(path, member)),
    }
}

fn string(value: &Value<'_>, path: &str, member: &str) -> Shape {
    match value.get(member) {
        None => Err(missing(path, member)),
        Some(Value::String(_)) => Ok(()),
        Some(_) => Err(malformed(path, member)),
    }
}

fn typed(value: &Value<'_>, path: &str, name: &str) -> Shape {
    match value.get("type") {
        None => Err(missing(path, "type")),
        Some(kinds) if kinds.items().iter().any(|kind| kind.as_str() == Some(name)) => Ok(()),
        Some(_) => Err(malformed(path, "type")),
    }
}

fn missing(path: &str, member: &str) -> (Fault, String) {
    (Fault::MemberMissing, format!("{path}/{member}"))
}

fn malformed(path: &str, member: &str) -> (Fault, String) {
    (Fault::MemberMalformed, format!("{path}/{member}"))
}

const BASE_CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
];
