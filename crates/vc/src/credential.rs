//! A credential as it was received: read, not yet believed.
//!
//! JSON with proofs inside, a JSON Web Token, or an `EnvelopedVerifiableCredential` around one
//! ([VC 2.0 §4.13](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials)).
//!
//! **Invariant:** proofs are set apart when a document is read, so that nothing which no signature covers can be
//! taken for a statement of the issuer.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{JsonError, JsonLimits, Value};

use crate::jose::envelope::Envelope;
use crate::jose::{self, Parts, Token};
use crate::time::Timestamp;
use crate::view::View;

/// The largest credential that is read: 4 MiB.
pub const MAX_BYTES: usize = 4 << 20;

/// The text of a credential, out of base64url if it is a token. [`Credential::read`] copies nothing of it.
#[derive(Clone, Debug)]
pub struct CredentialText<'a>(Form<'a>);

#[derive(Clone, Debug)]
enum Form<'a> {
    Json(&'a [u8]),
    /// Absent if it has the form of a token and cannot be taken apart.
    Token(Option<Parts<'a>>),
}

impl<'a> CredentialText<'a> {
    /// Looks whether `bytes` are JSON or a compact JSON Web Token, and takes the token apart.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(match jose::is(bytes) {
            true => Form::Token(Parts::of(bytes)),
            false => Form::Json(bytes),
        })
    }
}

/// A credential, with what secures it.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential<'a> {
    document: Value<'a>,
    proof: Value<'a>,
    envelope: Option<Box<Envelope<'a>>>,
}

impl<'a> Credential<'a> {
    /// Reads a credential: JSON or a compact JSON Web Token. What says of itself that it is something else is refused.
    ///
    /// A token is copied out of its text; whoever keeps a [`CredentialText`] beside the credential spares that with [`Self::read`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CredentialError> {
        match CredentialText::of(bytes).0 {
            Form::Json(json) => Self::from_json(json),
            Form::Token(parts) => {
                let token = parts.as_ref().and_then(Parts::token);
                Self::from_token(token.map(Token::into_owned))
            }
        }
    }

    /// Reads the credential in `text`, as [`Self::parse`] does.
    pub fn read(text: &'a CredentialText<'_>) -> Result<Self, CredentialError> {
        match &text.0 {
            Form::Json(json) => Self::from_json(json),
            Form::Token(parts) => Self::from_token(parts.as_ref().and_then(Parts::token)),
        }
    }

    fn from_json(bytes: &'a [u8]) -> Result<Self, CredentialError> {
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
        let (presentation, credential, enveloped) = (
            has("VerifiablePresentation") || has("EnvelopedVerifiablePresentation"),
            has("VerifiableCredential"),
            has("EnvelopedVerifiableCredential"),
        );
        if enveloped {
            let token = enveloped_token(&document, &["vc+jwt", "vc-ld+jwt"])
                .ok_or(CredentialError::Envelope)?;
            return Self::from_token(Token::parse(token.as_bytes()));
        }
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
        Ok(Self {
            document,
            proof,
            envelope: None,
        })
    }

    fn from_token(token: Option<Token<'a>>) -> Result<Self, CredentialError> {
        let token = token.ok_or(CredentialError::Token)?;
        let (document, envelope) = Envelope::open(token);
        let inside = Self::from_value(document)?;
        // One envelope: a token in a token would be signed by whoever wrapped it.
        if inside.envelope.is_some() {
            return Err(CredentialError::Envelope);
        }
        Ok(Self {
            // No proof inside a token is covered by anything but the token.
            proof: Value::Null,
            envelope: Some(Box::new(envelope)),
            ..inside
        })
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

    /// The token that carries it, if one does.
    pub(crate) fn envelope(&self) -> Option<&Envelope<'a>> {
        self.envelope.as_deref()
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
    /// It has the form of a JSON Web Token, but its parts are not base64url of JSON.
    #[error(
        "this is not a JSON Web Token that can be read; copy all of it, from the first letter to the last"
    )]
    Token,
    /// It is in an envelope, which is of a kind that is not read, or holds no token.
    #[error("the credential is in an envelope of a kind that is not read")]
    Envelope,
    /// It is a presentation; the credentials are inside.
    #[error("this is a presentation; give one of the credentials in it")]
    Presentation,
}

/// The token in the `data:` URL of an enveloped document.
pub(crate) fn enveloped_token<'v>(document: &'v Value<'_>, types: &[&str]) -> Option<&'v str> {
    let (media_type, token) = text(document, "id")?
        .strip_prefix("data:application/")?
        .split_once(',')?;
    types.contains(&media_type).then_some(token)
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
