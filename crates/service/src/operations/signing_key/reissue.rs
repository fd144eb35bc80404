//! Issuing anew what a compromised key signed: each credential is replaced by one of the same content, signed with the key that signs now.

use touchstone_store::{KeyState, TenantId};

use super::SigningKeyError;
use crate::{
    World,
    issuing::{Changes, CorrectError, Correction, correct},
};

/// What came of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reissued {
    /// Credentials that are being replaced; each is withdrawn in the moment in which the new one is signed.
    pub replaced: u64,
    /// Those that stay as they are, with the reason.
    pub left: Vec<(String, String)>,
}

/// Queues the replacement of everything that stands and was signed with a compromised key.
#[crate::boxed]
pub async fn reissue(
    world: &World,
    tenant: &TenantId,
    key: &str,
    actor: &str,
) -> Result<Reissued, SigningKeyError> {
    let reader = world.store.read();
    let row = reader.signing_key(tenant, key).await?;
    let row = row.ok_or(SigningKeyError::NoSuchKey)?;
    if row.compromised_since.is_none() || row.state == KeyState::Active {
        return Err(SigningKeyError::NotCompromised);
    }
    let mut found = Reissued::default();
    let mut after: Option<String> = None;
    loop {
        let page = reader
            .signed_with(tenant, key, after.as_deref(), PAGE)
            .await?;
        let Some((last, ..)) = page.last() else {
            return Ok(found);
        };
        after = Some(last.clone());
        for (id, ..) in page {
            let order = Correction {
                tenant: tenant.clone(),
                credential: id.clone(),
                actor: actor.to_owned(),
                changes: Changes::default(),
                drawn: None,
            };
            match correct(world, &order).await {
                Ok(_) => found.replaced += 1,
                Err(CorrectError::Store(error)) => return Err(error.into()),
                Err(error) => found.left.push((id, error.to_string())),
            }
        }
    }
}

const PAGE: u64 = 500;
