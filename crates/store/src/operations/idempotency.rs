//! Requests that may be sent again: the first reserves the key and does the work, the others get its answer.

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{IdempotencyRow, Store, StoreError, TenantId, Tx, entity::idempotency, tx::hit};

/// What a request with an idempotency key finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// Nobody was here: do the work, then [`answer`](Tx::answer) it, or [`forget`](Store::forget_reservation) it.
    Fresh,
    /// Somebody was: in progress while `status` is absent. The request hash says whether it is the same request.
    Known(IdempotencyRow),
}

impl Store {
    /// Reserves a key, at once. Of any number of requests with the same key exactly one gets `Fresh`.
    #[crate::boxed]
    pub async fn reserve_key(
        &self,
        tenant: &TenantId,
        key: &str,
        request_hash: &str,
        now: i64,
    ) -> Result<Reservation, StoreError> {
        let row = IdempotencyRow {
            tenant: tenant.clone(),
            key: key.to_owned(),
            request_hash: request_hash.to_owned(),
            status: None,
            response: None,
            created_at: now,
        };
        let sql = self.at_once();
        // A reservation found taken may be forgotten before it is read: then it is free to take.
        for _ in 0..MAX_TURNS {
            let reserved = idempotency::Entity::insert(row.clone().into_active_model())
                .on_conflict(
                    OnConflict::columns([idempotency::Column::Tenant, idempotency::Column::Key])
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&sql)
                .await?;
            if reserved == 1 {
                return Ok(Reservation::Fresh);
            }
            let taken = idempotency::Entity::find_by_id((tenant.clone(), key.to_owned()));
            if let Some(taken) = taken.one(&sql).await? {
                return Ok(Reservation::Known(taken));
            }
        }
        Err(StoreError::Contended)
    }

    /// Takes over a reservation whose worker died: one made before `made_before` and never answered.
    /// Conflicts if it was answered or somebody else took it over.
    #[crate::boxed]
    pub async fn take_over_key(
        &self,
        tenant: &TenantId,
        key: &str,
        made_before: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let taken = idempotency::Entity::update_many()
            .col_expr(idempotency::Column::CreatedAt, Expr::value(now))
            .filter(idempotency::Column::Tenant.eq(tenant.clone()))
            .filter(idempotency::Column::Key.eq(key))
            .filter(idempotency::Column::Status.is_null())
            .filter(idempotency::Column::CreatedAt.lt(made_before))
            .exec(&self.at_once())
            .await?;
        hit("idempotency", taken.rows_affected)
    }

    /// Forgets a reservation whose work failed and left no trace, so that the request can be sent again.
    #[crate::boxed]
    pub async fn forget_reservation(&self, tenant: &TenantId, key: &str) -> Result<(), StoreError> {
        idempotency::Entity::delete_many()
            .filter(idempotency::Column::Tenant.eq(tenant.clone()))
            .filter(idempotency::Column::Key.eq(key))
            .filter(idempotency::Column::Status.is_null())
            .exec(&self.at_once())
            .await?;
        Ok(())
    }
}

impl Tx {
    /// Stores the answer to a reserved request, together with the work. Conflicts if it was answered already.
    #[crate::boxed]
    pub async fn answer(
        &mut self,
        tenant: &TenantId,
        key: &str,
        status: i64,
        response: Vec<u8>,
    ) -> Result<(), StoreError> {
        let answered = idempotency::Entity::update_many()
            .col_expr(idempotency::Column::Status, Expr::value(status))
            .col_expr(idempotency::Column::Response, Expr::value(response))
            .filter(idempotency::Column::Tenant.eq(tenant.clone()))
            .filter(idempotency::Column::Key.eq(key))
            .filter(idempotency::Column::Status.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("idempotency", answered.rows_affected)
    }
}

/// How often a reservation is tried that others take and forget.
const MAX_TURNS: u32 = 10;
