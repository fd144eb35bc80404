//! The keys that sign an institution's credentials and status lists, from making to destroying.
//!
//! **Invariants:** what becomes of a key is written with its audit line and its entry for the log in one transaction; whoever signs holds
//! the key in the transaction that makes the signature count ([`Tx::hold_signing_key`](touchstone_store::Tx::hold_signing_key)), so that
//! nothing signed with an ended key counts and the log has it before the key's end; a new key is published before it signs.

mod activate;
mod affected;
mod change;
mod compromise;
mod destroy;
mod end;
mod import;
mod list;
mod make;
mod reissue;
mod relearn;
mod replace;
mod retire;
mod rotate;
mod sign;
mod state;
mod succeed;
mod tell;
mod tell_employers;
mod transcript;

pub use activate::activate;
pub use affected::{Affected, affected};
pub use compromise::{Compromise, Compromised, compromise};
pub use destroy::destroy;
pub use import::{import, was_imported};
pub(crate) use list::custody_in_a_word;
pub use list::{KeyStep, SigningKey, signing_key, signing_keys};
pub use make::make;
pub use reissue::{Reissued, reissue};
pub use retire::retire;
pub use rotate::{Rotated, Rotation, rotate};
pub use state::{Refused, may_become};
pub use succeed::{Succeeding, succeed, successor};
pub use transcript::{TRANSCRIPT, Transcript, sign_transcript, transcripts};

pub(in crate::operations) use activate::{activate_due, activate_published};
pub(crate) use change::{found, found_learnt};
pub(in crate::operations) use end::end;
pub(in crate::operations) use import::wipe_unfinished;
pub(in crate::operations) use relearn::{RelearnError, relearn};
pub(in crate::operations) use replace::replace;
pub(in crate::operations) use retire::retire_when_free;
pub(in crate::operations) use rotate::rotate_due;
pub(crate) use sign::sign;
pub(crate) use succeed::{Succeeded, stated_by_both, succeeded};
pub(in crate::operations) use tell::{TellError, tell_owner, tell_owners};
pub(in crate::operations) use tell_employers::{EmployerMail, tell_employer, tell_employers};
pub use touchstone_store::KeyState;

use touchstone_store::{InstitutionRow, SigningKeyRow, StoreError, TenantId, Tx};
use touchstone_vc::{Curve, Securing, Suite, Timestamp, did};

use crate::ports::SignError;

/// A request about one key.
#[derive(Clone, Debug)]
pub struct KeyAct {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The key.
    pub key: String,
    /// Why, in their words.
    pub reason: String,
}

/// How keys are rotated here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyPolicy {
    /// How long a new key is published before it signs, in milliseconds: longer than caches keep the document it stands in.
    pub announce_ms: i64,
    /// After how many days of signing a key is rotated by itself; `None`: never.
    pub most_days: Option<u32>,
    /// How often it is looked whether DIDs resolve to the documents that were published, in milliseconds; `None`: never.
    pub documents_every_ms: Option<i64>,
}

impl Default for KeyPolicy {
    fn default() -> Self {
        Self {
            announce_ms: 15 * 60 * 1_000,
            most_days: None,
            documents_every_ms: None,
        }
    }
}

/// Why a key was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// No such key of this institution.
    #[error("no such signing key")]
    NoSuchKey,
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// The issuer is its key.
    #[error(
        "the issuer is named after its key (did:key), so it cannot have another one: give the installation a public address \
         (site.public_url), found the institution anew there and link the two with `touchstone key succeed`; what was issued stays as it is"
    )]
    DidKey,
    /// Its DID can have other keys.
    #[error(
        "the issuer is no did:key, so it goes on under its DID with another key: rotate instead (`touchstone key rotate`)"
    )]
    Rotates,
    /// It would succeed itself.
    #[error("an institution does not succeed itself; name another one")]
    Itself,
    /// It has a successor.
    #[error(
        "the institution is succeeded by another one already, and that stands in the public log"
    )]
    Succeeded,
    /// The one that is to go on does not.
    #[error("{0} does not go on itself: it is succeeded by {1}. Name an institution that goes on")]
    GoesOnAs(String, String),
    /// One of the two cannot sign.
    #[error(
        "{0} has no key that signs (it was retired or given up), and without the signature of both nobody is succeeded by anybody"
    )]
    CannotSign(String),
    /// The key may not become that.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nothing would be left to sign with.
    #[error("the institution has no other key that signs; rotate instead, which makes one")]
    OnlyKey,
    /// Credentials wait to be signed with it.
    #[error(
        "{0} credentials that were approved wait to be signed with this key; it is retired when they are"
    )]
    UnderWay(u64),
    /// Its credentials stand.
    #[error("the key is not compromised, so what it signed stands; there is nothing to issue anew")]
    NotCompromised,
    /// The institution has it already.
    #[error("the institution has this very key already: {0}")]
    Known(String),
    /// Another institution has it, or had.
    #[error(
        "another institution of this installation has this very key, or had it and gave it up: a key belongs to one; make another one"
    )]
    KnownElsewhere,
    /// A moment that is still to come.
    #[error("the moment since when the key is compromised lies in the future")]
    Future,
    /// A reason that is missing or too long.
    #[error("say why, in at most 1,000 characters")]
    Reason,
    /// The signer did not make it.
    #[error("signing key: {0}")]
    Sign(#[from] SignError),
    /// It is not published yet.
    #[error(
        "the history of the DID has no line with this key yet, so nobody who reads it could check what the key signs. The line is signed within \
         seconds while `touchstone serve` or `touchstone work` runs; `touchstone doctor` says under DID history what it waits for. Try again then"
    )]
    NotPublished,
    /// Its DID's history has no room.
    #[error(
        "the history of the DID has used three quarters of the 4 MiB that anybody reads, and what is left is kept for giving keys up: no key is made \
         or taken in any more. What signs goes on; for more keys, found an institution anew (`touchstone init`) and issue what is new there"
    )]
    HistoryFull,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The key as its signer knows it.
pub(crate) fn handle(row: &SigningKeyRow) -> String {
    format!("{}{}", row.custody, row.id)
}

/// How an issuer signs with one of its keys: which suite follows from the key.
pub(crate) fn securing(
    row: &SigningKeyRow,
    created: Timestamp,
) -> Result<Securing<'_>, StoreError> {
    let (suite, curve) = match did::PublicKey::from_multikey(&row.public_multibase) {
        Ok(did::PublicKey::Ed25519(_)) => (Suite::EddsaRdfc2022, Curve::Ed25519),
        Ok(did::PublicKey::P256(_)) => (Suite::EcdsaRdfc2019, Curve::P256),
        Ok(did::PublicKey::P384(_) | did::PublicKey::Rsa(_)) | Err(_) => {
            return Err(StoreError::Corrupt {
                table: "signing_key",
                column: "public_multibase",
            });
        }
    };
    let method = &row.verification_method;
    Ok(Securing::assertion(suite, curve, method, created))
}

async fn find(tx: &Tx, tenant: &TenantId, key: &str) -> Result<SigningKeyRow, SigningKeyError> {
    let found = tx.signing_key(tenant, key).await?;
    found.ok_or(SigningKeyError::NoSuchKey)
}

/// An institution whose issuer can have several keys, with its DID.
fn rotatable(
    institution: Option<InstitutionRow>,
) -> Result<(InstitutionRow, String), SigningKeyError> {
    let institution = institution.ok_or(SigningKeyError::NoSuchInstitution)?;
    match institution.did.clone() {
        Some(did) if did::document_url(&did).is_some() => Ok((institution, did)),
        _ => Err(SigningKeyError::DidKey),
    }
}

/// A reason as it is kept.
pub(in crate::operations) fn reason(text: &str) -> Result<String, SigningKeyError> {
    let text = text.trim();
    match text.is_empty() || text.chars().count() > 1_000 || text.chars().any(char::is_control) {
        true => Err(SigningKeyError::Reason),
        false => Ok(text.to_owned()),
    }
}
