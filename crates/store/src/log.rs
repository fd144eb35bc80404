//! The transparency log: what is committed, what waits to be published, and which outbox line stands where.
//!
//! **Invariant (threat 47):** the committed tree moves only from the size and root that the writer has read, so two writers at once
//! never continue it in two ways; what is shown never goes back.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    LogEntryRow, LogStagedRow, LogTreeRow, LogWitnessedRow, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{credential, log_entry, log_staged, log_tree, log_witnessed, outbox, signing_key},
    tx::hit,
};

/// What the log says of a credential is made of these.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Commitment {
    /// The credential.
    pub id: String,
    /// SHA-256 of its signed bytes, in lower-case hex.
    pub sha256: String,
    /// 32 random bytes.
    pub log_salt: Vec<u8>,
}

impl Reader {
    /// The log, once it is begun.
    #[crate::boxed]
    pub async fn log_tree(&self) -> Result<Option<LogTreeRow>, StoreError> {
        let found = log_tree::Entity::find_by_id(LOG);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The last place in the outbox that anybody has written; others may still be writing lower ones.
    #[crate::boxed]
    pub async fn last_of_outbox(&self) -> Result<i64, StoreError> {
        let last: Option<i64> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Seq)
            .order_by_desc(outbox::Column::Seq)
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(last.unwrap_or(0))
    }

    /// How many lines of the outbox stand after a place, and when the first of them was written.
    #[crate::boxed]
    pub async fn outbox_waits(&self, seq: i64) -> Result<(i64, Option<i64>), StoreError> {
        let found: Option<(i64, Option<i64>)> = outbox::Entity::find()
            .select_only()
            .column_as(outbox::Column::Seq.count(), "count")
            .column_as(outbox::Column::At.min(), "first")
            .filter(outbox::Column::Seq.gt(seq))
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// What is committed from a place on and not known to be durable elsewhere, in order.
    #[crate::boxed]
    pub async fn log_staged_from(&self, first: i64) -> Result<Vec<LogStagedRow>, StoreError> {
        let found = log_staged::Entity::find()
            .filter(log_staged::Column::First.gte(first))
            .order_by_asc(log_staged::Column::First);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// What stands at a place of the log.
    #[crate::boxed]
    pub async fn log_entry(&self, leaf: i64) -> Result<Option<LogEntryRow>, StoreError> {
        let found = log_entry::Entity::find_by_id(leaf);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Where a change stands in the log: the first place, if it was entered twice.
    #[crate::boxed]
    pub async fn log_entry_of(
        &self,
        kind: &str,
        subject: &str,
        version: i64,
    ) -> Result<Option<LogEntryRow>, StoreError> {
        let found = log_entry::Entity::find()
            .filter(log_entry::Column::Subject.eq(subject))
            .filter(log_entry::Column::Kind.eq(kind))
            .filter(log_entry::Column::Version.eq(version))
            .order_by_asc(log_entry::Column::Leaf);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Where all changes of a kind stand that are a tenant's, in order.
    #[crate::boxed]
    pub async fn log_entries_of(
        &self,
        tenant: &TenantId,
        kind: &str,
    ) -> Result<Vec<LogEntryRow>, StoreError> {
        let found = log_entry::Entity::find()
            .filter(log_entry::Column::Tenant.eq(tenant.clone()))
            .filter(log_entry::Column::Kind.eq(kind))
            .order_by_asc(log_entry::Column::Leaf);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// At how many places from one up to another something stands of which this database has the line.
    #[crate::boxed]
    pub async fn log_entries_between(&self, from: i64, to: i64) -> Result<i64, StoreError> {
        let found: Option<i64> = log_entry::Entity::find()
            .select_only()
            .column_as(log_entry::Column::Leaf.count(), "count")
            .filter(log_entry::Column::Leaf.gte(from))
            .filter(log_entry::Column::Leaf.lt(to))
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// What stands before a place of the log, newest first.
    #[crate::boxed]
    pub async fn log_entries_before(
        &self,
        leaf: i64,
        limit: u64,
    ) -> Result<Vec<LogEntryRow>, StoreError> {
        let found = log_entry::Entity::find()
            .filter(log_entry::Column::Leaf.lt(leaf))
            .order_by_desc(log_entry::Column::Leaf)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// The checkpoint of so many entries that was kept because witnesses had seen it.
    #[crate::boxed]
    pub async fn log_witnessed(&self, size: i64) -> Result<Option<LogWitnessedRow>, StoreError> {
        let found = log_witnessed::Entity::find_by_id(size);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Of the checkpoints that hold the entry at a place and were kept within so many milliseconds of the first of them, the size of the first that each
    /// set of witnesses signed.
    #[crate::boxed]
    pub async fn log_witnessed_first(
        &self,
        leaf: i64,
        within: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let first: Option<i64> = log_witnessed::Entity::find()
            .select_only()
            .column(log_witnessed::Column::At)
            .filter(log_witnessed::Column::Size.gt(leaf))
            .order_by_asc(log_witnessed::Column::Size)
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        let Some(first) = first else {
            return Ok(Vec::new());
        };
        let found = log_witnessed::Entity::find()
            .select_only()
            .column_as(log_witnessed::Column::Size.min(), "size")
            .filter(log_witnessed::Column::At.between(first - within, first + within))
            .filter(log_witnessed::Column::Size.gt(leaf))
            .group_by(log_witnessed::Column::Cosigners)
            .into_tuple()
            .all(self.sql.as_ref());
        Ok(found.await?)
    }

    /// Of the checkpoints that hold the entry at a place and were kept before a moment, the size of the first that each set of witnesses signed.
    #[crate::boxed]
    pub async fn log_witnessed_with(&self, leaf: i64, before: i64) -> Result<Vec<i64>, StoreError> {
        let found = log_witnessed::Entity::find()
            .select_only()
            .column_as(log_witnessed::Column::Size.min(), "size")
            .filter(log_witnessed::Column::At.lt(before))
            .filter(log_witnessed::Column::Size.gt(leaf))
            .group_by(log_witnessed::Column::Cosigners)
            .into_tuple()
            .all(self.sql.as_ref());
        Ok(found.await?)
    }

    /// The checkpoints that were kept from a moment until another, oldest first: how many entries each has, when it was kept, whose keys signed, and
    /// when the last of them did.
    #[crate::boxed]
    pub async fn log_witnessed_between(
        &self,
        from: i64,
        until: i64,
        limit: u64,
    ) -> Result<Vec<(i64, i64, Option<String>, Option<i64>)>, StoreError> {
        let found = log_witnessed::Entity::find()
            .select_only()
            .column(log_witnessed::Column::Size)
            .column(log_witnessed::Column::At)
            .column(log_witnessed::Column::Cosigners)
            .column(log_witnessed::Column::LastAt)
            .filter(log_witnessed::Column::At.gte(from))
            .filter(log_witnessed::Column::At.lt(until))
            .order_by_asc(log_witnessed::Column::At)
            .order_by_asc(log_witnessed::Column::Size)
            .limit(limit)
            .into_tuple()
            .all(self.sql.as_ref());
        Ok(found.await?)
    }

    /// The moments before which nobody else had a key that was given up, of all institutions, in order.
    #[crate::boxed]
    pub async fn compromise_moments(&self) -> Result<Vec<i64>, StoreError> {
        let found = signing_key::Entity::find()
            .select_only()
            .column(signing_key::Column::CompromisedSince)
            .filter(signing_key::Column::CompromisedSince.is_not_null())
            .order_by_asc(signing_key::Column::CompromisedSince)
            .into_tuple()
            .all(self.sql.as_ref());
        Ok(found.await?)
    }

    /// What the log says of these credentials is made of these, in no order.
    #[crate::boxed]
    pub async fn commitments(&self, ids: &[String]) -> Result<Vec<Commitment>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(LOOKUP) {
            let some: Vec<(String, String, Vec<u8>)> = credential::Entity::find()
                .select_only()
                .column(credential::Column::Id)
                .column(credential::Column::Sha256)
                .column(credential::Column::LogSalt)
                .filter(credential::Column::Id.is_in(ids))
                .into_tuple()
                .all(self.sql.as_ref())
                .await?;
            found.extend(some.into_iter().map(|(id, sha256, log_salt)| Commitment {
                id,
                sha256,
                log_salt,
            }));
        }
        Ok(found)
    }
}

impl Tx {
    /// Begins the log. Conflicts if it is begun.
    #[crate::boxed]
    pub async fn begin_log(&mut self, row: LogTreeRow) -> Result<(), StoreError> {
        insert::<log_tree::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Moves the log on from `before`. Conflicts if it is not what it was then.
    #[crate::boxed]
    pub async fn commit_log(
        &mut self,
        before: &LogTreeRow,
        after: &LogTreeRow,
        staged: Option<LogStagedRow>,
        places: Vec<LogEntryRow>,
    ) -> Result<(), StoreError> {
        let moved = log_tree::Entity::update_many()
            .col_expr(log_tree::Column::Size, Expr::value(after.size))
            .col_expr(log_tree::Column::Root, Expr::value(after.root.clone()))
            .col_expr(
                log_tree::Column::Checkpoint,
                Expr::value(after.checkpoint.clone()),
            )
            .col_expr(log_tree::Column::Outbox, Expr::value(after.outbox))
            .col_expr(
                log_tree::Column::CommittedAt,
                Expr::value(after.committed_at),
            )
            .filter(log_tree::Column::Id.eq(LOG))
            .filter(log_tree::Column::Size.eq(before.size))
            .filter(log_tree::Column::Root.eq(before.root.clone()))
            .filter(log_tree::Column::Outbox.eq(before.outbox))
            .exec(self.sql.as_ref())
            .await?;
        hit("log_tree", moved.rows_affected)?;
        if let Some(staged) = staged {
            insert::<log_staged::Entity, _>(self.sql.as_ref(), staged).await?;
        }
        insert_all::<log_entry::Entity, _>(self.sql.as_ref(), places).await
    }

    /// Shows a checkpoint whose tiles and bundles are durable, unless a later one is shown, and forgets what was staged for it.
    #[crate::boxed]
    pub async fn show_log(
        &mut self,
        size: i64,
        checkpoint: Vec<u8>,
        at: i64,
    ) -> Result<(), StoreError> {
        let shown = log_tree::Entity::update_many()
            .col_expr(log_tree::Column::ShownSize, Expr::value(size))
            .col_expr(log_tree::Column::ShownCheckpoint, Expr::value(checkpoint))
            .col_expr(log_tree::Column::ShownAt, Expr::value(at))
            .filter(log_tree::Column::Id.eq(LOG))
            .filter(log_tree::Column::ShownSize.lt(size))
            .exec(self.sql.as_ref())
            .await?;
        if shown.rows_affected > 0 {
            log_staged::Entity::delete_many()
                .filter(Expr::col(log_staged::Column::First).lt(size))
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Keeps a checkpoint that witnesses have seen, in the place of what was kept of the same size.
    #[crate::boxed]
    pub async fn keep_log_witnessed(&mut self, row: LogWitnessedRow) -> Result<(), StoreError> {
        self.forget_log_witnessed(&[row.size]).await?;
        insert::<log_witnessed::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Forgets checkpoints of these sizes that were kept.
    #[crate::boxed]
    pub async fn forget_log_witnessed(&mut self, sizes: &[i64]) -> Result<(), StoreError> {
        for sizes in sizes.chunks(LOOKUP) {
            log_witnessed::Entity::delete_many()
                .filter(log_witnessed::Column::Size.is_in(sizes.iter().copied()))
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Takes over what the log signed after this database was copied. Conflicts if it is not what it was then.
    #[crate::boxed]
    pub async fn adopt_log(
        &mut self,
        before: &LogTreeRow,
        after: &LogTreeRow,
        places: Vec<LogEntryRow>,
    ) -> Result<(), StoreError> {
        self.commit_log(before, after, None, places).await?;
        self.show_log(after.size, after.checkpoint.clone(), after.shown_at)
            .await
    }
}

const LOG: &str = "log";
/// Ids in one question; both databases take some thousand.
const LOOKUP: usize = 1_000;
