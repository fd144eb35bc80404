//! Putting aside whom a change is about, before anything is changed: exactly they are changed later, whatever is issued meanwhile.

use touchstone_store::{
    BulkChangeRow, ChangeState, CredentialFilter, Standing, StoreError, TenantId,
};

use super::{Fate, Foreseen, foresee};
use crate::World;

/// Whom a change is about.
#[derive(Clone, Debug)]
pub enum Which {
    /// These credentials, in this order.
    These(Vec<String>),
    /// All that pass a filter now, newest first.
    All(CredentialFilter),
}

/// A request to put credentials aside for a change.
#[derive(Clone, Debug)]
pub struct ManyChoice {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What is to become of them.
    pub fate: Fate,
    /// Whom it is about.
    pub which: Which,
}

/// What a change would do.
#[derive(Debug)]
pub struct ForeseenMany {
    /// The change, as it is kept.
    pub change: BulkChangeRow,
    /// How many would be changed.
    pub changes: u64,
    /// The first of them.
    pub first: Vec<Foreseen>,
}

/// Puts credentials aside for a change; answers with its id. Nothing is changed by it, and what is never begun is forgotten.
#[crate::boxed]
pub async fn choose_many(world: &World, order: &ManyChoice) -> Result<String, StoreError> {
    let now = world.clock.now();
    let change = &BulkChangeRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        actor: order.actor.clone(),
        fate: order.fate.as_str().into(),
        reason: String::new(),
        state: ChangeState::Chosen,
        total: 0,
        changed: 0,
        stayed: 0,
        created_at: now.unix_millis(),
        ended_at: None,
    };
    world
        .store
        .write(|mut tx| async move { tx.add_bulk_change(change.clone()).await })
        .await?;
    let add = async |ids: &[String]| {
        let (tenant, id) = (&order.tenant, change.id.as_str());
        world
            .store
            .write(|mut tx| async move { tx.add_bulk_items(tenant, id, ids).await })
            .await
    };
    match &order.which {
        Which::These(ids) => {
            for ids in ids.chunks(CHUNK) {
                add(ids).await?;
            }
        }
        Which::All(filter) => {
            let (reader, mut after) = (world.store.read(), None);
            loop {
                let found = reader
                    .credentials(&order.tenant, filter, after.as_ref(), CHUNK as u64)
                    .await?;
                let ids: Vec<String> = found.rows.into_iter().map(|row| row.id).collect();
                add(&ids).await?;
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(change.id.clone())
}

/// What a change that was chosen would do, as things stand now. `None` if the institution has none of that id.
#[crate::boxed]
pub async fn foresee_chosen(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<ForeseenMany>, StoreError> {
    let reader = world.store.read();
    let Some(change) = reader.bulk_change(tenant, id).await? else {
        return Ok(None);
    };
    let fate = Fate::parse(&change.fate).ok_or(StoreError::Corrupt {
        table: "bulk_change",
        column: "fate",
    })?;
    let standing = match fate {
        Fate::Revoke => Standing::Revocable,
        Fate::Suspend => Standing::Suspendable,
        Fate::Reinstate => Standing::Suspended,
    };
    let first = reader
        .bulk_ids_standing(tenant, id, standing, SHOWN)
        .await?;
    Ok(Some(ForeseenMany {
        changes: reader.bulk_items_standing(tenant, id, standing).await?,
        first: foresee(world, tenant, fate, &first).await?,
        change,
    }))
}

const CHUNK: usize = 1_000;
/// How many are shown by name.
const SHOWN: u64 = 100;
