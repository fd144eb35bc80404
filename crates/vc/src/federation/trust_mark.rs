//! Trust marks (§7): what an accreditation authority says of an entity, and who may say it.

use alloc::borrow::ToOwned;
use alloc::string::String;

use touchstone_canon::json::Value;

use super::statement::{KeySet, SignedText, Statement, StatementFault};
use crate::crypto::Crypto;
use crate::time::Timestamp;

/// A trust mark as it stands in an entity's configuration: read, not believed.
#[derive(Clone, Debug)]
pub struct TrustMark {
    signed: SignedText,
    kind: String,
    issuer: String,
    subject: String,
}

impl TrustMark {
    /// The marks of an entity, each with the type that it is said to be of. One that cannot be read is none.
    pub fn all(configuration: &Statement) -> impl Iterator<Item = Result<Self, TrustMarkFault>> {
        let marks = configuration
            .claim("trust_marks")
            .map_or(&[][..], Value::items);
        marks.iter().take(MAX_MARKS).map(|mark| {
            let text = mark.get("trust_mark").and_then(Value::as_str);
            let read = Self::parse(text.ok_or(TrustMarkFault::Malformed)?.as_bytes())?;
            let stated = mark.get("trust_mark_type").and_then(Value::as_str);
            match stated == Some(read.kind.as_str()) {
                true => Ok(read),
                false => Err(TrustMarkFault::OtherType),
            }
        })
    }

    /// Reads a mark.
    pub fn parse(text: &[u8]) -> Result<Self, TrustMarkFault> {
        let signed = SignedText::parse(text, "trust-mark+jwt")?;
        let claim = |name| signed.text(name).map(ToOwned::to_owned);
        let (kind, issuer, subject) = (claim("trust_mark_type"), claim("iss"), claim("sub"));
        Ok(Self {
            kind: kind.ok_or(TrustMarkFault::Malformed)?,
            issuer: issuer.ok_or(TrustMarkFault::Malformed)?,
            subject: subject.ok_or(TrustMarkFault::Malformed)?,
            signed,
        })
    }

    /// Of which type it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Who gave it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether it is about `entity`, stands at this moment, and was given by somebody who may in the federation of `anchor`, whose
    /// configuration that is. `issuer_keys` are the keys of its issuer, by a chain to the same anchor. If so, until when: to its own end or
    /// that of the owner's word, whichever comes first; without end if neither has one.
    pub fn holds(
        &self,
        entity: &str,
        issuer_keys: &KeySet,
        anchor: &Statement,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Option<Timestamp>, TrustMarkFault> {
        let until = self.stands(entity, anchor, at, crypto)?;
        self.signed.signed_by(issuer_keys, crypto)?;
        Ok(until)
    }

    /// The same but for its issuer's signature.
    pub(super) fn stands(
        &self,
        entity: &str,
        anchor: &Statement,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Option<Timestamp>, TrustMarkFault> {
        if self.subject != entity {
            return Err(TrustMarkFault::OtherSubject);
        }
        let accepted = anchor.claim("trust_mark_issuers");
        let accepted = accepted.and_then(|issuers| issuers.get(&self.kind)?.as_array());
        let accepted = accepted.ok_or(TrustMarkFault::NotAccepted)?;
        let named = |one: &Value<'_>| one.as_str() == Some(self.issuer.as_str());
        if !accepted.is_empty() && !accepted.iter().any(named) {
            return Err(TrustMarkFault::NotAccepted);
        }
        self.signed.at(at)?;
        let own = self.signed.moment("exp")?;
        let owner = anchor.claim("trust_mark_owners");
        let owner = owner.and_then(|owners| owners.get(&self.kind));
        match (owner, self.signed.text("delegation")) {
            (None, None) => Ok(own),
            (Some(owner), Some(delegation)) => {
                let word = self.delegated(delegation, owner, at, crypto)?;
                Ok([own, word].into_iter().flatten().min())
            }
            (Some(_), None) | (None, Some(_)) => Err(TrustMarkFault::Delegation),
        }
    }

    /// §7.2.2: the owner of the type let this issuer give it, and until when.
    fn delegated(
        &self,
        delegation: &str,
        owner: &Value<'_>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Option<Timestamp>, TrustMarkFault> {
        let signed = SignedText::parse(delegation.as_bytes(), "trust-mark-delegation+jwt")?;
        let owner_id = owner.get("sub").and_then(Value::as_str);
        let keys = owner.get("jwks").map(KeySet::read);
        let keys = keys.ok_or(TrustMarkFault::Delegation)??;
        let fits = owner_id.is_some()
            && signed.text("iss") == owner_id
            && signed.text("sub") == Some(self.issuer.as_str())
            && signed.text("trust_mark_type") == Some(self.kind.as_str());
        if !fits {
            return Err(TrustMarkFault::Delegation);
        }
        signed.at(at)?;
        signed.signed_by(&keys, crypto)?;
        Ok(signed.moment("exp")?)
    }
}

/// Why a trust mark says nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustMarkFault {
    /// A claim is missing or of another kind.
    #[error("a claim of the trust mark is missing")]
    Malformed,
    /// It is of another type than it is said to be.
    #[error("the trust mark is of another type than it is said to be")]
    OtherType,
    /// It is about another entity.
    #[error("the trust mark is about another entity")]
    OtherSubject,
    /// The federation does not accept marks of this type by this issuer.
    #[error("the federation does not accept trust marks of this type by this issuer")]
    NotAccepted,
    /// The owner of the type did not let this issuer give it.
    #[error("the owner of this type of trust mark did not let this issuer give it")]
    Delegation,
    /// It is no token, not signed by its issuer, or not of this time.
    #[error("the trust mark: {0}")]
    Statement(#[from] StatementFault),
}

const MAX_MARKS: usize = 32;
