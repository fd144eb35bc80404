//! A credential as it was received: read, not yet believed.
//!
//! **Invariant:** proofs are set apart when a document is read, so that nothing which no signature covers can be
//! taken for a statement of the issuer.

use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{JsonError, JsonLimits, Value};

use crate::time::Timestamp;
use crate::view::View;

/// The largest credential that is read: 4 MiB.
pub const MAX_BYTES: usize = 4 << 20;

/// A credential, in the form of a JSON object with proofs inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential<'a> {
    document: Value<'a>,
    proof: Value<'a>,
}

impl<'a> Credential<'a> {
    /// Reads a credential. What is not JSON, or says of itself that it is something else, is refused.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CredentialError> {
        let limits = JsonLimits {
            bytes: MAX_BYTES,
            ..JsonLimits::default()
        };
        Self::from_value(Value::parse_within(bytes, &limits)?)
    }

    /// Takes a credential that was read already.
    pub fn from_value(mut document: Value<'a>) -> Result<Self, CredentialError> {
        let has = |name| {
            items(&document, "type")
                .iter()
                .any(|kind| kind.as_str() == Some(name))
        };
        let (presentation, credential) =
            (has("VerifiablePresentation"), has("VerifiableCredential"));
        let object = document
            .as_object_mut()
            .ok_or(CredentialError::NotACredential)?;
        if presentation {
            return Err(CredentialError::Presentation);
        }
        if !credential {
            return Err(CredentialError::NotACredential);
        }
        let proof = object.remove("proof").unwrap_or_default();
        Ok(Self { document, proof })
    }

    /// The document without its proofs: what the issuer states, if a proof holds.
    #[must_use]
    pub fn document(&self) -> &Value<'a> {
        &self.document
    }

    /// The member `proof`; `null` if there is none.
    pub(crate) fn proof(&self) -> &Value<'a> {
        &self.proof
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        text(&self.document, "id")
    }

    /// Whose statement it claims to be.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        match self.document.get("issuer")?.items() {
            [Value::String(id)] => Some(id),
            [profile] => text(profile, "id"),
            _ => None,
        }
    }

    /// What a page shows of it.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::of(self)
    }

    /// Its start, under the name of version 2.0 or 1.1 of the data model.
    pub(crate) fn valid_from(&self) -> Result<Option<Timestamp>, &'static str> {
        self.date(["validFrom", "issuanceDate"])
    }

    /// Its end.
    pub(crate) fn valid_until(&self) -> Result<Option<Timestamp>, &'static str> {
        self.date(["validUntil", "expirationDate"])
    }

    /// The entries of `credentialStatus`, with their places.
    pub(crate) fn status_entries(&self) -> Vec<(String, &Value<'a>)> {
        let Some(member) = self.document.get("credentialStatus") else {
            return Vec::new();
        };
        numbered(member, "/credentialStatus")
    }

    /// A date, or the name of the member that holds something else.
    fn date(&self, names: [&'static str; 2]) -> Result<Option<Timestamp>, &'static str> {
        let mut dates = names
            .into_iter()
            .filter_map(|name| Some((name, self.document.get(name)?.items())));
        match dates.find(|(_, items)| !items.is_empty()) {
            None => Ok(None),
            Some((name, [one])) => one
                .as_str()
                .and_then(|date| Timestamp::parse(date).ok())
                .map(Some)
                .ok_or(name),
            Some((name, _)) => Err(name),
        }
    }
}

/// Why something is not a [`Credential`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CredentialError {
    /// It is no JSON that this program reads.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is JSON, but no verifiable credential.
    #[error("this is not a verifiable credential: its type does not say so")]
    NotACredential,
    /// It is a presentation; the credentials are inside.
    #[error("this is a presentation; give one of the credentials in it")]
    Presentation,
}

/// The items of a set with their JSON Pointers.
pub(crate) fn numbered<'v, 'a>(member: &'v Value<'a>, path: &str) -> Vec<(String, &'v Value<'a>)> {
    match member {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (alloc::format!("{path}/{at}"), item))
            .collect(),
        Value::Null => Vec::new(),
        one => Vec::from([(path.into(), one)]),
    }
}

pub(crate) fn text<'v>(value: &'v Value<'_>, member: &str) -> Option<&'v str> {
    match value.get(member)?.items() {
        [one] => one.as_str(),
        _ => None,
    }
}

pub(crate) fn items<'v, 'a>(value: &'v Value<'a>, member: &str) -> &'v [Value<'a>] {
    value.get(member).map_or(&[], Value::items)
}
