//! Registers that others keep, as documents: reading them, and writing our own.
//!
//! Two forms are read (`docs/formats/registry.md`):
//!
//! - **list**: `{"name"?, "issuers": [{"id", "name"?, "removedOn"?, "validUntil"?, "via"?, "markedVia"?, "chain"?,
//!   "trustMark"?}]}`, ours, for files that
//!   somebody writes by hand, and for what was found in a federation;
//! - **registry**: `{"meta": {"created", "updated"}, "registry": {ID: {"name", "location", "url"}}}`, the one that the
//!   [Digital Credentials Consortium](https://github.com/digitalcredentials/issuer-registry) publishes and its verifiers read. Ours is
//!   written so.
//!
//! **Invariant:** who is listed is listed by identifier. Names are for people and decide nothing.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::{JsonError, JsonLimits, Object, Value};

use crate::badge::is_iri;
use crate::evidence::Listing;
use crate::federation::{Link, Mark};
use crate::time::Timestamp;
use crate::write::Members;

/// The largest document that is read: 4 MiB.
pub const MAX_BYTES: usize = 4 << 20;
/// The most issuers that one register lists.
pub const MAX_ISSUERS: usize = 20_000;

/// A register as it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registry {
    /// In which form it came.
    pub form: Form,
    /// What it calls itself.
    pub name: Option<String>,
    /// Issuers by identifier.
    pub issuers: BTreeMap<String, Entry>,
}

/// One issuer, as a register lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// What the register says of it.
    pub listing: Listing,
    /// Until when that stands; without end if absent.
    pub valid_until: Option<Timestamp>,
    /// Of an entity of a federation: its superiors, its own first.
    pub via: Vec<String>,
    /// Of one that counts by a trust mark: who gave it, and the superiors of those.
    pub marked_via: Vec<String>,
    /// Of an entity of a federation: the whole way up to the trust anchor.
    pub chain: Vec<Link>,
    /// Of one that counts by a trust mark: that one.
    pub mark: Option<Mark>,
}

impl Entry {
    fn listed() -> Self {
        Self {
            listing: Listing::Listed,
            valid_until: None,
            via: Vec::new(),
            marked_via: Vec::new(),
            chain: Vec::new(),
            mark: None,
        }
    }
}

/// In which form a register came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Ours: `issuers` is an array.
    List,
    /// The one of the Digital Credentials Consortium: `registry` is an object.
    Dcc,
}

impl Registry {
    /// Reads a register in any form that is known.
    ///
    /// A list that somebody wrote by hand is refused for one wrong entry, which the error names. In a registry of somebody else, which
    /// the reader cannot mend, entries that cannot be understood are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, RegistryError> {
        let limits = JsonLimits {
            bytes: MAX_BYTES,
            ..JsonLimits::default()
        };
        let value = Value::parse_within(bytes, &limits)?;
        let name = value.get("name").and_then(Value::as_str);
        let (form, issuers) = match (value.get("issuers"), value.get("registry")) {
            (Some(Value::Array(list)), None) => (Form::List, listed(list)?),
            (None, Some(Value::Object(registry))) => (Form::Dcc, registered(registry)),
            _ => return Err(RegistryError::NoForm),
        };
        if issuers.len() > MAX_ISSUERS {
            return Err(RegistryError::TooMany);
        }
        Ok(Self {
            form,
            name: name.map(ToOwned::to_owned),
            issuers,
        })
    }

    /// What it says at this moment: entries whose time has ended say nothing, and who is to be removed later is listed until then.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> BTreeMap<String, Listing> {
        let standing = |entry: &Entry| entry.valid_until.is_none_or(|end| at < end);
        let entries = self.issuers.iter().filter(|(_, entry)| standing(entry));
        let now = |entry: &Entry| match entry.listing {
            Listing::Removed(since) if at < since => Listing::Listed,
            listing => listing,
        };
        entries
            .map(|(id, entry)| (id.clone(), now(entry)))
            .collect()
    }

    /// When it will say something else: the first end of an entry, or removal, after this moment.
    #[must_use]
    pub fn changes_after(&self, at: Timestamp) -> Option<Timestamp> {
        let entries = self.issuers.values();
        let moments = entries.flat_map(|entry| {
            let removed = match entry.listing {
                Listing::Removed(since) => Some(since),
                Listing::Listed => None,
            };
            [entry.valid_until, removed].into_iter().flatten()
        });
        moments.filter(|moment| at < *moment).min()
    }

    /// Writes it as a list.
    #[must_use]
    pub fn to_json(&self) -> Value<'_> {
        let issuers = self.issuers.iter().map(|(id, entry)| {
            let removed = match entry.listing {
                Listing::Listed => None,
                Listing::Removed(at) => Some(at.to_string()),
            };
            Members::new()
                .with("id", id.as_str())
                .maybe("removedOn", removed)
                .maybe("validUntil", entry.valid_until.map(|at| at.to_string()))
                .list("via", entry.via.iter().map(|id| id.as_str().into()))
                .list(
                    "markedVia",
                    entry.marked_via.iter().map(|id| id.as_str().into()),
                )
                .list("chain", entry.chain.iter().map(link))
                .maybe("trustMark", entry.mark.as_ref().map(mark))
                .done()
        });
        Members::new()
            .text("name", self.name.as_deref())
            .with("issuers", issuers.collect::<Value<'_>>())
            .done()
    }
}

fn link(link: &Link) -> Value<'_> {
    Members::new()
        .with("entity", link.entity.as_str())
        .maybe("statedAt", link.stated_at.map(|at| at.to_string()))
        .maybe("validUntil", link.valid_until.map(|at| at.to_string()))
        .done()
}

fn mark(mark: &Mark) -> Value<'_> {
    Members::new()
        .with("type", mark.kind.as_str())
        .with("issuer", mark.issuer.as_str())
        .with("validUntil", mark.valid_until.to_string())
        .done()
}

/// The links of a chain as they were written. They are told, and decide nothing: one that cannot be read is left out with all of them.
fn read_chain(entry: &Value<'_>) -> Vec<Link> {
    let links = entry.get("chain").map_or(&[][..], Value::items);
    let read = links.iter().map(|link| {
        let moment = |name| match link.get(name) {
            None => Some(None),
            Some(at) => Some(Some(Timestamp::parse(at.as_str()?).ok()?)),
        };
        Some(Link {
            entity: link.get("entity")?.as_str()?.to_owned(),
            stated_at: moment("statedAt")?,
            valid_until: moment("validUntil")?,
        })
    });
    read.collect::<Option<_>>().unwrap_or_default()
}

/// The trust mark, if there is one that can be read.
fn read_mark(entry: &Value<'_>) -> Option<Mark> {
    let mark = entry.get("trustMark")?;
    let text = |name| Some(mark.get(name)?.as_str()?.to_owned());
    Some(Mark {
        kind: text("type")?,
        issuer: text("issuer")?,
        valid_until: Timestamp::parse(&text("validUntil")?).ok()?,
    })
}

fn listed(list: &[Value<'_>]) -> Result<BTreeMap<String, Entry>, RegistryError> {
    let mut entries = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        let entry_number = index + 1;
        let id = entry.get("id").and_then(Value::as_str);
        let id = id.filter(|id| is_iri(id));
        let id = id.ok_or(RegistryError::Id { entry_number })?;
        let moment = |member| match entry.get(member) {
            None => Ok(None),
            Some(at) => {
                let at = at.as_str().and_then(|at| Timestamp::parse(at).ok());
                let moment = at.ok_or(RegistryError::Moment {
                    entry_number,
                    member,
                });
                moment.map(Some)
            }
        };
        let texts = |member| {
            let texts = entry.get(member).map_or(&[][..], Value::items);
            let texts = texts.iter().filter_map(Value::as_str);
            texts.map(ToOwned::to_owned).collect()
        };
        let read = Entry {
            listing: moment("removedOn")?.map_or(Listing::Listed, Listing::Removed),
            valid_until: moment("validUntil")?,
            via: texts("via"),
            marked_via: texts("markedVia"),
            chain: read_chain(entry),
            mark: read_mark(entry),
        };
        // Which of two entries is meant nobody can tell.
        if entries.insert(id.to_string(), read).is_some() {
            return Err(RegistryError::Twice { entry_number });
        }
    }
    Ok(entries)
}

fn registered(registry: &Object<'_>) -> BTreeMap<String, Entry> {
    let known = registry
        .iter()
        .filter(|(id, entry)| is_iri(id) && entry.as_object().is_some());
    known
        .map(|(id, _)| (id.to_owned(), Entry::listed()))
        .collect()
}

/// One issuer in a register of our own.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Member {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is: a country.
    pub location: Option<String>,
    /// Its page.
    pub url: Option<String>,
}

/// Writes a register in the form of the Digital Credentials Consortium.
#[must_use]
pub fn registry<'a>(
    members: impl IntoIterator<Item = &'a Member>,
    created: Timestamp,
    updated: Timestamp,
) -> Value<'a> {
    let meta = Members::new()
        .with("created", created.to_string())
        .with("updated", updated.to_string());
    let listed = members.into_iter().fold(Members::new(), |listed, member| {
        let entry = Members::new()
            .with("name", member.name.as_str())
            .text("location", member.location.as_deref())
            .text("url", member.url.as_deref());
        listed.with(member.id.as_str(), entry.done())
    });
    Members::new()
        .with("meta", meta.done())
        .with("registry", listed.done())
        .done()
}

/// Why a document is no register.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RegistryError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] JsonError),
    /// It is JSON of another form.
    #[error(
        "it is no register: write {{\"issuers\": [{{\"id\": \"did:web:example.edu\"}}]}}, or give a registry of the Digital \
         Credentials Consortium, which has `registry`"
    )]
    NoForm,
    /// An entry has no identifier.
    #[error(
        "entry {entry_number} of `issuers` has no `id`, or one that is no identifier like did:web:example.edu"
    )]
    #[expect(missing_docs)] // The name says it.
    Id { entry_number: usize },
    /// An entry has a moment that is none.
    #[error("entry {entry_number} of `issuers`: `{member}` is no moment like 2026-11-21T14:02:00Z")]
    #[expect(missing_docs)] // The names say it.
    Moment {
        entry_number: usize,
        member: &'static str,
    },
    /// Two entries are of the same issuer.
    #[error(
        "entry {entry_number} of `issuers` is of an issuer that has one before: leave one of them"
    )]
    #[expect(missing_docs)] // The name says it.
    Twice { entry_number: usize },
    /// It lists more issuers than are read.
    #[error("it lists more than {MAX_ISSUERS} issuers")]
    TooMany,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Registry, RegistryError> {
        Registry::parse(text.as_bytes())
    }

    #[test]
    fn a_list_says_who_is_listed_and_who_was() {
        let read = parse(
            r#"{"name": "Partners", "issuers": [{"id": "did:web:a.example", "name": "A"},
               {"id": "https://b.example", "removedOn": "2026-01-02T03:04:05Z"}]}"#,
        );
        let read = read.unwrap();
        let removed = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
        assert_eq!(read.name.as_deref(), Some("Partners"));
        assert_eq!(read.form, Form::List);
        let expect = [
            ("did:web:a.example".to_owned(), Listing::Listed),
            ("https://b.example".to_owned(), Listing::Removed(removed)),
        ];
        assert_eq!(read.at(removed), BTreeMap::from(expect));
    }

    #[test]
    fn who_is_to_be_removed_is_listed_until_then() {
        let read = parse(
            r#"{"issuers": [{"id": "https://a.example", "removedOn": "2026-01-02T00:00:00Z", "validUntil": "2026-03-01T00:00:00Z"}]}"#,
        );
        let read = read.unwrap();
        let moment = |text| Timestamp::parse(text).unwrap();
        let (removed, end) = (
            moment("2026-01-02T00:00:00Z"),
            moment("2026-03-01T00:00:00Z"),
        );
        let says = |at| read.at(at).into_values().next();
        let before = removed.plus_millis(-1);
        assert_eq!(says(before), Some(Listing::Listed));
        assert_eq!(says(removed), Some(Listing::Removed(removed)));
        assert_eq!(says(end), None);
        let changes = [before, removed, end].map(|at| read.changes_after(at));
        assert_eq!(changes, [Some(removed), Some(end), None]);
    }

    #[test]
    fn an_entry_whose_time_has_ended_says_nothing_and_a_list_is_read_as_it_was_written() {
        let read = parse(
            r#"{"issuers": [{"id": "https://a.example", "validUntil": "2026-01-02T00:00:00Z", "via": ["https://b.example"],
               "markedVia": ["https://c.example"], "chain": [{"entity": "https://a.example"}, {"entity": "https://b.example",
               "statedAt": "2026-01-01T00:00:00Z", "validUntil": "2026-01-02T00:00:00Z"}], "trustMark": {"type": "https://c.example/m",
               "issuer": "https://c.example", "validUntil": "2026-01-03T00:00:00Z"}}]}"#,
        );
        let read = read.unwrap();
        let entry = &read.issuers["https://a.example"];
        assert_eq!((entry.chain.len(), entry.mark.is_some()), (2, true));
        let end = Timestamp::parse("2026-01-02T00:00:00Z").unwrap();
        assert_eq!(read.at(end.plus_millis(-1)).len(), 1);
        assert_eq!(read.at(end).len(), 0);
        assert_eq!(parse(&read.to_json().to_string()), Ok(read));
    }

    #[test]
    fn a_wrong_entry_of_a_list_is_named() {
        for (text, expect) in [
            (
                r#"{"issuers": [{"id": "did:web:a.example"}, {"name": "B"}]}"#,
                RegistryError::Id { entry_number: 2 },
            ),
            (
                r#"{"issuers": [{"id": "example"}]}"#,
                RegistryError::Id { entry_number: 1 },
            ),
            (
                r#"{"issuers": [{"id": "did:web:a.example", "removedOn": "yesterday"}]}"#,
                RegistryError::Moment {
                    entry_number: 1,
                    member: "removedOn",
                },
            ),
            (
                r#"{"issuers": [{"id": "did:web:a.example", "removedOn": "2026-01-02T03:04:05Z"}, {"id": "did:web:a.example"}]}"#,
                RegistryError::Twice { entry_number: 2 },
            ),
            (
                r#"{"issuers": [{"id": "did:web:a.example"}, {"id": "did:web:a.example", "removedOn": "2026-01-02T03:04:05Z"}]}"#,
                RegistryError::Twice { entry_number: 2 },
            ),
            (r#"{"issuers": {}}"#, RegistryError::NoForm),
            (r#"{"issuers": [], "registry": {}}"#, RegistryError::NoForm),
            ("[]", RegistryError::NoForm),
        ] {
            assert_eq!(parse(text), Err(expect), "{text}");
        }
        assert!(matches!(parse("{"), Err(RegistryError::Json(_))));
    }

    #[test]
    fn a_registry_of_others_is_read_and_what_is_wrong_in_it_passed_over() {
        let read = parse(
            r#"{"meta": {"created": "2020-12-02T02:32:16+0000"}, "registry": {
               "did:key:z6MkpLDL3RoAoMRTwTgo3rs39ZwssfaPKtGdZw7AGRN7CK4W": {"name": "A", "location": "Prato", "url": "https://a.example"},
               "did:web:b.example": null, "nobody": {"name": "C"}}}"#,
        );
        let read = read.unwrap();
        assert_eq!(read.form, Form::Dcc);
        assert_eq!(read.issuers.len(), 1);
    }

    #[test]
    fn a_register_that_was_written_is_read_again() {
        let at = Timestamp::from_unix_seconds(1_795_269_720);
        let members = [Member {
            id: "did:web:a.example:i:riverside".into(),
            name: "Riverside".into(),
            location: None,
            url: Some("https://riverside.example".into()),
        }];
        let text = registry(&members, at, at).to_string();
        let read = Registry::parse(text.as_bytes()).unwrap();
        assert_eq!(read.issuers.keys().next(), Some(&members[0].id));
    }
}
