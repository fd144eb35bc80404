//! Who succeeded the issuer of a credential, for its bundle.

use touchstone_bundle::{Bundle, KeyEvent, Succeeded};
use touchstone_store::{CredentialRow, SigningKeyRow};
use touchstone_vc::log::Entry;

use super::{
    ExportError,
    prove::{entered, prove, text},
};
use crate::{
    World,
    logging::{self, Shown},
    operations::{moving::Name, signing_key},
};

/// That the issuer was succeeded, once the log shows it; with what became of the successor's key, so that the log says whose it is.
pub(super) async fn succession(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
    names: &[Name],
    name: &Name,
    bundle: &mut Bundle,
) -> Result<(), ExportError> {
    let reader = world.store.read();
    let tenant = row.tenant.as_str();
    // The institution itself under its next name, or another one.
    let number = names.iter().position(|one| one == name);
    let number = number.filter(|number| number + 1 < names.len());
    let (successor, place) = match number {
        Some(number) => {
            let version = i64::try_from(number + 1).unwrap_or(i64::MAX);
            let place = reader.log_entry_of(logging::MOVED, tenant, version).await?;
            (row.tenant.clone(), place)
        }
        None => {
            let Some((successor, _)) = signing_key::successor(world, &row.tenant).await? else {
                return Ok(());
            };
            let place = reader.log_entry_of(logging::SUCCESSION, tenant, 1).await?;
            (successor, place)
        }
    };
    let place = place.filter(|place| place.leaf.unsigned_abs() < shown.size);
    let Some(place) = place else { return Ok(()) };
    let proof = prove(world, shown, place.leaf).await?;
    let document = text(proof.entry.clone())?;
    let Ok(Entry::DidSuccession { stated, .. }) = Entry::parse(document.as_bytes()) else {
        return Ok(());
    };
    bundle.succession = Some(Succeeded {
        document,
        entry: entered(&proof),
    });
    let keys = reader.signing_keys(&successor).await?;
    let own = |key: &&SigningKeyRow| key.verification_method == stated.successor_method;
    let Some(own) = keys.iter().find(own) else {
        return Ok(());
    };
    let changes = reader.key_changes_before(&successor, i64::MAX).await?;
    for change in changes.iter().filter(|change| change.key == own.id) {
        let kind = format!("{}{}", logging::KEY, change.state.as_str());
        let place = reader.log_entry_of(&kind, &own.id, change.number).await?;
        let place = place.filter(|place| place.leaf.unsigned_abs() < shown.size);
        let Some(place) = place else { break };
        let proof = prove(world, shown, place.leaf).await?;
        bundle.key_events.push(KeyEvent {
            entry: Some(entered(&proof)),
            document: text(proof.entry)?,
        });
    }
    Ok(())
}
