//! Counting verifications without any identity, and the last good copies of other issuers' documents.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, OnConflict, Order},
};

use crate::{
    Reader, RemoteDocumentRow, Store, StoreError, TallyRow, TenantId,
    entity::{needed_document, remote_document, tally},
};

impl Reader {
    /// Counts of a tenant in `from_day..until_day`, by achievement, day and kind; of one achievement, or of all.
    #[crate::boxed]
    pub async fn tallies(
        &self,
        tenant: &TenantId,
        achievement: Option<&str>,
        from_day: i64,
        until_day: i64,
    ) -> Result<Vec<TallyRow>, StoreError> {
        let mut found = tally::Entity::find()
            .filter(tally::Column::Tenant.eq(tenant.clone()))
            .filter(tally::Column::Day.gte(from_day))
            .filter(tally::Column::Day.lt(until_day))
            .order_by_asc(tally::Column::Achievement)
            .order_by_asc(tally::Column::Day)
            .order_by_asc(tally::Column::Kind);
        if let Some(achievement) = achievement {
            found = found.filter(tally::Column::Achievement.eq(achievement));
        }
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// What is known of a remote document.
    #[crate::boxed]
    pub async fn remote_document(
        &self,
        url: &str,
    ) -> Result<Option<RemoteDocumentRow>, StoreError> {
        Ok(remote_document::Entity::find_by_id(url)
            .one(self.sql.as_ref())
            .await?)
    }
}

impl Store {
    /// Adds to counts, at once: counting is part of nobody's unit of work.
    #[crate::boxed]
    pub async fn count(&self, counts: Vec<TallyRow>) -> Result<(), StoreError> {
        let mut counts = counts;
        // One statement must not touch a row twice, and all must touch them in the same order.
        counts.sort_by(|a, b| key(a).cmp(&key(b)));
        counts.dedup_by(|next, kept| {
            let same = key(next) == key(kept);
            if same {
                kept.n += next.n;
            }
            same
        });
        let sum = Expr::col((tally::Entity, tally::Column::N))
            .add(Expr::col(("excluded", tally::Column::N)));
        for counts in counts.chunks(CHUNK) {
            tally::Entity::insert_many(
                counts
                    .iter()
                    .cloned()
                    .map(IntoActiveModel::into_active_model),
            )
            .on_conflict(
                OnConflict::columns([
                    tally::Column::Tenant,
                    tally::Column::Achievement,
                    tally::Column::Day,
                    tally::Column::Kind,
                ])
                .value(tally::Column::N, sum.clone())
                .to_owned(),
            )
            .exec_without_returning(&self.at_once())
            .await?;
        }
        Ok(())
    }

    /// Keeps a good copy of a remote document; its error, if it had one, is over.
    #[crate::boxed]
    pub async fn keep_remote_document(
        &self,
        url: &str,
        bytes: Vec<u8>,
        at: i64,
    ) -> Result<(), StoreError> {
        let good = remote_document::ActiveModel {
            url: Set(url.to_owned()),
            bytes: Set(Some(bytes)),
            fetched_at: Set(Some(at)),
            error: Set(None),
            error_at: Set(None),
        };
        let all = [
            remote_document::Column::Bytes,
            remote_document::Column::FetchedAt,
            remote_document::Column::Error,
            remote_document::Column::ErrorAt,
        ];
        self.upsert_remote_document(good, &all).await
    }

    /// Notes that a remote document could not be fetched. The last good copy stays.
    #[crate::boxed]
    pub async fn miss_remote_document(
        &self,
        url: &str,
        error: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let missed = remote_document::ActiveModel {
            url: Set(url.to_owned()),
            bytes: Set(None),
            fetched_at: Set(None),
            error: Set(Some(error.to_owned())),
            error_at: Set(Some(at)),
        };
        let error_only = [
            remote_document::Column::Error,
            remote_document::Column::ErrorAt,
        ];
        self.upsert_remote_document(missed, &error_only).await
    }

    /// Forgets what is known of remote documents: what was last asked for longer than `kept_ms` before `now`; of the others the oldest of
    /// more than `most` copies, and the oldest of more than `most` addresses of which there is no copy. Copies on which applications rest
    /// go for their age only.
    #[crate::boxed]
    pub async fn forget_remote_documents(
        &self,
        now: i64,
        kept_ms: i64,
        most: u64,
    ) -> Result<(), StoreError> {
        remote_document::Entity::delete_many()
            .filter(asked_at().lt(now.saturating_sub(kept_ms)))
            .exec(&self.at_once())
            .await?;
        let needed = needed_document::Entity::find()
            .select_only()
            .column(needed_document::Column::Url)
            .filter(needed_document::Column::Until.gt(now))
            .into_query();
        let copies = Condition::all()
            .add(remote_document::Column::Bytes.is_not_null())
            .add(remote_document::Column::Url.not_in_subquery(needed));
        self.forget_oldest(copies, most).await?;
        // What strangers ask for in vain pushes out nothing but its like.
        let in_vain = Condition::all().add(remote_document::Column::Bytes.is_null());
        self.forget_oldest(in_vain, most).await
    }

    async fn forget_oldest(&self, of: Condition, most: u64) -> Result<(), StoreError> {
        let sql = &self.at_once();
        let all = remote_document::Entity::find().filter(of.clone());
        if all.clone().count(sql).await? <= most {
            return Ok(());
        }
        let newest_to_go: Option<i64> = all
            .select_only()
            .expr_as(asked_at(), "asked_at")
            .order_by(asked_at(), Order::Desc)
            .offset(most)
            .limit(1)
            .into_tuple()
            .one(sql)
            .await?;
        if let Some(at) = newest_to_go {
            // Copies of the same millisecond go together: at most so many, not exactly.
            remote_document::Entity::delete_many()
                .filter(of)
                .filter(asked_at().lte(at))
                .exec(sql)
                .await?;
        }
        Ok(())
    }

    async fn upsert_remote_document(
        &self,
        row: remote_document::ActiveModel,
        changed: &[remote_document::Column],
    ) -> Result<(), StoreError> {
        remote_document::Entity::insert(row)
            .on_conflict(
                OnConflict::column(remote_document::Column::Url)
                    .update_columns(changed.iter().copied())
                    .to_owned(),
            )
            .exec_without_returning(&self.at_once())
            .await?;
        Ok(())
    }
}

/// When a document was last asked for.
fn asked_at() -> Expr {
    Expr::expr(Func::coalesce([
        Expr::col(remote_document::Column::ErrorAt),
        Expr::col(remote_document::Column::FetchedAt),
    ]))
}

fn key(count: &TallyRow) -> (&TenantId, &str, i64, &str) {
    (&count.tenant, &count.achievement, count.day, &count.kind)
}

/// How many counts one statement adds to.
const CHUNK: usize = 1_000;
