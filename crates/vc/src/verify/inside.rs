//! Credentials within the credential: endorsements, and the parts of a learner record.
//!
//! [Open Badges 3.0 §B.1.3](https://www.imsglobal.org/spec/ob/v3p0#endorsementcredential),
//! [CLR 2.0](https://www.imsglobal.org/spec/clr/v2p0). Each is somebody's own statement with a proof of its own, so each is
//! judged by itself, from the same evidence, and its verdict is told beside that of the whole: neither changes the
//! other.
//!
//! **Limits:** [`MAX_INSIDE`] of them in a document, on all levels, and [`MAX_DEPTH`] levels of them; none whose place has a longer name than
//! [`MAX_PLACE`]. How many were left out is told.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::{Value, pointer_token};

use super::{World, check, judge};
use crate::credential::{Credential, items, text};
use crate::evidence::{Resource, Trust};
use crate::report::{CheckKind, Detail, Fault, Inside, Outcome, ProofDetail, Report, Role};
use crate::view;

/// The most credentials that are looked at within one, on all levels together.
pub const MAX_INSIDE: usize = 64;
/// How deep credentials may stand in each other.
pub const MAX_DEPTH: usize = 3;
/// The longest name of a place, in bytes: it is written for each credential that is looked at.
const MAX_PLACE: usize = 4096;
/// The most documents that are asked for on behalf of credentials inside.
const MAX_RESOURCES: usize = 32;

/// A place where a credential stands in another.
struct Found<'v, 'a> {
    path: String,
    role: Role,
    /// The credential, or its signed form as a text.
    value: &'v Value<'a>,
    /// What it should be about.
    about: Option<&'v str>,
}

/// Judges what stands inside; the second value says how many were left out.
pub(super) fn judged(
    credential: &Credential<'_>,
    world: &World<'_>,
    trust: &Trust,
    depth: usize,
) -> (Vec<Inside>, usize) {
    let All { found, count, .. } = All::of(credential.document());
    let looked_at = match depth < MAX_DEPTH {
        true => world.inside(found.len()),
        false => 0,
    };
    let judged = found[..looked_at]
        .iter()
        .map(|found| one(found, world, trust, depth + 1));
    (judged.collect(), count - looked_at)
}

/// What judging the credentials inside takes.
pub(super) fn required(credential: &Credential<'_>, depth: usize) -> Vec<Resource> {
    let mut resources = Vec::new();
    if depth >= MAX_DEPTH {
        return resources;
    }
    for found in All::of(credential.document()).found {
        let Some(inner) = found.read() else { continue };
        for resource in super::required_at(&inner, depth + 1) {
            if resource.decides() && !resources.contains(&resource) {
                resources.push(resource);
            }
        }
    }
    resources.truncate(MAX_RESOURCES);
    resources
}

impl<'v> Found<'v, '_> {
    fn read(&self) -> Option<Credential<'v>> {
        match self.value {
            Value::String(signed) => Credential::parse(signed.as_bytes()).ok(),
            value => Credential::from_value(borrowed(value)).ok(),
        }
    }
}

fn one(found: &Found<'_, '_>, world: &World<'_>, trust: &Trust, depth: usize) -> Inside {
    let Some(inner) = found.read() else {
        return Inside {
            path: found.path.clone(),
            role: found.role,
            id: None,
            name: None,
            issuer: None,
            comment: None,
            about_this: None,
            report: unread(world),
        };
    };
    let issuer = view::issuer(inner.document());
    let subject = items(inner.document(), "credentialSubject").first();
    let told = |text: Option<&str>| text.map(ToString::to_string);
    let subject_id = subject.and_then(|subject| text(subject, "id"));
    Inside {
        path: found.path.clone(),
        role: found.role,
        id: told(inner.id()),
        name: told(view::title(inner.document())),
        issuer: told(issuer.name.or(issuer.id)),
        comment: told(subject.and_then(|subject| text(subject, "endorsementComment"))),
        about_this: match found.role {
            Role::Endorsement => Some(found.about.is_some() && found.about == subject_id),
            Role::Part => None,
        },
        report: judge(&inner, world, trust, depth),
    }
}

/// Of what cannot be read as a credential nothing is known.
fn unread(world: &World<'_>) -> Report {
    let outcome = Outcome::Unknown(Fault::SuiteUnsupported);
    let detail = Detail::Proof(ProofDetail::default());
    Report {
        at: world.at,
        checks: Vec::from([check(CheckKind::Proof, outcome, "", detail)]),
        not_offered: Vec::new(),
        inside: Vec::new(),
        inside_left_out: 0,
    }
}

fn role(member: &str) -> Option<Role> {
    match member {
        "endorsement" | "endorsementJwt" => Some(Role::Endorsement),
        "verifiableCredential" => Some(Role::Part),
        _ => None,
    }
}

fn mentions(value: &Value<'_>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(mentions),
        Value::Object(object) => {
            let mut members = object.iter();
            members.any(|(name, inner)| role(name).is_some() || mentions(inner))
        }
        _ => false,
    }
}

/// The credentials that stand in a document.
#[derive(Default)]
struct All<'v, 'a> {
    /// Those that may be looked at, [`MAX_INSIDE`] at most.
    found: Vec<Found<'v, 'a>>,
    /// How many there are.
    count: usize,
    /// Where the walk is. Each name is written once on the way down, however much stands below it.
    place: String,
}

impl<'v, 'a> All<'v, 'a> {
    fn of(document: &'v Value<'a>) -> Self {
        let mut all = Self::default();
        // Most documents have none, and are not walked with their places for nothing.
        if mentions(document) {
            all.walk(document);
        }
        all
    }

    fn walk(&mut self, value: &'v Value<'a>) {
        let above = self.place.len();
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if matches!(item, Value::Array(_) | Value::Object(_)) {
                        self.place += &format!("/{at}");
                        self.walk(item);
                        self.place.truncate(above);
                    }
                }
            }
            Value::Object(object) => {
                for (name, inner) in object.iter() {
                    let role = role(name);
                    let deeper = matches!(inner, Value::Array(_) | Value::Object(_));
                    if matches!(name, "@context" | "proof") || role.is_none() && !deeper {
                        continue;
                    }
                    self.place += "/";
                    self.place += &pointer_token(name);
                    match role {
                        Some(role) => {
                            let about = object.get("id").and_then(Value::as_str);
                            self.take(inner, role, about);
                        }
                        None => self.walk(inner),
                    }
                    self.place.truncate(above);
                }
            }
            _ => {}
        }
    }

    /// Takes what stands in the member where the walk is.
    fn take(&mut self, member: &'v Value<'a>, role: Role, about: Option<&'v str>) {
        for (at, value) in member.items().iter().enumerate() {
            self.count += 1;
            if self.found.len() == MAX_INSIDE || self.place.len() > MAX_PLACE {
                continue;
            }
            self.found.push(Found {
                path: match member {
                    Value::Array(_) => format!("{}/{at}", self.place),
                    _ => self.place.clone(),
                },
                role,
                value,
                about,
            });
        }
    }
}

/// The same value, borrowing its texts.
fn borrowed<'v>(value: &'v Value<'_>) -> Value<'v> {
    match value {
        Value::Null => Value::Null,
        Value::Bool(truth) => Value::Bool(*truth),
        Value::Number(number) => Value::Number(*number),
        Value::String(text) => Value::from(&**text),
        Value::Array(items) => items.iter().map(borrowed).collect(),
        Value::Object(object) => {
            let mut copy = touchstone_canon::json::Object::new();
            for (name, value) in object.iter() {
                copy.insert(name, borrowed(value));
            }
            Value::Object(copy)
        }
    }
}
