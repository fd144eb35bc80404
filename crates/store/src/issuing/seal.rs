//! From intent to credential: reserved bytes, then sealed bytes, each intent once.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::{
    CredentialRow, IntentRow, IntentState, Reader, RowState, StoreError, TenantId, Tx,
    bulk::insert_all,
    entity::{batch_row, credential, intent},
};

impl Reader {
    /// One intent.
    #[crate::boxed]
    pub async fn intent(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<IntentRow>, StoreError> {
        let found =
            intent::Entity::find_by_id(id).filter(intent::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Intents of a batch in a state, in the order of their lines. What was sealed leaves `Reserved`, so that the
    /// next call gives the next chunk.
    #[crate::boxed]
    pub async fn intents_in_batch(
        &self,
        tenant: &TenantId,
        batch: &str,
        state: IntentState,
        after_line: i64,
        limit: u64,
    ) -> Result<Vec<IntentRow>, StoreError> {
        let found = intent::Entity::find()
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::Batch.eq(batch))
            .filter(intent::Column::State.eq(state))
            .filter(intent::Column::Line.gt(after_line))
            .order_by_asc(intent::Column::Line)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// What is sealed of a batch after a line, in the order of their lines: each one's line and id, without its bytes.
    #[crate::boxed]
    pub async fn sealed_in_batch(
        &self,
        tenant: &TenantId,
        batch: &str,
        after_line: i64,
        limit: u64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let sealed = intent::Entity::find()
            .select_only()
            .column(intent::Column::Line)
            .column(intent::Column::Id)
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::Batch.eq(batch))
            .filter(intent::Column::State.eq(IntentState::Sealed))
            .filter(intent::Column::Line.gt(after_line))
            .order_by_asc(intent::Column::Line)
            .limit(limit)
            .into_tuple();
        Ok(sealed.all(self.sql.as_ref()).await?)
    }

    /// The hashes of unsigned bytes of a batch after a line, in the order of their lines, each with its line: what an
    /// approver approves.
    #[crate::boxed]
    pub async fn unsigned_hashes(
        &self,
        tenant: &TenantId,
        batch: &str,
        after_line: i64,
        limit: u64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let hashes = intent::Entity::find()
            .select_only()
            .column(intent::Column::Line)
            .column(intent::Column::UnsignedSha256)
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::Batch.eq(batch))
            .filter(intent::Column::State.ne(IntentState::Abandoned))
            .filter(intent::Column::Line.gt(after_line))
            .order_by_asc(intent::Column::Line)
            .limit(limit)
            .into_tuple();
        Ok(hashes.all(self.sql.as_ref()).await?)
    }

    /// How many intents of a batch are in a state.
    #[crate::boxed]
    pub async fn count_intents(
        &self,
        tenant: &TenantId,
        batch: &str,
        state: IntentState,
    ) -> Result<u64, StoreError> {
        let counted = intent::Entity::find()
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::Batch.eq(batch))
            .filter(intent::Column::State.eq(state));
        Ok(counted.count(self.sql.as_ref()).await?)
    }

    /// Those of these dedupe values that have an intent already, with its id.
    #[crate::boxed]
    pub async fn deduped(
        &self,
        tenant: &TenantId,
        dedupe: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let mut known = Vec::new();
        for values in dedupe.chunks(CHUNK) {
            let some = intent::Entity::find()
                .select_only()
                .column(intent::Column::Dedupe)
                .column(intent::Column::Id)
                .filter(intent::Column::Tenant.eq(tenant.clone()))
                .filter(intent::Column::Dedupe.is_in(values))
                .into_tuple();
            known.extend(some.all(self.sql.as_ref()).await?);
        }
        Ok(known)
    }
}

impl Tx {
    /// Stores intents, and marks the rows they came from. Conflicts if one was issued before (same `dedupe`).
    pub async fn reserve(
        &mut self,
        rows: impl IntoIterator<Item = IntentRow>,
    ) -> Result<(), StoreError> {
        let mut origins = Vec::new();
        let rows = rows
            .into_iter()
            .inspect(|row| origins.push((row.batch.clone(), row.line)));
        insert_all::<intent::Entity, _>(self.sql.as_ref(), rows).await?;
        for origins in origins.chunks(CHUNK) {
            self.mark_rows(origins, RowState::Reserved).await?;
        }
        Ok(())
    }

    /// Seals intents: each must still be reserved, and has no credential yet; anything else is a conflict.
    ///
    /// An intent and its credential have the same id, so that the primary key keeps a second one away. The unsigned bytes go:
    /// the signed bytes begin with them, and their hash, which was approved, stays.
    #[crate::boxed]
    pub async fn seal(
        &mut self,
        tenant: &TenantId,
        rows: &[CredentialRow],
    ) -> Result<(), StoreError> {
        if rows.iter().any(|row| row.id != row.intent) {
            return Err(StoreError::Corrupt {
                table: "credential",
                column: "intent",
            });
        }
        let intents: Vec<String> = rows.iter().map(|row| row.intent.clone()).collect();
        for ids in intents.chunks(CHUNK) {
            let sealed = sealing(tenant, ids).exec(self.sql.as_ref()).await?;
            if sealed.rows_affected != ids.len() as u64 {
                return Err(StoreError::Conflict { table: "intent" });
            }
            let origins: Vec<(Option<String>, Option<i64>)> = intent::Entity::find()
                .select_only()
                .column(intent::Column::Batch)
                .column(intent::Column::Line)
                .filter(intent::Column::Id.is_in(ids))
                .into_tuple()
                .all(self.sql.as_ref())
                .await?;
            self.mark_rows(&origins, RowState::Sealed).await?;
        }
        insert_all::<credential::Entity, _>(self.sql.as_ref(), rows.iter().cloned()).await
    }

    /// Gives up what is reserved and not sealed in a batch, all of it or these intents. Its status positions stay given.
    #[crate::boxed]
    pub async fn abandon_intents(
        &mut self,
        tenant: &TenantId,
        batch: &str,
        only: Option<&[String]>,
    ) -> Result<u64, StoreError> {
        let abandoned = intent::Entity::update_many()
            .col_expr(
                intent::Column::State,
                Expr::value(IntentState::Abandoned.as_str()),
            )
            // What was given up may be issued again by another batch.
            .col_expr(intent::Column::Dedupe, Expr::value(None::<String>))
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::Batch.eq(batch))
            .filter(intent::Column::State.eq(IntentState::Reserved))
            .filter(among(intent::Column::Id, only))
            .exec(self.sql.as_ref())
            .await?;
        Ok(abandoned.rows_affected)
    }

    /// Marks the rows that intents came from: each one's batch and line.
    async fn mark_rows(
        &mut self,
        origins: &[(Option<String>, Option<i64>)],
        state: RowState,
    ) -> Result<(), StoreError> {
        let mut lines_of = BTreeMap::<String, Vec<i64>>::new();
        for (batch, line) in origins {
            if let (Some(batch), Some(line)) = (batch, line) {
                lines_of.entry(batch.clone()).or_default().push(*line);
            }
        }
        for (batch, lines) in lines_of {
            let mut rows = batch_row::Entity::update_many()
                .col_expr(batch_row::Column::State, Expr::value(state.as_str()))
                .filter(batch_row::Column::Batch.eq(batch))
                .filter(batch_row::Column::Line.is_in(lines));
            if state == RowState::Reserved {
                rows = rows.col_expr(batch_row::Column::Intent, intent_of_row());
            }
            rows.exec(self.sql.as_ref()).await?;
        }
        Ok(())
    }
}

/// Whether it is one of these; without any, everything is.
pub(super) fn among(column: impl ColumnTrait, only: Option<&[String]>) -> Condition {
    Condition::all().add_option(only.map(|ids| column.is_in(ids)))
}

/// Marks those of these intents that are still reserved as sealed.
fn sealing(tenant: &TenantId, ids: &[String]) -> UpdateMany<intent::Entity> {
    intent::Entity::update_many()
        .col_expr(
            intent::Column::State,
            Expr::value(IntentState::Sealed.as_str()),
        )
        .col_expr(intent::Column::Unsigned, Expr::value(Vec::<u8>::new()))
        .filter(tenant.owns(intent::Column::Tenant))
        .filter(intent::Column::Id.is_in(ids))
        .filter(intent::Column::State.eq(IntentState::Reserved))
}

/// The intent made from a batch row, as a subquery.
fn intent_of_row() -> Expr {
    let row = |column| Expr::col((batch_row::Entity, column));
    Query::select()
        .column(intent::Column::Id)
        .from(intent::Entity)
        .and_where(
            Expr::col((intent::Entity, intent::Column::Batch)).eq(row(batch_row::Column::Batch)),
        )
        .and_where(
            Expr::col((intent::Entity, intent::Column::Line)).eq(row(batch_row::Column::Line)),
        )
        .and_where(intent::Column::State.ne(IntentState::Abandoned))
        .limit(1)
        .take()
        .into()
}

/// How many rows one statement looks up or marks.
const CHUNK: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    #[tokio::test]
    async fn the_intents_of_a_chunk_are_looked_up_and_not_searched_for() {
        let steps = plan::steps(sealing(&TenantId::new("lake"), &plan::ids()))
            .await
            .unwrap();
        assert_eq!(
            steps,
            ["SEARCH intent USING INDEX sqlite_autoindex_intent_1 (id=?)"]
        );
    }
}
