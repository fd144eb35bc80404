//! Passkeys of members: added by who is signed in, used to sign in, removed.
//!
//! **Invariant:** a challenge is answered once, within five minutes, by whom it was made for; it is forgotten before its answer is
//! looked at, whatever comes of it. A passkey opens the account of the member who added it and no other.

mod add;
mod remove;
mod sign_in;

use touchstone_store::{StoreError, WebauthnStateRow};

pub use add::{Addition, add, begin_adding};
pub use remove::{Removal, remove};
pub use sign_in::{begin, sign_in};

use crate::{
    World,
    ports::{Ceremony, PasskeyFault, Passkeys},
    secret,
};

/// A passkey, as its member sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Passkey {
    /// The credential id, base64url.
    pub id: String,
    /// What the member calls it.
    pub label: String,
    /// When it was added; milliseconds since 1970.
    pub added_at: i64,
    /// When it last signed in.
    pub used_at: Option<i64>,
}

/// All passkeys of a member, newest first.
#[crate::boxed]
pub async fn passkeys(world: &World, member: &str) -> Result<Vec<Passkey>, StoreError> {
    let rows = world.store.read().passkeys(member).await?.into_iter();
    let passkeys = rows.map(|row| Passkey {
        id: row.id,
        label: row.label,
        added_at: row.created_at,
        used_at: row.last_used_at,
    });
    Ok(passkeys.collect())
}

/// Whether passkeys can be had under the address of this installation.
pub fn available(world: &World) -> bool {
    world.passkeys.is_some()
}

/// A ceremony that waits for the browser's answer.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Comes back with the answer.
    pub ceremony: String,
    /// What the browser is asked, in JSON: the `publicKey` member of its options.
    pub options: String,
}

/// Why a passkey was not added, removed or accepted.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The address of this installation is a number, or its port is not wired.
    #[error("passkeys need an address with a name in it; sign in by a link in a mail")]
    Unavailable,
    /// No name, too long a name, or control characters in it.
    #[error(
        "give the passkey a name, in at most 100 characters, by which you know the device again"
    )]
    Label,
    /// More than anybody has devices.
    #[error("these are more passkeys than anybody has devices; remove one first")]
    TooMany,
    /// The challenge was answered before, is too old, or was made for somebody else.
    #[error("this took too long or was sent twice; try again")]
    NoCeremony,
    /// The answer does not hold.
    #[error("the passkey’s answer does not hold; try again, or sign in by a link in a mail")]
    Refused,
    /// No member has this passkey, or the member is let in no longer.
    #[error("this passkey opens nothing here; sign in by a link in a mail, and add it again")]
    Unknown,
    /// Somebody may have a copy.
    #[error(
        "this passkey counts backwards, so there may be a copy of it: it was refused. Sign in by a link in a mail and remove it"
    )]
    CountsBackwards,
    /// No such passkey of this member.
    #[error("no such passkey, or it was removed before")]
    NoSuchPasskey,
    /// What is kept cannot be used.
    #[error("{0}")]
    Broken(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PasskeyFault> for PasskeyError {
    fn from(fault: PasskeyFault) -> Self {
        match fault {
            PasskeyFault::Unreadable | PasskeyFault::Refused(_) => Self::Refused,
            PasskeyFault::CountsBackwards => Self::CountsBackwards,
            PasskeyFault::Broken(why) => Self::Broken(why),
        }
    }
}

pub(crate) fn port(world: &World) -> Result<&dyn Passkeys, PasskeyError> {
    world.passkeys.as_deref().ok_or(PasskeyError::Unavailable)
}

/// What a ceremony is for.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Registration,
    Authentication,
    /// A passkey is made that signs one statement.
    StatementKey,
    /// It signs the statement.
    Statement,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Authentication => "authentication",
            Self::StatementKey => "statement-key",
            Self::Statement => "statement",
        }
    }
}

/// Keeps a ceremony until its answer comes.
pub(crate) async fn keep(
    world: &World,
    kind: Kind,
    member: Option<&str>,
    begun: Ceremony,
) -> Result<Begun, PasskeyError> {
    let ceremony = secret::draw(&*world.rng);
    let row = &WebauthnStateRow {
        id: secret::hash(world.crypto, &ceremony),
        member: member.map(str::to_owned),
        kind: kind.as_str().to_owned(),
        state: begun.state,
        expires_at: world.clock.now().unix_millis() + CEREMONY_MS,
    };
    world
        .store
        .write(|mut tx| async move { tx.add_webauthn_state(row.clone()).await })
        .await?;
    Ok(Begun {
        ceremony,
        options: begun.options,
    })
}

/// Takes the state of a ceremony. In a transaction of its own, so that it is gone also where the answer is refused.
pub(crate) async fn take(
    world: &World,
    kind: Kind,
    member: Option<&str>,
    ceremony: &str,
) -> Result<String, PasskeyError> {
    let now = world.clock.now().unix_millis();
    let id = &secret::hash(world.crypto, ceremony);
    let taken: Option<WebauthnStateRow> = world
        .store
        .write(|mut tx| async move { tx.take_webauthn_state(id, now).await })
        .await?;
    let fits =
        |row: &WebauthnStateRow| row.kind == kind.as_str() && row.member.as_deref() == member;
    Ok(taken.filter(fits).ok_or(PasskeyError::NoCeremony)?.state)
}

const CEREMONY_MS: i64 = 5 * 60 * 1_000;
