//! The same badge in the members of Open Badges 3.0, so that what reads those can show it.
//!
//! Nothing is added but names: what 2.0 does not say is left out. The result is no credential that anybody signed; it is
//! shown under the report of the assertion that it was made from.

use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

use super::Assertion;
use crate::credential::{items, text};
use crate::evidence::Evidence;

impl Assertion {
    /// The badge in the members of 3.0, as far as its documents were brought.
    #[must_use]
    pub fn as_credential(&self, evidence: &Evidence) -> Value<'static> {
        let badge = self.badge(evidence);
        let inside = || badge.as_ref()?.get("issuer").cloned();
        let issuer = self.issuer(evidence).or_else(inside);
        let empty = Value::Object(Object::new());
        let badge = badge.as_ref().unwrap_or(&empty);
        let issuer = issuer.as_ref().unwrap_or(&empty);
        let assertion = &self.document;
        let mut out = made_of(
            assertion,
            &[
                ("id", "id"),
                ("issuedOn", "validFrom"),
                ("issuedOn", "awardedDate"),
                ("expires", "validUntil"),
            ],
        );
        out.insert(
            "type",
            types(["VerifiableCredential", "OpenBadgeCredential"]),
        );
        if let Some(name) = text(badge, "name") {
            out.insert("name", name.to_string());
        }
        out.insert("issuer", profile(issuer));
        out.insert("credentialSubject", subject(assertion, badge));
        if let Some(pieces) = assertion.get("evidence") {
            out.insert("evidence", evidence_of(pieces));
        }
        picture(assertion, &mut out);
        Value::Object(out)
    }
}

fn profile(issuer: &Value<'static>) -> Value<'static> {
    let mut out = made_of(
        issuer,
        &[
            ("id", "id"),
            ("name", "name"),
            ("url", "url"),
            ("email", "email"),
            ("telephone", "phone"),
            ("description", "description"),
        ],
    );
    out.insert("type", types(["Profile"]));
    picture(issuer, &mut out);
    Value::Object(out)
}

fn subject(assertion: &Value<'static>, badge: &Value<'static>) -> Value<'static> {
    let mut out = made_of(assertion, &[("narrative", "narrative")]);
    out.insert("type", types(["AchievementSubject"]));
    if let Some(recipient) = assertion.get("recipient") {
        let mut identity = made_of(
            recipient,
            &[
                ("identity", "identityHash"),
                ("hashed", "hashed"),
                ("salt", "salt"),
            ],
        );
        let kind = match text(recipient, "type") {
            Some("email") => "emailAddress",
            Some("url" | "id") => "identifier",
            Some(_) | None => "ext:other",
        };
        identity.insert("type", "IdentityObject");
        identity.insert("identityType", kind);
        out.insert(
            "identifier",
            Value::Array(Vec::from([Value::Object(identity)])),
        );
    }
    let mut achievement = made_of(
        badge,
        &[
            ("id", "id"),
            ("name", "name"),
            ("description", "description"),
            ("alignment", "alignment"),
            ("tags", "tag"),
            ("version", "version"),
            ("@language", "inLanguage"),
        ],
    );
    achievement.insert("type", types(["Achievement"]));
    match badge.get("criteria") {
        Some(Value::String(page)) => {
            let mut criteria = Object::new();
            criteria.insert("id", Value::String(page.clone()));
            achievement.insert("criteria", Value::Object(criteria));
        }
        Some(criteria) => {
            achievement.insert("criteria", criteria.clone());
        }
        None => {}
    }
    picture(badge, &mut achievement);
    out.insert("achievement", Value::Object(achievement));
    Value::Object(out)
}

fn evidence_of(pieces: &Value<'static>) -> Value<'static> {
    let one = |piece: &Value<'static>| {
        let mut out = match piece {
            Value::String(address) => {
                let mut out = Object::new();
                out.insert("id", Value::String(address.clone()));
                out
            }
            described => made_of(
                described,
                &[
                    ("id", "id"),
                    ("name", "name"),
                    ("description", "description"),
                    ("narrative", "narrative"),
                    ("genre", "genre"),
                    ("audience", "audience"),
                ],
            ),
        };
        out.insert("type", types(["Evidence"]));
        Value::Object(out)
    };
    pieces.items().iter().map(one).collect()
}

/// A picture is an address in 2.0, or an object with one.
fn picture(from: &Value<'static>, to: &mut Object<'static>) {
    let Some(image) = items(from, "image").first() else {
        return;
    };
    let mut out = made_of(image, &[("id", "id"), ("caption", "caption")]);
    if let Some(address) = image.as_str() {
        out.insert("id", address.to_string());
    }
    out.insert("type", "Image");
    to.insert("image", Value::Object(out));
}

/// An object of these members of another, under their new names.
fn made_of(from: &Value<'static>, members: &[(&str, &'static str)]) -> Object<'static> {
    let mut out = Object::new();
    for (old, new) in members {
        if let Some(value) = from.get(old) {
            out.insert(*new, value.clone());
        }
    }
    out
}

fn types<const N: usize>(names: [&'static str; N]) -> Value<'static> {
    names.into_iter().map(Value::from).collect()
}
