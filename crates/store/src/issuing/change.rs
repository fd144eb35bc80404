//! Changes of many credentials: chosen, under way, done.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    BulkChangeRow, BulkItemRow, ChangeState, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{bulk_change, bulk_change_batch, bulk_item, credential},
    tx::hit,
};

/// Which items of a change to list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ItemFilter<'a> {
    /// All.
    Any,
    /// With this outcome; the empty one while there is none.
    With(&'a str),
    /// With an outcome, and another one than this.
    Other(&'a str),
}

/// How a credential's row stands, in the terms of a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It has a place in a revocation list and was not revoked.
    Revocable,
    /// It has a place in a suspension list, and is neither suspended nor revoked.
    Suspendable,
    /// It is suspended and not revoked.
    Suspended,
}

impl Reader {
    /// One change of many.
    #[crate::boxed]
    pub async fn bulk_change(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<BulkChangeRow>, StoreError> {
        let found = bulk_change::Entity::find_by_id(id)
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Changes that were begun, newest first.
    #[crate::boxed]
    pub async fn bulk_changes(
        &self,
        tenant: &TenantId,
        limit: u64,
    ) -> Result<Vec<BulkChangeRow>, StoreError> {
        let found = bulk_change::Entity::find()
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .filter(bulk_change::Column::State.ne(ChangeState::Chosen))
            .order_by_desc(bulk_change::Column::CreatedAt)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Changes that were begun and are about credentials of a batch, newest first.
    #[crate::boxed]
    pub async fn bulk_changes_of_batch(
        &self,
        tenant: &TenantId,
        batch: &str,
        limit: u64,
    ) -> Result<Vec<BulkChangeRow>, StoreError> {
        let of_batch = bulk_change::Entity::belongs_to(bulk_change_batch::Entity)
            .from(bulk_change::Column::Id)
            .to(bulk_change_batch::Column::Change)
            .into();
        let found = bulk_change::Entity::find()
            .join(JoinType::InnerJoin, of_batch)
            .filter(bulk_change_batch::Column::Batch.eq(batch))
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .filter(bulk_change::Column::State.ne(ChangeState::Chosen))
            .order_by_desc(bulk_change::Column::CreatedAt)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Items of a change after a position, in order.
    pub async fn bulk_items(
        &self,
        tenant: &TenantId,
        change: &str,
        filter: ItemFilter<'_>,
        after: i64,
        limit: u64,
    ) -> Result<Vec<BulkItemRow>, StoreError> {
        if self.bulk_change(tenant, change).await?.is_none() {
            return Ok(Vec::new());
        }
        let found = bulk_item::Entity::find()
            .filter(bulk_item::Column::Change.eq(change))
            .filter(bulk_item::Column::Position.gt(after));
        let found = match filter {
            ItemFilter::Any => found,
            ItemFilter::With(outcome) => found.filter(bulk_item::Column::Outcome.eq(outcome)),
            ItemFilter::Other(outcome) => {
                found.filter(bulk_item::Column::Outcome.is_not_in([outcome, ""]))
            }
        };
        let found = found.order_by_asc(bulk_item::Column::Position).limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many items of a change stand like that now.
    #[crate::boxed]
    pub async fn bulk_items_standing(
        &self,
        tenant: &TenantId,
        change: &str,
        standing: Standing,
    ) -> Result<u64, StoreError> {
        let found = standing_items(tenant, change, standing);
        Ok(found.count(self.sql.as_ref()).await?)
    }

    /// The first ids of those items of a change that stand like that now.
    #[crate::boxed]
    pub async fn bulk_ids_standing(
        &self,
        tenant: &TenantId,
        change: &str,
        standing: Standing,
        limit: u64,
    ) -> Result<Vec<String>, StoreError> {
        let found = standing_items(tenant, change, standing)
            .select_only()
            .column(bulk_item::Column::Credential)
            .order_by_asc(bulk_item::Column::Position)
            .limit(limit)
            .into_tuple();
        Ok(found.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a change of which the credentials follow.
    #[crate::boxed]
    pub async fn add_bulk_change(&mut self, row: BulkChangeRow) -> Result<(), StoreError> {
        insert::<bulk_change::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Adds credentials to a change that is not begun yet, in this order, and notes their batches. Conflicts if it is begun.
    #[crate::boxed]
    pub async fn add_bulk_items(
        &mut self,
        tenant: &TenantId,
        change: &str,
        credentials: &[String],
    ) -> Result<(), StoreError> {
        let there = self.bulk_change(tenant, change).await?;
        let there = there.filter(|row| row.state == ChangeState::Chosen);
        let first = there.ok_or(CONFLICT)?.total;
        let items = (first..)
            .zip(credentials)
            .map(|(position, credential)| BulkItemRow {
                change: change.to_owned(),
                position,
                credential: credential.clone(),
                outcome: String::new(),
            });
        let items: Vec<_> = items.collect();
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        insert_all::<bulk_item::Entity, _>(self.sql.as_ref(), items).await?;
        bulk_change::Entity::update_many()
            .col_expr(bulk_change::Column::Total, Expr::value(first + count))
            .filter(bulk_change::Column::Id.eq(change))
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        self.note_batches(tenant, change, credentials).await
    }

    async fn note_batches(
        &mut self,
        tenant: &TenantId,
        change: &str,
        credentials: &[String],
    ) -> Result<(), StoreError> {
        let batches: Vec<String> = credential::Entity::find()
            .select_only()
            .column(credential::Column::Batch)
            .distinct()
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::Id.is_in(credentials))
            .filter(credential::Column::Batch.is_not_null())
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        if batches.is_empty() {
            return Ok(());
        }
        let rows = batches
            .into_iter()
            .map(|batch| bulk_change_batch::ActiveModel {
                batch: Set(batch),
                change: Set(change.to_owned()),
            });
        let known = [
            bulk_change_batch::Column::Batch,
            bulk_change_batch::Column::Change,
        ];
        bulk_change_batch::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(known).do_nothing().to_owned())
            .exec_without_returning(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Begins a change: chosen → running. Conflicts if it was begun before.
    #[crate::boxed]
    pub async fn begin_bulk_change(
        &mut self,
        tenant: &TenantId,
        change: &str,
        actor: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let begun = bulk_change::Entity::update_many()
            .col_expr(
                bulk_change::Column::State,
                Expr::value(ChangeState::Running.as_str()),
            )
            .col_expr(bulk_change::Column::Actor, Expr::value(actor))
            .col_expr(bulk_change::Column::Reason, Expr::value(reason))
            .filter(bulk_change::Column::Id.eq(change))
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .filter(bulk_change::Column::State.eq(ChangeState::Chosen))
            .exec(self.sql.as_ref())
            .await?;
        hit("bulk_change", begun.rows_affected)
    }

    /// Notes what became of items, and counts them; `changed` is the outcome of those that were changed. Conflicts if one of them has
    /// an outcome already: then nothing of this unit of work may stand.
    #[crate::boxed]
    pub async fn settle_bulk_items(
        &mut self,
        tenant: &TenantId,
        change: &str,
        outcomes: &[(i64, String)],
        changed: &str,
    ) -> Result<(), StoreError> {
        let mut positions = BTreeMap::<&str, Vec<i64>>::new();
        for (position, outcome) in outcomes {
            positions.entry(outcome).or_default().push(*position);
        }
        for (outcome, positions) in &positions {
            let settled = bulk_item::Entity::update_many()
                .col_expr(bulk_item::Column::Outcome, Expr::value(*outcome))
                .filter(bulk_item::Column::Change.eq(change))
                .filter(bulk_item::Column::Position.is_in(positions.iter().copied()))
                .filter(bulk_item::Column::Outcome.eq(""))
                .exec(self.sql.as_ref())
                .await?;
            if settled.rows_affected != positions.len() as u64 {
                return Err(CONFLICT);
            }
        }
        let of = |outcome: &str| positions.get(outcome).map_or(0, Vec::len);
        let done = i64::try_from(of(changed)).unwrap_or(i64::MAX);
        let stayed = i64::try_from(outcomes.len() - of(changed)).unwrap_or(i64::MAX);
        let more = |column, by: i64| Expr::col(column).add(by);
        let counted = bulk_change::Entity::update_many()
            .col_expr(
                bulk_change::Column::Changed,
                more(bulk_change::Column::Changed, done),
            )
            .col_expr(
                bulk_change::Column::Stayed,
                more(bulk_change::Column::Stayed, stayed),
            )
            .filter(bulk_change::Column::Id.eq(change))
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .filter(bulk_change::Column::State.eq(ChangeState::Running))
            .exec(self.sql.as_ref())
            .await?;
        hit("bulk_change", counted.rows_affected)
    }

    /// Ends a change of which every item has its outcome: running → done. Conflicts if somebody else did.
    #[crate::boxed]
    pub async fn end_bulk_change(
        &mut self,
        tenant: &TenantId,
        change: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let ended = bulk_change::Entity::update_many()
            .col_expr(
                bulk_change::Column::State,
                Expr::value(ChangeState::Done.as_str()),
            )
            .col_expr(bulk_change::Column::EndedAt, Expr::value(at))
            .filter(bulk_change::Column::Id.eq(change))
            .filter(bulk_change::Column::Tenant.eq(tenant.clone()))
            .filter(bulk_change::Column::State.eq(ChangeState::Running))
            .exec(self.sql.as_ref())
            .await?;
        hit("bulk_change", ended.rows_affected)
    }

    /// Forgets what was chosen before a time and never begun, of every tenant.
    #[crate::boxed]
    pub async fn forget_chosen(&mut self, before: i64) -> Result<(), StoreError> {
        let left: Vec<String> = bulk_change::Entity::find()
            .select_only()
            .column(bulk_change::Column::Id)
            .filter(bulk_change::Column::State.eq(ChangeState::Chosen))
            .filter(bulk_change::Column::CreatedAt.lt(before))
            .limit(10)
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        for id in left {
            bulk_item::Entity::delete_many()
                .filter(bulk_item::Column::Change.eq(id.as_str()))
                .exec(self.sql.as_ref())
                .await?;
            bulk_change_batch::Entity::delete_many()
                .filter(bulk_change_batch::Column::Change.eq(id.as_str()))
                .exec(self.sql.as_ref())
                .await?;
            bulk_change::Entity::delete_by_id(id)
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }
}

fn standing_items(
    tenant: &TenantId,
    change: &str,
    standing: Standing,
) -> Select<bulk_item::Entity> {
    let row = bulk_item::Entity::belongs_to(credential::Entity)
        .from(bulk_item::Column::Credential)
        .to(credential::Column::Id)
        .into();
    let found = bulk_item::Entity::find()
        .join(JoinType::InnerJoin, row)
        .filter(bulk_item::Column::Change.eq(change))
        .filter(credential::Column::Tenant.eq(tenant.clone()))
        .filter(credential::Column::RevokedAt.is_null());
    match standing {
        Standing::Revocable => found.filter(credential::Column::StatusList.is_not_null()),
        Standing::Suspendable => found
            .filter(credential::Column::SuspensionList.is_not_null())
            .filter(credential::Column::SuspendedAt.is_null()),
        Standing::Suspended => found.filter(credential::Column::SuspendedAt.is_not_null()),
    }
}

const CONFLICT: StoreError = StoreError::Conflict {
    table: "bulk_change",
};
