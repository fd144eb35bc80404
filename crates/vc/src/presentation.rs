//! A presentation as it was received: read, not yet believed.
//!
//! [VC 2.0 §4.13](https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations): JSON with a proof of the holder, a JSON Web
//! Token (`vp+jwt`), or an `EnvelopedVerifiablePresentation` around one. The credentials inside may be of any form that is
//! read alone.
//!
//! **Limit:** [`MAX_CREDENTIALS`] credentials.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{JsonError, JsonLimits, Value};

use crate::credential::{
    Credential, CredentialError, MAX_BYTES, enveloped_token, items, numbered, text,
};
use crate::jose::envelope::Envelope;
use crate::jose::{self, Token};

/// The most credentials in a presentation.
pub const MAX_CREDENTIALS: usize = 64;

/// A presentation, with what secures it.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation<'a> {
    document: Value<'a>,
    proof: Value<'a>,
    envelope: Option<Box<Envelope<'a>>>,
}

/// A credential in a presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Enclosed<'p> {
    /// Its place, as a JSON Pointer.
    pub path: String,
    /// The credential, or why it cannot be read.
    pub credential: Result<Credential<'p>, CredentialError>,
}

impl<'a> Presentation<'a> {
    /// Reads a presentation: JSON or a compact JSON Web Token.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PresentationError> {
        if jose::is(bytes) {
            return Self::from_token(bytes);
        }
        let limits = JsonLimits {
            bytes: MAX_BYTES,
            ..JsonLimits::default()
        };
        Self::from_value(Value::parse_within(bytes, &limits)?)
    }

    /// Takes a presentation that was read already.
    pub fn from_value(mut document: Value<'a>) -> Result<Self, PresentationError> {
        let is = |name| {
            let types = items(&document, "type");
            types.iter().any(|kind| kind.as_str() == Some(name))
        };
        let (enveloped, presentation) = (
            is("EnvelopedVerifiablePresentation"),
            is("VerifiablePresentation"),
        );
        if enveloped {
            let token = enveloped_token(&document, &["vp+jwt", "vp-ld+jwt"])
                .ok_or(PresentationError::Envelope)?;
            return Self::from_token(token.as_bytes());
        }
        let object = document
            .as_object_mut()
            .filter(|_| presentation)
            .ok_or(PresentationError::NotAPresentation)?;
        let proof = object.remove("proof").unwrap_or_default();
        if items(&document, "verifiableCredential").len() > MAX_CREDENTIALS {
            return Err(PresentationError::TooMany);
        }
        Ok(Self {
            document,
            proof,
            envelope: None,
        })
    }

    fn from_token(text: &[u8]) -> Result<Self, PresentationError> {
        let token = Token::parse(text).ok_or(PresentationError::Token)?;
        let (document, envelope) = Envelope::open(token);
        let inside = Self::from_value(document)?;
        if inside.envelope.is_some() {
            return Err(PresentationError::Envelope);
        }
        Ok(Self {
            proof: Value::Null,
            envelope: Some(Box::new(envelope)),
            ..inside
        })
    }

    /// The document without its proofs.
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

    /// Who says to present it. Need not be said: then whoever signed does.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        match self.document.get("holder")?.items() {
            [Value::String(id)] => Some(id),
            [one] => text(one, "id"),
            _ => None,
        }
    }

    /// The credentials in it, in their order.
    #[must_use]
    pub fn credentials(&self) -> Vec<Enclosed<'_>> {
        let Some(member) = self.document.get("verifiableCredential") else {
            return Vec::new();
        };
        let enclosed = numbered(member, "/verifiableCredential").into_iter();
        let enclosed = enclosed.map(|(path, value)| Enclosed {
            path,
            credential: match value {
                // As the data model had it in version 1.1: a token as it is.
                Value::String(token) => Credential::parse(token.as_bytes()),
                value => Credential::from_value(value.clone()),
            },
        });
        enclosed.collect()
    }
}

/// Why something is not a [`Presentation`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PresentationError {
    /// It is no JSON that this program reads.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is JSON, but no verifiable presentation.
    #[error("this is not a verifiable presentation: its type does not say so")]
    NotAPresentation,
    /// It has the form of a JSON Web Token, but its parts are not base64url of JSON.
    #[error(
        "this is not a JSON Web Token that can be read; copy all of it, from the first letter to the last"
    )]
    Token,
    /// It is in an envelope, which is of a kind that is not read, or holds no token.
    #[error("the presentation is in an envelope of a kind that is not read")]
    Envelope,
    /// More than [`MAX_CREDENTIALS`] credentials.
    #[error("the presentation has more than {MAX_CREDENTIALS} credentials; present them in parts")]
    TooMany,
}
