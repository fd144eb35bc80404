//! What a verdict is judged from besides the credential, in one JSON text: so that somebody else can judge again from the same.
//!
//! `{"documents": [{"address", "fetchedAt", "text" or "bytes"}], "registers": [{"name", "source"?, "asOf"?, "unread"?, "issuers": [{"id",
//! "removedOn"?}]}], "contexts": [{"url", "text"}]}`. Addresses are those of [`Resource::address`], times are RFC 3339. Documents are text
//! (UTF-8); evidence that is none, whose digest alone is looked at, is `bytes` in multibase. Contexts are those that an operator added to
//! the bundled ones.
//!
//! **Invariant:** a document that decides and is not supplied is unreachable, for nobody may fetch; it is never left out.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

use touchstone_canon::json::{JsonError, JsonLimits, Value};
use touchstone_canon::{ContextFault, Contexts, multibase};

use crate::credential::Credential;
use crate::evidence::{
    Document, Evidence, Fetched, Listing, Register, Resource, Trust, Unreachable,
};
use crate::time::{Timestamp, TimestampError};
use crate::verify::required;
use crate::write::Members;

/// The largest text that is read: 32 MiB.
pub const MAX_BYTES: usize = 32 << 20;

/// The member with a document that is no text.
const BYTES: &str = "bytes";

/// Documents by the address at which they are published, and whom the reader knows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Supplied {
    /// The documents.
    pub documents: BTreeMap<String, Fetched>,
    /// Whom the reader knows.
    pub trust: Trust,
    /// JSON-LD contexts besides the bundled ones: URL and text.
    pub contexts: BTreeMap<String, String>,
}

impl Supplied {
    /// What of `evidence` was had.
    #[must_use]
    pub fn of(evidence: &Evidence, trust: Trust) -> Self {
        let had = evidence
            .iter()
            .filter_map(|(resource, document)| match document {
                Document::Fetched(fetched) => Some((resource.address()?, fetched.clone())),
                Document::Unreachable { .. } | Document::Proven(_) => None,
            });
        Self {
            documents: had.collect(),
            trust,
            contexts: BTreeMap::new(),
        }
    }

    /// The contexts to judge with: the bundled ones, and those that were supplied.
    pub fn contexts(&self) -> Result<Contexts, SuppliedError> {
        let mut all = Contexts::bundled();
        for (url, text) in &self.contexts {
            all = all.with(url, text.as_bytes()).map_err(|rejected| {
                let why = rejected.fault;
                SuppliedError::Context {
                    url: url.clone(),
                    why,
                }
            })?;
        }
        Ok(all)
    }

    /// The evidence for judging `credential`, with nobody to ask.
    #[must_use]
    pub fn evidence(&self, credential: &Credential<'_>) -> Evidence {
        self.evidence_for(required(credential))
    }

    /// The same for a presentation: for what [`required_by_presentation`](crate::required_by_presentation) names.
    #[must_use]
    pub fn evidence_for(&self, required: impl IntoIterator<Item = Resource>) -> Evidence {
        let mut evidence = Evidence::new();
        for resource in required {
            let Some(address) = resource.address() else {
                continue;
            };
            if let Some(fetched) = self.documents.get(&address) {
                evidence.insert(resource, Document::Fetched(fetched.clone()));
            } else if resource.decides() {
                let document = Document::Unreachable {
                    why: Unreachable::Offline,
                    last_good: None,
                };
                evidence.insert(resource, document);
            }
        }
        evidence
    }

    /// Writes it.
    #[must_use]
    pub fn to_json(&self) -> Value<'_> {
        let documents = self.documents.iter().map(|(address, fetched)| {
            let document = Members::new()
                .with("address", address.as_str())
                .with("fetchedAt", fetched.fetched_at.to_string());
            let document = match core::str::from_utf8(&fetched.bytes) {
                Ok(text) => document.with("text", text),
                Err(_) => document.with(BYTES, multibase::encode_base64url(&fetched.bytes)),
            };
            document.done()
        });
        let registers = self.trust.registers.iter().map(|register| {
            let issuers = register.issuers.iter().map(|(id, listing)| {
                let removed = match listing {
                    Listing::Listed => None,
                    Listing::Removed(at) => Some(at.to_string()),
                };
                Members::new()
                    .with("id", id.as_str())
                    .maybe("removedOn", removed)
                    .done()
            });
            Members::new()
                .with("name", register.name.as_str())
                .text("source", register.source.as_deref())
                .maybe("asOf", register.as_of.map(|at| at.to_string()))
                .maybe("unread", register.unread.then_some(true))
                .with("issuers", issuers.collect::<Value<'_>>())
                .done()
        });
        let contexts = self.contexts.iter().map(|(url, text)| {
            Members::new()
                .with("url", url.as_str())
                .with("text", text.as_str())
                .done()
        });
        Members::new()
            .with("documents", documents.collect::<Value<'_>>())
            .with("registers", registers.collect::<Value<'_>>())
            .with("contexts", contexts.collect::<Value<'_>>())
            .done()
    }

    /// Reads it. All members may be left out; members that it does not know are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, SuppliedError> {
        let limits = JsonLimits {
            bytes: MAX_BYTES,
            ..JsonLimits::default()
        };
        Self::from_value(&Value::parse_within(bytes, &limits)?)
    }

    /// Takes it out of JSON that was read already.
    pub fn from_value(value: &Value<'_>) -> Result<Self, SuppliedError> {
        if value.as_object().is_none() {
            return Err(SuppliedError::NotAnObject);
        }
        let mut supplied = Self::default();
        for document in list(value, "documents")? {
            let bytes = match document.get(BYTES) {
                None => text(document, "text")?.as_bytes().to_owned(),
                Some(_) => multibase::decode(text(document, BYTES)?)
                    .map_err(|_| SuppliedError::Member { member: BYTES })?,
            };
            let fetched = Fetched {
                bytes,
                fetched_at: moment(document, "fetchedAt")?,
            };
            let address = text(document, "address")?.to_owned();
            supplied.documents.insert(address, fetched);
        }
        for register in list(value, "registers")? {
            let mut issuers = BTreeMap::new();
            for issuer in list(register, "issuers")? {
                let listing = match issuer.get("removedOn") {
                    None => Listing::Listed,
                    Some(_) => Listing::Removed(moment(issuer, "removedOn")?),
                };
                issuers.insert(text(issuer, "id")?.to_owned(), listing);
            }
            let source = register.get("source").and_then(Value::as_str);
            let as_of = match register.get("asOf") {
                None => None,
                Some(_) => Some(moment(register, "asOf")?),
            };
            let register = Register {
                name: text(register, "name")?.to_owned(),
                issuers,
                source: source.map(ToOwned::to_owned),
                as_of,
                unread: register.get("unread").and_then(Value::as_bool) == Some(true),
            };
            supplied.trust.registers.push(register.into());
        }
        for context in list(value, "contexts")? {
            let (url, context) = (text(context, "url")?, text(context, "text")?);
            supplied.contexts.insert(url.to_owned(), context.to_owned());
        }
        Ok(supplied)
    }
}

fn list<'v>(value: &'v Value<'_>, member: &'static str) -> Result<&'v [Value<'v>], SuppliedError> {
    match value.get(member) {
        None => Ok(&[]),
        Some(list) => list.as_array().ok_or(SuppliedError::Member { member }),
    }
}

fn text<'v>(value: &'v Value<'_>, member: &'static str) -> Result<&'v str, SuppliedError> {
    let found = value.get(member).and_then(Value::as_str);
    found.ok_or(SuppliedError::Member { member })
}

fn moment(value: &Value<'_>, member: &'static str) -> Result<Timestamp, SuppliedError> {
    let found = Timestamp::parse(text(value, member)?);
    found.map_err(|why| SuppliedError::Moment { member, why })
}

/// Why what was supplied cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SuppliedError {
    /// It is not JSON.
    #[error("what was supplied to judge from is not JSON: {0}")]
    Json(#[from] JsonError),
    /// It is JSON, but no object.
    #[error("what is supplied to judge from is an object with `documents` and `registers`")]
    NotAnObject,
    /// A member is missing or of another kind.
    #[error("`{member}` is missing or of another kind than it should be")]
    #[expect(missing_docs)] // The name says it.
    Member { member: &'static str },
    /// A moment cannot be read.
    #[error("`{member}` is no moment like 2026-11-21T14:02:00Z: {why}")]
    #[expect(missing_docs)] // The names say it.
    Moment {
        member: &'static str,
        why: TimestampError,
    },
    /// A context is none, or one that is bundled.
    #[error("context {url}: {why}")]
    #[expect(missing_docs)] // The names say it.
    Context { url: String, why: ContextFault },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resource;

    fn supplied() -> Supplied {
        let fetched = Fetched {
            bytes: b"{\"a\": \"\xc3\xa4\"}".to_vec(),
            fetched_at: Timestamp::from_unix_millis(1_795_269_720_250),
        };
        let picture = Fetched {
            bytes: b"\x89PNG\r\n".to_vec(),
            fetched_at: Timestamp::from_unix_seconds(1_795_269_720),
        };
        let issuers = [
            ("did:web:a.example".into(), Listing::Listed),
            (
                "did:web:b.example".into(),
                Listing::Removed(Timestamp::from_unix_seconds(1_795_269_720)),
            ),
        ];
        Supplied {
            documents: [
                ("https://a.example/did.json".into(), fetched),
                ("https://a.example/e/1".into(), picture),
            ]
            .into(),
            trust: Trust {
                registers: [Register {
                    name: "The list".into(),
                    issuers: issuers.into(),
                    source: Some("https://a.example/list".into()),
                    as_of: Some(Timestamp::from_unix_seconds(1_795_269_720)),
                    unread: true,
                }
                .into()]
                .into(),
            },
            contexts: [("https://a.example/v1".into(), CONTEXT.into())].into(),
        }
    }

    const CONTEXT: &str = r#"{"@context": {"a": "https://a.example/#a"}}"#;

    #[test]
    fn supplied_contexts_are_known_besides_the_bundled_ones() {
        let contexts = supplied().contexts().unwrap();
        assert!(contexts.contains("https://a.example/v1"));
        assert!(contexts.contains("https://www.w3.org/ns/credentials/v2"));
    }

    #[test]
    fn t01_a_supplied_context_replaces_no_bundled_one() {
        let url = "https://www.w3.org/ns/credentials/v2";
        let supplied = Supplied {
            contexts: [(url.into(), CONTEXT.into())].into(),
            ..Supplied::default()
        };
        let refused = SuppliedError::Context {
            url: url.into(),
            why: ContextFault::Replaced,
        };
        assert_eq!(supplied.contexts().err(), Some(refused));
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let written = supplied().to_json().to_string();
        assert_eq!(Supplied::parse(written.as_bytes()), Ok(supplied()));
    }

    #[test]
    fn nothing_supplied_is_nothing_and_not_an_error() {
        assert_eq!(Supplied::parse(b"{}"), Ok(Supplied::default()));
    }

    #[track_caller]
    fn refuses(text: &str, expect: &SuppliedError) {
        assert_eq!(Supplied::parse(text.as_bytes()).as_ref(), Err(expect));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        refuses("[]", &SuppliedError::NotAnObject);
        let member = |member| SuppliedError::Member { member };
        refuses(r#"{"documents": {}}"#, &member("documents"));
        refuses(
            r#"{"documents": [{"text": "x", "fetchedAt": "2026-11-21T14:02:00Z"}]}"#,
            &member("address"),
        );
        refuses(
            r#"{"documents": [{"bytes": "no base", "fetchedAt": "2026-11-21T14:02:00Z", "address": "https://a.example"}]}"#,
            &member("bytes"),
        );
        refuses(
            r#"{"documents": [{"text": "x", "fetchedAt": "today", "address": "https://a.example"}]}"#,
            &SuppliedError::Moment {
                member: "fetchedAt",
                why: TimestampError::Form,
            },
        );
    }

    #[test]
    fn t34_a_document_that_was_not_supplied_is_unreachable_not_absent() {
        let credential = br#"{"type": ["VerifiableCredential"], "credentialStatus": {"type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": "https://a.example/status/1"}}"#;
        let credential = Credential::parse(credential).unwrap();
        let evidence = supplied().evidence(&credential);
        let list = Resource::StatusList("https://a.example/status/1".into());
        assert!(matches!(
            evidence.get(&list),
            Some(Document::Unreachable {
                why: Unreachable::Offline,
                ..
            })
        ));
    }
}
