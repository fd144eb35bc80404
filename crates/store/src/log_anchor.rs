//! Checkpoints that were handed to anchors.
//!
//! A row is its own place in the queue: whoever asks takes it first by moving on when it is due, so two processes ask once.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    AnchorState, LogAnchorRow, LogAnchorTrustRow, Reader, StoreError, Tx,
    bulk::insert,
    entity::{log_anchor, log_anchor_trust},
    tx::hit,
};

impl Reader {
    /// What became of a checkpoint at an anchor.
    #[crate::boxed]
    pub async fn log_anchor(
        &self,
        anchor: &str,
        size: i64,
    ) -> Result<Option<LogAnchorRow>, StoreError> {
        let found = log_anchor::Entity::find_by_id((anchor.to_owned(), size));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The newest checkpoint that an anchor was asked about.
    #[crate::boxed]
    pub async fn newest_log_anchor(
        &self,
        anchor: &str,
        state: Option<AnchorState>,
    ) -> Result<Option<LogAnchorRow>, StoreError> {
        let mut found = log_anchor::Entity::find().filter(log_anchor::Column::Anchor.eq(anchor));
        if let Some(state) = state {
            found = found.filter(log_anchor::Column::State.eq(state));
        }
        let found = found.order_by_desc(log_anchor::Column::Size);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The pending one that an anchor is to be asked for, longest due first. One that is due after `latest`, which no pause leads to, is due: the clock was
    /// ahead when it was asked for.
    #[crate::boxed]
    pub async fn log_anchor_due(
        &self,
        anchor: &str,
        now: i64,
        latest: i64,
    ) -> Result<Option<LogAnchorRow>, StoreError> {
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::Anchor.eq(anchor))
            .filter(log_anchor::Column::State.eq(AnchorState::Pending))
            .filter(
                Condition::any()
                    .add(log_anchor::Column::NextAt.lte(now))
                    .add(log_anchor::Column::NextAt.gt(latest)),
            )
            .order_by_asc(log_anchor::Column::NextAt);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The anchored bytes of the checkpoint of this size, of the first anchor by name.
    #[crate::boxed]
    pub async fn log_anchor_note(&self, size: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::Size.eq(size))
            .order_by_asc(log_anchor::Column::Anchor)
            .one(self.sql.as_ref())
            .await?;
        Ok(found.map(|row| row.note))
    }

    /// The anchored bytes of the checkpoint of this size, as each anchor's row has them: each of them once, so one if nothing was altered.
    #[crate::boxed]
    pub async fn log_anchor_notes(&self, size: i64) -> Result<Vec<Vec<u8>>, StoreError> {
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::Size.eq(size))
            .select_only()
            .column(log_anchor::Column::Note)
            .distinct()
            .into_tuple();
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// All of them, the largest checkpoint first.
    #[crate::boxed]
    pub async fn log_anchors(&self, limit: u64) -> Result<Vec<LogAnchorRow>, StoreError> {
        let found = log_anchor::Entity::find()
            .order_by_desc(log_anchor::Column::Size)
            .order_by_asc(log_anchor::Column::Anchor)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Size, anchor and kind of all that have a proof, the largest checkpoint first.
    #[crate::boxed]
    pub async fn log_anchor_files(&self) -> Result<Vec<(i64, String, String)>, StoreError> {
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::Proof.is_not_null())
            .select_only()
            .column(log_anchor::Column::Size)
            .column(log_anchor::Column::Anchor)
            .column(log_anchor::Column::Kind)
            .order_by_desc(log_anchor::Column::Size)
            .order_by_asc(log_anchor::Column::Anchor)
            .into_tuple();
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Every anchor that ever confirmed one, with the id of what was trusted of it then: also those that are not asked any more.
    #[crate::boxed]
    pub async fn log_anchors_confirmed(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::State.eq(AnchorState::Confirmed))
            .select_only()
            .column(log_anchor::Column::Anchor)
            .column(log_anchor::Column::Trust)
            .distinct()
            .order_by_asc(log_anchor::Column::Anchor)
            .order_by_asc(log_anchor::Column::Trust)
            .into_tuple();
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// What trust files said of anchors, each as often as it was another thing.
    #[crate::boxed]
    pub async fn log_anchor_trusts(&self) -> Result<Vec<LogAnchorTrustRow>, StoreError> {
        let found = log_anchor_trust::Entity::find()
            .order_by_asc(log_anchor_trust::Column::Anchor)
            .order_by_asc(log_anchor_trust::Column::Id);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// The earliest that an anchor confirmed, by what was trusted of it then, over a checkpoint of at most so many entries that holds the entry
    /// at a place.
    #[crate::boxed]
    pub async fn log_anchor_with(
        &self,
        (anchor, trust): (&str, Option<&str>),
        leaf: i64,
        most: i64,
    ) -> Result<Option<LogAnchorRow>, StoreError> {
        let trust = match trust {
            Some(trust) => log_anchor::Column::Trust.eq(trust),
            None => log_anchor::Column::Trust.is_null(),
        };
        let found = log_anchor::Entity::find()
            .filter(log_anchor::Column::Anchor.eq(anchor))
            .filter(trust)
            .filter(log_anchor::Column::Size.gt(leaf))
            .filter(log_anchor::Column::Size.lte(most))
            .filter(log_anchor::Column::State.eq(AnchorState::Confirmed))
            .order_by_asc(log_anchor::Column::SeenBy)
            .order_by_asc(log_anchor::Column::Size);
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Begins one. Conflicts if it is begun.
    #[crate::boxed]
    pub async fn begin_log_anchor(&mut self, row: LogAnchorRow) -> Result<(), StoreError> {
        insert::<log_anchor::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Notes what a trust file says of an anchor.
    #[crate::boxed]
    pub async fn keep_log_anchor_trust(
        &mut self,
        row: &LogAnchorTrustRow,
    ) -> Result<(), StoreError> {
        let key = (row.anchor.clone(), row.id.clone());
        let found = log_anchor_trust::Entity::find_by_id(key);
        match found.one(self.sql.as_ref()).await? {
            Some(_) => Ok(()),
            None => insert::<log_anchor_trust::Entity, _>(self.sql.as_ref(), row.clone()).await,
        }
    }

    /// Moves one on from `before`. Conflicts if it is not what it was then.
    #[crate::boxed]
    pub async fn move_log_anchor(
        &mut self,
        before: &LogAnchorRow,
        after: &LogAnchorRow,
    ) -> Result<(), StoreError> {
        let moved = log_anchor::Entity::update_many()
            .col_expr(log_anchor::Column::Kind, Expr::value(after.kind.as_str()))
            .col_expr(log_anchor::Column::State, Expr::value(after.state))
            .col_expr(log_anchor::Column::Tries, Expr::value(after.tries))
            .col_expr(log_anchor::Column::NextAt, Expr::value(after.next_at))
            .col_expr(
                log_anchor::Column::SubmittedAt,
                Expr::value(after.submitted_at),
            )
            .col_expr(
                log_anchor::Column::AnsweredAt,
                Expr::value(after.answered_at),
            )
            .col_expr(log_anchor::Column::Trust, Expr::value(after.trust.clone()))
            .col_expr(
                log_anchor::Column::ConfirmedAt,
                Expr::value(after.confirmed_at),
            )
            .col_expr(log_anchor::Column::SeenBy, Expr::value(after.seen_by))
            .col_expr(log_anchor::Column::Proof, Expr::value(after.proof.clone()))
            .col_expr(log_anchor::Column::Why, Expr::value(after.why.clone()))
            .filter(log_anchor::Column::Anchor.eq(before.anchor.as_str()))
            .filter(log_anchor::Column::Size.eq(before.size))
            .filter(log_anchor::Column::State.eq(before.state))
            .filter(log_anchor::Column::Tries.eq(before.tries))
            .filter(log_anchor::Column::NextAt.eq(before.next_at))
            .exec(self.sql.as_ref())
            .await?;
        hit("log_anchor", moved.rows_affected)
    }
}
