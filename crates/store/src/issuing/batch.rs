//! Batches and their rows. A batch moves from state to state only from where the caller saw it.

use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};

use super::{learner::contains, seal::among};

use crate::{
    BatchLineRow, BatchRow, BatchState, Cursor, Page, Reader, RowState, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{batch, batch_row},
    tx::hit,
};

impl Reader {
    /// One batch.
    #[crate::boxed]
    pub async fn batch(&self, tenant: &TenantId, id: &str) -> Result<Option<BatchRow>, StoreError> {
        let found = batch::Entity::find_by_id(id).filter(batch::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Batches whose name or file's name contains `search` (all, if it is empty), newest first.
    #[crate::boxed]
    pub async fn batches(
        &self,
        tenant: &TenantId,
        search: &str,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<BatchRow>, StoreError> {
        let mut found = batch::Entity::find()
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(batch::Column::CreatedAt)
            .order_by_desc(batch::Column::Id)
            .limit(limit.saturating_add(1));
        if !search.is_empty() {
            let pattern = contains(search);
            let holds = |column| {
                let text = Expr::expr(Func::lower(Expr::col((batch::Entity, column))));
                text.like(LikeExpr::new(pattern.clone()).escape('\\'))
            };
            let named = holds(batch::Column::Name).or(holds(batch::Column::SourceName));
            found = found.filter(named);
        }
        if let Some(after) = after {
            found = found.filter(after.rest(batch::Column::CreatedAt, batch::Column::Id));
        }
        let rows = found.all(self.sql.as_ref()).await?;
        Ok(Page::cut(rows, limit, |row| Cursor {
            at: row.created_at,
            id: row.id.clone(),
        }))
    }

    /// Batches made from a file with this SHA-256, newest first.
    #[crate::boxed]
    pub async fn batches_from_file(
        &self,
        tenant: &TenantId,
        source_sha256: &str,
    ) -> Result<Vec<BatchRow>, StoreError> {
        let found = batch::Entity::find()
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .filter(batch::Column::SourceSha256.eq(source_sha256))
            .order_by_desc(batch::Column::CreatedAt);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Batches of every tenant in a state: what a restart has to go on with, or whose date has come.
    #[crate::boxed]
    pub async fn batches_in_state(&self, state: BatchState) -> Result<Vec<BatchRow>, StoreError> {
        let found = batch::Entity::find()
            .filter(batch::Column::State.eq(state))
            .order_by_asc(batch::Column::CreatedAt);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Rows of a batch after a line, in order; of one state, or of all.
    #[crate::boxed]
    pub async fn batch_rows(
        &self,
        tenant: &TenantId,
        batch: &str,
        state: Option<RowState>,
        after_line: i64,
        limit: u64,
    ) -> Result<Vec<BatchLineRow>, StoreError> {
        if self.batch(tenant, batch).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut found = batch_row::Entity::find()
            .filter(batch_row::Column::Batch.eq(batch))
            .filter(batch_row::Column::Line.gt(after_line))
            .order_by_asc(batch_row::Column::Line)
            .limit(limit);
        if let Some(state) = state {
            found = found.filter(batch_row::Column::State.eq(state));
        }
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many rows of a batch are in a state.
    #[crate::boxed]
    pub async fn batch_rows_in_state(
        &self,
        tenant: &TenantId,
        batch: &str,
        state: RowState,
    ) -> Result<u64, StoreError> {
        if self.batch(tenant, batch).await?.is_none() {
            return Ok(0);
        }
        let counted = batch_row::Entity::find()
            .filter(batch_row::Column::Batch.eq(batch))
            .filter(batch_row::Column::State.eq(state));
        Ok(counted.count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a batch.
    #[crate::boxed]
    pub async fn add_batch(&mut self, row: BatchRow) -> Result<(), StoreError> {
        insert::<batch::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Adds rows of a batch.
    pub async fn add_batch_rows(
        &mut self,
        rows: impl IntoIterator<Item = BatchLineRow>,
    ) -> Result<(), StoreError> {
        insert_all::<batch_row::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Removes a draft and its rows, as if its file had never been read. Conflicts if it is no draft any more.
    #[crate::boxed]
    pub async fn drop_draft(&mut self, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
        match self.batch(tenant, id).await? {
            Some(row) if row.state == BatchState::Draft => {}
            _ => return Err(StoreError::Conflict { table: "batch" }),
        }
        batch_row::Entity::delete_many()
            .filter(batch_row::Column::Batch.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        let dropped = batch::Entity::delete_many()
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::State.eq(BatchState::Draft))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", dropped.rows_affected)
    }

    /// Moves a batch from one state to another. Conflicts if it was not where the caller saw it.
    #[crate::boxed]
    pub async fn move_batch(
        &mut self,
        tenant: &TenantId,
        id: &str,
        from: BatchState,
        to: BatchState,
    ) -> Result<(), StoreError> {
        let moved = batch::Entity::update_many()
            .col_expr(batch::Column::State, Expr::value(to.as_str()))
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .filter(batch::Column::State.eq(from))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", moved.rows_affected)
    }

    /// Notes how many rows a batch has, can issue and cannot.
    #[crate::boxed]
    pub async fn count_batch_rows(
        &mut self,
        tenant: &TenantId,
        id: &str,
        ready: i64,
        faulty: i64,
        total: i64,
    ) -> Result<(), StoreError> {
        let counted = batch::Entity::update_many()
            .col_expr(batch::Column::RowsReady, Expr::value(ready))
            .col_expr(batch::Column::RowsFaulty, Expr::value(faulty))
            .col_expr(batch::Column::RowsTotal, Expr::value(total))
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", counted.rows_affected)
    }

    /// Holds a batch until a time, or no longer. Conflicts once sealing has begun.
    #[crate::boxed]
    pub async fn hold_batch(
        &mut self,
        tenant: &TenantId,
        id: &str,
        hold_until: Option<i64>,
    ) -> Result<(), StoreError> {
        let held = batch::Entity::update_many()
            .col_expr(batch::Column::HoldUntil, Expr::value(hold_until))
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .filter(batch::Column::State.is_not_in([
                BatchState::Sealing,
                BatchState::Sealed,
                BatchState::Cancelled,
            ]))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", held.rows_affected)
    }

    /// Records who approved exactly which bytes: reserved → approved. Conflicts in any other state.
    #[crate::boxed]
    pub async fn approve_batch(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
        by: &str,
        sha256: &str,
    ) -> Result<(), StoreError> {
        let approved = batch::Entity::update_many()
            .col_expr(
                batch::Column::State,
                Expr::value(BatchState::Approved.as_str()),
            )
            .col_expr(batch::Column::ApprovedAt, Expr::value(at))
            .col_expr(batch::Column::ApprovedBy, Expr::value(by))
            .col_expr(batch::Column::ApprovedSha256, Expr::value(sha256))
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .filter(batch::Column::State.eq(BatchState::Reserved))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", approved.rows_affected)
    }

    /// Records that the last credential was sealed: sealing → sealed.
    #[crate::boxed]
    pub async fn finish_batch(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let finished = batch::Entity::update_many()
            .col_expr(
                batch::Column::State,
                Expr::value(BatchState::Sealed.as_str()),
            )
            .col_expr(batch::Column::SealedAt, Expr::value(at))
            .filter(batch::Column::Id.eq(id))
            .filter(batch::Column::Tenant.eq(tenant.clone()))
            .filter(batch::Column::State.eq(BatchState::Sealing))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch", finished.rows_affected)
    }

    /// Corrects one row of a batch: its fields, its faults, its state.
    #[crate::boxed]
    pub async fn change_batch_row(
        &mut self,
        tenant: &TenantId,
        row: BatchLineRow,
    ) -> Result<(), StoreError> {
        if self.batch(tenant, &row.batch).await?.is_none() {
            return Err(StoreError::Conflict { table: "batch" });
        }
        let changed = batch_row::Entity::update_many()
            .col_expr(batch_row::Column::State, Expr::value(row.state.as_str()))
            .col_expr(batch_row::Column::Input, Expr::value(row.input))
            .col_expr(batch_row::Column::Faults, Expr::value(row.faults))
            .col_expr(batch_row::Column::Intent, Expr::value(row.intent))
            .filter(batch_row::Column::Batch.eq(row.batch))
            .filter(batch_row::Column::Line.eq(row.line))
            .filter(batch_row::Column::State.is_not_in([RowState::Reserved, RowState::Sealed]))
            .exec(self.sql.as_ref())
            .await?;
        hit("batch_row", changed.rows_affected)
    }

    /// Marks the reserved rows of a batch, all of them or those of these intents, as faulty: what was to be made of them was given up.
    /// Answers with how many.
    #[crate::boxed]
    pub async fn give_up_rows(
        &mut self,
        tenant: &TenantId,
        batch: &str,
        only: Option<&[String]>,
        faults: &str,
    ) -> Result<u64, StoreError> {
        if self.batch(tenant, batch).await?.is_none() {
            return Err(StoreError::Conflict { table: "batch" });
        }
        let given_up = batch_row::Entity::update_many()
            .col_expr(
                batch_row::Column::State,
                Expr::value(RowState::Faulty.as_str()),
            )
            .col_expr(batch_row::Column::Faults, Expr::value(faults))
            .col_expr(batch_row::Column::Intent, Expr::value(None::<String>))
            .filter(batch_row::Column::Batch.eq(batch))
            .filter(batch_row::Column::State.eq(RowState::Reserved))
            .filter(among(batch_row::Column::Intent, only))
            .exec(self.sql.as_ref())
            .await?;
        Ok(given_up.rows_affected)
    }

    /// Puts every reserved row of a batch back to where it can go: what was to be made of it was taken back. Answers with how many.
    #[crate::boxed]
    pub async fn release_rows(
        &mut self,
        tenant: &TenantId,
        batch: &str,
    ) -> Result<u64, StoreError> {
        if self.batch(tenant, batch).await?.is_none() {
            return Err(StoreError::Conflict { table: "batch" });
        }
        let released = batch_row::Entity::update_many()
            .col_expr(
                batch_row::Column::State,
                Expr::value(RowState::Ready.as_str()),
            )
            .col_expr(batch_row::Column::Intent, Expr::value(None::<String>))
            .filter(batch_row::Column::Batch.eq(batch))
            .filter(batch_row::Column::State.eq(RowState::Reserved))
            .exec(self.sql.as_ref())
            .await?;
        Ok(released.rows_affected)
    }
}
