//! The keys that sign an institution's credentials with all that became of them, as its members may see them.

use touchstone_store::{KeyChangeRow, KeyState, Reader, SigningKeyRow, StoreError, TenantId};
use touchstone_vc::{Timestamp, did};

use crate::{World, logging};

/// A key that signs, signed, or will. An old one stays published, so that what it signed can still be checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKey {
    /// Its id.
    pub id: String,
    /// The verification method that proofs name.
    pub name: String,
    /// The public key, as Multikey.
    pub public_key: String,
    /// How far it is.
    pub state: KeyState,
    /// When it was made.
    pub made_at: Timestamp,
    /// When a pending key is to sign.
    pub signs_from: Option<Timestamp>,
    /// The moment before which nobody else had it, of a compromised key.
    pub compromised_since: Option<Timestamp>,
    /// Whose hands it is in: `file`, `pkcs11` or `aws-kms`.
    pub custody: &'static str,
    /// All that became of it, in order.
    pub history: Vec<KeyStep>,
}

/// Something that became of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyStep {
    /// What.
    pub state: KeyState,
    /// When.
    pub at: Timestamp,
    /// Since when it holds, as was said.
    pub since: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Where it stands in the log, once it does.
    pub entry: Option<u64>,
}

impl SigningKey {
    /// When it began to sign.
    pub fn signed_from(&self) -> Option<Timestamp> {
        self.first(|state| state == KeyState::Active)
    }

    /// When it was ended, in whichever way came first.
    pub fn ended_at(&self) -> Option<Timestamp> {
        use KeyState::{Compromised, Destroyed, Retired};
        self.first(|state| matches!(state, Retired | Compromised | Destroyed))
    }

    fn first(&self, is: impl Fn(KeyState) -> bool) -> Option<Timestamp> {
        let step = self.history.iter().find(|step| is(step.state));
        step.map(|step| step.at)
    }
}

/// All keys of an institution, newest first.
#[crate::boxed]
pub async fn signing_keys(world: &World, tenant: &TenantId) -> Result<Vec<SigningKey>, StoreError> {
    let reader = world.store.read();
    let changes = reader.key_changes(tenant).await?;
    let mut keys = Vec::new();
    for row in reader.signing_keys(tenant).await? {
        keys.push(told(&reader, row, &changes).await?);
    }
    Ok(keys)
}

/// One key.
#[crate::boxed]
pub async fn signing_key(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<SigningKey>, StoreError> {
    let reader = world.store.read();
    let changes = reader.key_changes(tenant).await?;
    match reader.signing_key(tenant, id).await? {
        Some(row) => told(&reader, row, &changes).await.map(Some),
        None => Ok(None),
    }
}

async fn told(
    reader: &Reader,
    row: SigningKeyRow,
    changes: &[KeyChangeRow],
) -> Result<SigningKey, StoreError> {
    let mut history = Vec::new();
    for change in changes.iter().filter(|change| change.key == row.id) {
        let kind = format!("{}{}", logging::KEY, change.state.as_str());
        let place = reader.log_entry_of(&kind, &row.id, change.number).await?;
        history.push(KeyStep {
            state: change.state,
            at: Timestamp::from_unix_millis(change.at),
            since: Timestamp::from_unix_millis(change.since),
            actor: change.actor.clone(),
            reason: change.reason.clone(),
            entry: place.and_then(|place| u64::try_from(place.leaf).ok()),
        });
    }
    let time = |at: Option<i64>| at.map(Timestamp::from_unix_millis);
    Ok(SigningKey {
        name: row.verification_method,
        public_key: row.public_multibase,
        state: row.state,
        made_at: Timestamp::from_unix_millis(row.created_at),
        signs_from: time(row.activates_at),
        compromised_since: time(row.compromised_since),
        custody: custody_in_a_word(&row.custody),
        history,
        id: row.id,
    })
}

/// In whose hands a key is: `file`, `pkcs11` or `aws-kms`.
pub(crate) fn custody_in_a_word(custody: &str) -> &'static str {
    match custody {
        "" => "file",
        "aws-kms:" => "aws-kms",
        _ => "pkcs11",
    }
}

impl SigningKey {
    /// Its algorithm, as people call it.
    pub fn algorithm(&self) -> &'static str {
        match did::PublicKey::from_multikey(&self.public_key) {
            Ok(did::PublicKey::Ed25519(_)) => "Ed25519",
            Ok(did::PublicKey::P256(_)) => "P-256",
            Ok(did::PublicKey::P384(_)) => "P-384",
            Ok(did::PublicKey::Rsa(_)) => "RSA",
            Err(_) => "unknown",
        }
    }
}
