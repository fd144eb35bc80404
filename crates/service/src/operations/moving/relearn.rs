//! After an older copy of the database was restored: that an institution had moved since, as the log says it.

use touchstone_store::{InstitutionRow, KeyState, SigningKeyRow};
use touchstone_vc::{Timestamp, did, log::Succession};

use super::{
    MoveError, Moved,
    move_here::Change,
    names::{authority, institution_of},
};
use crate::{World, operations::restore::number_lists_anew, ports::SignError};

/// Takes over a move that the log has and the database does not. Answers whether it is news. `since` is when the new key began to sign, as the log says.
/// Lists that were opened under the new DID cannot be known, so new ones get numbers that none can have had.
pub(in crate::operations) async fn relearn(
    world: &World,
    institutions: &[InstitutionRow],
    stated: &Succession,
    signatures: [Vec<u8>; 2],
    since: Timestamp,
) -> Result<bool, MoveError> {
    let mut all = institutions.iter();
    let moved = all.find(|row| row.did.as_deref() == Some(stated.issuer.as_str()));
    let Some(row) = moved.filter(|row| did::web::is(&row.did.clone().unwrap_or_default())) else {
        return Ok(false);
    };
    let is_its_own = authority(&world.site.public_url)
        .and_then(|authority| did::web::did(&authority, &["i", &row.slug]))
        .is_some_and(|here| here == stated.successor);
    let reader = world.store.read();
    if !is_its_own || institution_of(&reader, &stated.successor).await?.is_some() {
        return Ok(false);
    }
    let id = stated.successor_method.rsplit('#').next();
    let id = id.unwrap_or_default().to_owned();
    let now = world.clock.now();
    let key = &SigningKeyRow {
        custody: custody(world, &id, &stated.successor_key).await,
        id,
        tenant: row.id.clone(),
        verification_method: stated.successor_method.clone(),
        public_multibase: stated.successor_key.clone(),
        state: KeyState::Active,
        created_at: since.unix_millis(),
        retired_at: None,
        secret: None,
        activates_at: None,
        compromised_since: None,
    };
    let kept = &Moved::new(stated, signatures).kept();
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let outbox = tx.last_of_outbox().await?;
            let change = Change {
                row,
                to: &stated.successor,
                key,
                succession: kept,
                at: now,
                outbox,
                actor: "restore",
                reason: "learnt from the log after a restore",
                learnt: true,
            };
            change.write(world, tx).await?;
            number_lists_anew(world, tx, &row.id).await?;
            Ok::<_, MoveError>(true)
        })
        .await
}

/// Where the key is, or may be: a signer that is away may have it. One that is nowhere is ended once all is learnt.
async fn custody(world: &World, id: &str, public_key: &str) -> String {
    let mut away = None;
    for custody in world.signer.custodies() {
        match world.signer.public(&format!("{custody}{id}")).await {
            Ok(public) if public.named().to_multikey() == public_key => return custody.to_owned(),
            Err(SignError::Unavailable | SignError::PinRefused | SignError::Locked) => {
                away = Some(custody);
            }
            _ => {}
        }
    }
    away.unwrap_or(world.signer.custody()).to_owned()
}
