//! One place in an institution's list of what it took back, for something that is signed by itself and not with a cohort.

use touchstone_store::{InstitutionRow, StatusListRow, StatusPurpose, StoreError, TenantId};
use touchstone_vc::model::StatusPosition;

use super::{
    compose::position,
    positions::{FULL, LENGTH, draw, unused},
};
use crate::{
    World,
    operations::{Job, restore::next_number},
};

/// Gives `subject` a place for ever. Where nothing is signed with it in the end, its bit stays clear.
pub(crate) async fn give_place(
    world: &World,
    institution: &InstitutionRow,
    subject: &str,
) -> Result<StatusPosition, StoreError> {
    let mut attempt = 0;
    loop {
        match give_once(world, institution, subject).await {
            // Somebody else gave places of the same list in between, or opened the next one.
            Err(StoreError::Conflict {
                table: "status_list",
            }) if attempt < MAX_ATTEMPTS => attempt += 1,
            given => return given,
        }
    }
}

async fn give_once(
    world: &World,
    institution: &InstitutionRow,
    subject: &str,
) -> Result<StatusPosition, StoreError> {
    let (tenant, purpose) = (&institution.id, StatusPurpose::Revocation);
    let reader = world.store.read();
    let open = reader.open_status_list(tenant, purpose).await?;
    let open = open.filter(|list| list.used_count < i64::from(FULL));
    let is_new = open.is_none();
    let list = match open {
        Some(list) => list,
        None => new_list(world, tenant, next_number(&reader, tenant).await?, purpose),
    };
    let mut used = list.used.clone();
    let count = u32::try_from(list.used_count).unwrap_or(u32::MAX);
    let drawn = draw(&mut used, count, 1, &*world.rng);
    let index = *drawn.first().expect("a list that is not full has room");
    let (row, used, now) = (&list, &used, world.clock.now());
    let given = &[(i64::from(index), subject.to_owned())];
    let stored = world.store.write(|mut tx| async move {
        if is_new {
            tx.add_status_list(row.clone()).await?;
            let job = Job::PublishStatus {
                tenant: tenant.to_string(),
                list: row.id.clone(),
            };
            tx.enqueue(job.queued(&*world.rng, now, now)).await?;
        }
        tx.give_positions(row, used.clone(), given).await
    });
    stored.await?;
    let path = format!("/i/{}/status/{}", institution.slug, list.number);
    Ok(position(world.site.link(&path), index))
}

/// A list of which nothing is given yet.
pub(super) fn new_list(
    world: &World,
    tenant: &TenantId,
    number: i64,
    purpose: StatusPurpose,
) -> StatusListRow {
    StatusListRow {
        id: world.rng.uuid().to_string(),
        tenant: tenant.clone(),
        number,
        purpose,
        length: i64::from(LENGTH),
        used: unused(),
        used_count: 0,
        version: 0,
        created_at: world.clock.now().unix_millis(),
        abandoned_at: None,
    }
}

/// How often a place is drawn anew.
const MAX_ATTEMPTS: u32 = 20;
