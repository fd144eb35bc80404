//! Entity statements (§3): read, and checked as far as one alone can be.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

use super::constraints::{Constraints, ConstraintsFault};
use super::is_entity;
use super::policy::{MetadataPolicy, PolicyFault};
use crate::badge::is_iri;
use crate::crypto::{Checking, Crypto};
use crate::did::PublicKey;
use crate::jose::{Token, media_type};
use crate::time::Timestamp;

/// An entity statement as it was received: understood, not believed.
#[derive(Clone, Debug)]
pub struct Statement {
    signed: SignedText,
    issuer: String,
    subject: String,
    keys: KeySet,
    constraints: Constraints,
    policy: Option<MetadataPolicy>,
}

impl Statement {
    /// Reads a statement (§3.2). What it says is checked by form; [`signed_by`](Self::signed_by) and [`at`](Self::at) ask the rest.
    pub fn parse(text: &[u8]) -> Result<Self, StatementFault> {
        let signed = SignedText::parse(text, TYPE)?;
        let claims = signed.claims();
        let party = |name| claims.get(name).and_then(Value::as_str);
        let issuer = party("iss").filter(|iss| is_entity(iss));
        let issuer = issuer.ok_or(StatementFault::Entity)?.to_owned();
        // A registry may make statements about DIDs, which have no configuration.
        let subject = party("sub").filter(|sub| is_entity(sub) || sub.starts_with("did:"));
        let subject = subject.filter(|sub| is_iri(sub));
        let subject = subject.ok_or(StatementFault::Entity)?.to_owned();
        signed.moment("exp")?.ok_or(StatementFault::Dates)?;
        if claims.get("crit").is_some() {
            return Err(StatementFault::Critical);
        }
        let own = issuer == subject;
        let foreign: &[&str] = match own {
            true => &[
                "constraints",
                "metadata_policy",
                "metadata_policy_crit",
                "source_endpoint",
            ],
            false => &[
                "authority_hints",
                "trust_anchor_hints",
                "trust_marks",
                "trust_mark_issuers",
                "trust_mark_owners",
            ],
        };
        if foreign.iter().any(|name| claims.get(name).is_some()) {
            return Err(StatementFault::Misplaced);
        }
        for name in ["authority_hints", "trust_anchor_hints"] {
            if claims
                .get(name)
                .is_some_and(|hints| !is_list_of_entities(hints))
            {
                return Err(StatementFault::Hints);
            }
        }
        let keys = match claims.get("jwks") {
            Some(keys) => KeySet::read(keys)?,
            None if is_entity(&subject) => return Err(StatementFault::Keys),
            None => KeySet::default(),
        };
        if claims
            .get("metadata")
            .is_some_and(|metadata| !is_metadata(metadata))
        {
            return Err(StatementFault::Metadata);
        }
        // There is no operator beyond the standard ones that is understood.
        if claims.get("metadata_policy_crit").is_some() {
            return Err(StatementFault::Policy(PolicyFault::Critical));
        }
        let policy = claims.get("metadata_policy").map(MetadataPolicy::read);
        let constraints = match claims.get("constraints") {
            Some(constraints) => Constraints::read(constraints)?,
            None => Constraints::default(),
        };
        Ok(Self {
            policy: policy.transpose()?,
            issuer,
            subject,
            keys,
            constraints,
            signed,
        })
    }

    /// Who makes the statement.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Whether it is an entity's statement about itself.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.issuer == self.subject
    }

    /// The keys of the subject.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// When it was made, as its issuer says.
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.signed.moment("iat").ok().flatten()
    }

    /// Until when it stands.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        let end = self.signed.moment("exp").ok().flatten();
        end.unwrap_or(Timestamp::from_unix_millis(0))
    }

    /// A member of what it claims.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value<'static>> {
        self.signed.claims().get(name)
    }

    /// The superiors that an entity names.
    pub fn authority_hints(&self) -> impl Iterator<Item = &str> {
        let hints = self.claim("authority_hints").map_or(&[][..], Value::items);
        hints.iter().filter_map(Value::as_str)
    }

    /// A member of the metadata of a federation entity, such as where its lists are.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&str> {
        let metadata = self.claim("metadata")?.get("federation_entity")?;
        metadata.get(name)?.as_str()
    }

    /// What limits the subject and those below it.
    #[must_use]
    pub fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// How the metadata of the subject and of those below it are to be.
    #[must_use]
    pub fn policy(&self) -> Option<&MetadataPolicy> {
        self.policy.as_ref()
    }

    /// Whether one of `keys` signed it, the one that it names.
    pub fn signed_by(&self, keys: &KeySet, crypto: &Crypto) -> Result<(), StatementFault> {
        self.signed.signed_by(keys, crypto)
    }

    /// Whether it stands at this moment.
    pub fn at(&self, at: Timestamp) -> Result<(), StatementFault> {
        self.signed.at(at)
    }
}

/// A typed token of a federation: its type, key and claims.
#[derive(Clone, Debug)]
pub(super) struct SignedText {
    token: Token<'static>,
    kid: String,
}

impl SignedText {
    /// Reads a token that says in `typ` that it is a `kind`, and in `kid` which key signed it.
    pub(super) fn parse(text: &[u8], kind: &str) -> Result<Self, StatementFault> {
        if text.len() > MAX_BYTES {
            return Err(StatementFault::TooLarge);
        }
        let token = Token::parse(text).ok_or(StatementFault::NoToken)?;
        if token.header("typ").map(media_type).as_deref() != Some(kind) {
            return Err(StatementFault::Type);
        }
        token.algorithm().map_err(|_| StatementFault::Algorithm)?;
        let kid = token.header("kid").filter(|kid| !kid.is_empty());
        let kid = kid.ok_or(StatementFault::KeyUnknown)?.to_owned();
        let read = Self { token, kid };
        read.moment("iat")?.ok_or(StatementFault::Dates)?;
        read.moment("exp")?;
        Ok(read)
    }

    pub(super) fn claims(&self) -> &Value<'static> {
        self.token.payload()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.claims().get(name)?.as_str()
    }

    /// A moment in seconds since 1970 (RFC 7519 §2, `NumericDate`).
    pub(super) fn moment(&self, name: &str) -> Result<Option<Timestamp>, StatementFault> {
        let Some(value) = self.claims().get(name) else {
            return Ok(None);
        };
        let seconds = value.as_f64().filter(|at| (0.0..=LAST_SECOND).contains(at));
        let seconds = seconds.ok_or(StatementFault::Dates)?;
        #[expect(clippy::cast_possible_truncation)] // Of milliseconds until the year 9999.
        let millis = (seconds * 1_000.0) as i64;
        Ok(Some(Timestamp::from_unix_millis(millis)))
    }

    pub(super) fn signed_by(&self, keys: &KeySet, crypto: &Crypto) -> Result<(), StatementFault> {
        let key = keys.key(&self.kid).ok_or(StatementFault::KeyUnknown)?;
        let algorithm = self.token.algorithm();
        let algorithm = algorithm.map_err(|_| StatementFault::Algorithm)?;
        let checking = Checking {
            crypto,
            later: None,
            hashing: None,
        };
        let checked = self.token.check(algorithm, key, &checking);
        checked.map_err(|_| StatementFault::Signature)
    }

    pub(super) fn at(&self, at: Timestamp) -> Result<(), StatementFault> {
        let issued = self.moment("iat")?.ok_or(StatementFault::Dates)?;
        if issued > at.plus_millis(CLOCK_SKEW_MS) {
            return Err(StatementFault::NotYet);
        }
        match self.moment("exp")? {
            Some(end) if end <= at => Err(StatementFault::Expired),
            _ => Ok(()),
        }
    }
}

/// The keys of an entity: a JSON Web Key Set in which every key has a name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeySet(Vec<(String, Option<PublicKey>)>);

impl KeySet {
    /// Reads a set. A key of a kind that is not known stays in it without use; two of one name, or one without, spoil it.
    pub fn read(set: &Value<'_>) -> Result<Self, StatementFault> {
        let keys = set.get("keys").and_then(Value::as_array);
        // Before any is read: each is held against those before it.
        let keys = keys.filter(|keys| (1..=MAX_KEYS).contains(&keys.len()));
        let mut read: Vec<(String, Option<PublicKey>)> = Vec::new();
        for key in keys.ok_or(StatementFault::Keys)? {
            let kid = key.get("kid").and_then(Value::as_str);
            let kid =
                kid.filter(|kid| !kid.is_empty() && read.iter().all(|(known, _)| known != kid));
            let kid = kid.ok_or(StatementFault::Keys)?.to_owned();
            read.push((kid, PublicKey::from_jwk(key).ok()));
        }
        Ok(Self(read))
    }

    /// Reads a set from JSON text, as a trust anchor's keys are handed out.
    pub fn parse(text: &[u8]) -> Result<Self, StatementFault> {
        Self::read(&Value::parse(text).map_err(|_| StatementFault::Keys)?)
    }

    /// Whether a key of this name is in it.
    #[must_use]
    pub fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|(known, _)| known == kid)
    }

    fn key(&self, kid: &str) -> Option<&PublicKey> {
        let mut keys = self.0.iter();
        keys.find(|(known, _)| known == kid)?.1.as_ref()
    }
}

fn is_list_of_entities(value: &Value<'_>) -> bool {
    let list = value.as_array().filter(|list| !list.is_empty());
    list.is_some_and(|list| list.iter().all(|one| one.as_str().is_some_and(is_entity)))
}

/// Objects by entity type, without `null` in them (§3.1.1).
fn is_metadata(value: &Value<'_>) -> bool {
    let whole = |one: &Object<'_>| one.values().all(|value| !value.is_null());
    let types = value.as_object().map(Object::values);
    types.is_some_and(|mut types| types.all(|one| one.as_object().is_some_and(whole)))
}

/// Why a text is no statement that can be relied on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StatementFault {
    /// It is no compact JSON Web Token.
    #[error("it is no JSON Web Token")]
    NoToken,
    /// It is larger than statements are read.
    #[error("it is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is by somebody else, or about somebody else, than was asked.
    #[error("it is by somebody else, or about somebody else, than was asked")]
    OtherParty,
    /// Its `typ` says that it is something else.
    #[error("its type is another")]
    Type,
    /// It is signed in a way that is not known, or not at all.
    #[error("it is signed in a way that is not known")]
    Algorithm,
    /// Who makes it or whom it is about is no entity identifier.
    #[error("`iss` or `sub` is no https address without query and fragment")]
    Entity,
    /// It does not say when it was made and until when it stands.
    #[error("`iat` or `exp` is missing or no number of seconds")]
    Dates,
    /// It has claims that must be understood and are not.
    #[error("`crit` names claims that are not understood")]
    Critical,
    /// It has a claim that belongs into the other kind of statement.
    #[error("a claim stands in it that belongs into the other kind of statement")]
    Misplaced,
    /// The superiors that it names are none.
    #[error("`authority_hints` is no list of entity identifiers")]
    Hints,
    /// The subject's keys are missing, more than are read, or not named each by its own name.
    #[error("`jwks` is missing, has more than {MAX_KEYS} keys or one without a name of its own")]
    Keys,
    /// The metadata are no objects, or have `null` in them.
    #[error("`metadata` is no object of objects, or has null in it")]
    Metadata,
    /// The metadata policy is none.
    #[error("`metadata_policy`: {0}")]
    Policy(#[from] PolicyFault),
    /// The constraints are none.
    #[error("`constraints`: {0}")]
    Constraints(#[from] ConstraintsFault),
    /// The key that it names is not among those of its issuer.
    #[error("the key that it names is not one of its issuer's")]
    KeyUnknown,
    /// The signature does not fit.
    #[error("its signature does not fit")]
    Signature,
    /// It was made in the future.
    #[error("it was made in the future")]
    NotYet,
    /// Its end is past.
    #[error("its end is past")]
    Expired,
}

const TYPE: &str = "entity-statement+jwt";
/// The largest statement, trust mark or delegation that is read: 64 KiB.
const MAX_BYTES: usize = 64 << 10;
const MAX_KEYS: usize = 64;
/// The end of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;
pub(super) const CLOCK_SKEW_MS: i64 = 60_000;
