//! Deliveries, claims and public pages.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use crate::{
    ClaimRow, CredentialRow, Cursor, DeliveryKind, DeliveryRow, DeliveryState, Page, PublicLinkRow,
    Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{claim, credential, delivery, public_link},
    tx::hit,
};

/// Which deliveries to list. Empty means all.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// Of this credential.
    pub credential: Option<String>,
    /// Of this batch's credentials.
    pub batch: Option<String>,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Without those that nobody has to look after: of credentials that were withdrawn, that their holder took or has a code on paper for, and those
    /// that a later one of the same credential followed.
    pub standing: bool,
}

impl Reader {
    /// How many deliveries in any of these states somebody has to look after ([`DeliveryFilter::standing`]).
    #[crate::boxed]
    pub async fn count_standing_deliveries(
        &self,
        tenant: &TenantId,
        states: &[DeliveryState],
    ) -> Result<u64, StoreError> {
        let counted = delivery::Entity::find()
            .filter(delivery::Column::Tenant.eq(tenant.clone()))
            .filter(delivery::Column::State.is_in(states.iter().copied()));
        Ok(standing(counted).count(self.sql.as_ref()).await?)
    }

    /// One delivery.
    #[crate::boxed]
    pub async fn delivery(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let found =
            delivery::Entity::find_by_id(id).filter(delivery::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Deliveries that pass a filter, newest first.
    #[crate::boxed]
    pub async fn deliveries(
        &self,
        tenant: &TenantId,
        filter: &DeliveryFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<DeliveryRow>, StoreError> {
        let mut found = delivery::Entity::find()
            .filter(delivery::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(delivery::Column::CreatedAt)
            .order_by_desc(delivery::Column::Id)
            .limit(limit.saturating_add(1));
        if let Some(credential) = &filter.credential {
            found = found.filter(delivery::Column::Credential.eq(credential));
        }
        if let Some(batch) = &filter.batch {
            let of_batch = Query::select()
                .column(credential::Column::Id)
                .from(credential::Entity)
                .and_where(credential::Column::Batch.eq(batch))
                .take();
            found = found.filter(delivery::Column::Credential.in_subquery(of_batch));
        }
        if let Some(state) = filter.state {
            found = found.filter(delivery::Column::State.eq(state));
        }
        if filter.standing {
            found = standing(found);
        }
        if let Some(after) = after {
            found = found.filter(after.rest(delivery::Column::CreatedAt, delivery::Column::Id));
        }
        let rows = found.all(self.sql.as_ref()).await?;
        Ok(Page::cut(rows, limit, |row| Cursor {
            at: row.created_at,
            id: row.id.clone(),
        }))
    }

    /// Mail of every tenant whose time to be tried has come, longest waiting first.
    #[crate::boxed]
    pub async fn deliveries_due(
        &self,
        now: i64,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let due = delivery::Entity::find()
            .filter(delivery::Column::Kind.eq(DeliveryKind::Mail))
            .filter(delivery::Column::State.is_in([DeliveryState::Queued, DeliveryState::Retry]))
            .filter(delivery::Column::NextAt.lte(now))
            .order_by_asc(delivery::Column::NextAt)
            .limit(limit);
        Ok(due.all(self.sql.as_ref()).await?)
    }

    /// The delivery of any tenant that a bounce speaks of.
    #[crate::boxed]
    pub async fn delivery_by_message_id(
        &self,
        message_id: &str,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let found = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message_id));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The claim behind a link's token, of any tenant: whoever has the token may ask.
    #[crate::boxed]
    pub async fn claim(&self, token_hash: &str) -> Result<Option<ClaimRow>, StoreError> {
        Ok(claim::Entity::find_by_id(token_hash)
            .one(self.sql.as_ref())
            .await?)
    }

    /// The claim behind a code on paper, of any tenant.
    #[crate::boxed]
    pub async fn claim_by_code(&self, code_hash: &str) -> Result<Option<ClaimRow>, StoreError> {
        let found = claim::Entity::find().filter(claim::Column::CodeHash.eq(code_hash));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All claims to a credential, newest first.
    #[crate::boxed]
    pub async fn claims(
        &self,
        tenant: &TenantId,
        credential: &str,
    ) -> Result<Vec<ClaimRow>, StoreError> {
        let all = claim::Entity::find()
            .filter(claim::Column::Tenant.eq(tenant.clone()))
            .filter(claim::Column::Credential.eq(credential))
            .order_by_desc(claim::Column::CreatedAt);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// How many credentials of each of these batches were taken; a batch of which none was is left out.
    #[crate::boxed]
    pub async fn claimed_in_batches(
        &self,
        tenant: &TenantId,
        batches: &[String],
    ) -> Result<HashMap<String, u64>, StoreError> {
        let taken = claim::Entity::belongs_to(credential::Entity)
            .from(claim::Column::Credential)
            .to(credential::Column::Id)
            .into();
        let counted: Vec<(String, i64)> = claim::Entity::find()
            .select_only()
            .column(credential::Column::Batch)
            // A credential may have been offered by mail and on paper; it was taken once.
            .expr(Expr::col((claim::Entity, claim::Column::Credential)).count_distinct())
            .join(JoinType::InnerJoin, taken)
            .filter(claim::Column::Tenant.eq(tenant.clone()))
            .filter(claim::Column::ClaimedAt.is_not_null())
            .filter(credential::Column::Batch.is_in(batches))
            .group_by(credential::Column::Batch)
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        let counts = counted
            .into_iter()
            .map(|(batch, count)| (batch, count.unsigned_abs()));
        Ok(counts.collect())
    }

    /// A public page that is switched on, with its credential, of any tenant: whoever has the link may look.
    #[crate::boxed]
    pub async fn open_public_link(&self, link: &str) -> Result<Option<CredentialRow>, StoreError> {
        let opened = credential::Entity::belongs_to(public_link::Entity)
            .from((credential::Column::Tenant, credential::Column::Id))
            .to((public_link::Column::Tenant, public_link::Column::Credential))
            .into();
        let shown = credential::Entity::find()
            .join(JoinType::InnerJoin, opened)
            .filter(public_link::Column::Link.eq(link))
            .filter(public_link::Column::ClosedAt.is_null());
        Ok(shown.one(self.sql.as_ref()).await?)
    }

    /// The public page of a credential that is switched on, if any.
    #[crate::boxed]
    pub async fn public_link_of(
        &self,
        tenant: &TenantId,
        credential: &str,
    ) -> Result<Option<PublicLinkRow>, StoreError> {
        let found = public_link::Entity::find()
            .filter(public_link::Column::Tenant.eq(tenant.clone()))
            .filter(public_link::Column::Credential.eq(credential))
            .filter(public_link::Column::ClosedAt.is_null())
            .order_by_desc(public_link::Column::OpenedAt);
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Queues deliveries.
    pub async fn add_deliveries(
        &mut self,
        rows: impl IntoIterator<Item = DeliveryRow>,
    ) -> Result<(), StoreError> {
        insert_all::<delivery::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Records a try: writes state, tries, times, error and Message-ID. Conflicts if somebody tried in between.
    #[crate::boxed]
    pub async fn record_delivery(
        &mut self,
        seen_attempts: i64,
        row: DeliveryRow,
    ) -> Result<(), StoreError> {
        let recorded = delivery::Entity::update_many()
            .col_expr(delivery::Column::State, Expr::value(row.state.as_str()))
            .col_expr(delivery::Column::Attempts, Expr::value(row.attempts))
            .col_expr(delivery::Column::NextAt, Expr::value(row.next_at))
            .col_expr(delivery::Column::LastError, Expr::value(row.last_error))
            .col_expr(delivery::Column::MessageId, Expr::value(row.message_id))
            .col_expr(delivery::Column::SentAt, Expr::value(row.sent_at))
            .col_expr(delivery::Column::Address, Expr::value(row.address))
            .filter(delivery::Column::Id.eq(row.id))
            .filter(delivery::Column::Tenant.eq(row.tenant))
            .filter(delivery::Column::Attempts.eq(seen_attempts))
            .exec(self.sql.as_ref())
            .await?;
        hit("delivery", recorded.rows_affected)
    }

    /// Gives up what waits to be announced of a credential, by mail or on paper. A mail that is being sent is recorded all the same.
    #[crate::boxed]
    pub async fn end_deliveries(
        &mut self,
        tenant: &TenantId,
        credential: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        delivery::Entity::update_many()
            .col_expr(
                delivery::Column::State,
                Expr::value(DeliveryState::Dead.as_str()),
            )
            .col_expr(delivery::Column::NextAt, Expr::value(None::<i64>))
            .col_expr(delivery::Column::LastError, Expr::value(why))
            .filter(delivery::Column::Tenant.eq(tenant.clone()))
            .filter(delivery::Column::Credential.eq(credential))
            .filter(delivery::Column::State.is_in([DeliveryState::Queued, DeliveryState::Retry]))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Adds claims.
    #[crate::boxed]
    pub async fn add_claims(&mut self, rows: Vec<ClaimRow>) -> Result<(), StoreError> {
        insert_all::<claim::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Lets a newer claim take the place of all open ones to a credential.
    #[crate::boxed]
    pub async fn supersede_claims(
        &mut self,
        tenant: &TenantId,
        credential: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        claim::Entity::update_many()
            .col_expr(claim::Column::SupersededAt, Expr::value(at))
            .filter(claim::Column::Tenant.eq(tenant.clone()))
            .filter(claim::Column::Credential.eq(credential))
            .filter(claim::Column::ClaimedAt.is_null())
            .filter(claim::Column::SupersededAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Takes a claim. Conflicts if it was taken or superseded, or has expired.
    #[crate::boxed]
    pub async fn take_claim(&mut self, token_hash: &str, at: i64) -> Result<(), StoreError> {
        let taken = claim::Entity::update_many()
            .col_expr(claim::Column::ClaimedAt, Expr::value(at))
            .filter(claim::Column::TokenHash.eq(token_hash))
            .filter(claim::Column::ClaimedAt.is_null())
            .filter(claim::Column::SupersededAt.is_null())
            .filter(claim::Column::ExpiresAt.gt(at))
            .exec(self.sql.as_ref())
            .await?;
        hit("claim", taken.rows_affected)
    }

    /// Switches a public page on.
    #[crate::boxed]
    pub async fn add_public_link(&mut self, row: PublicLinkRow) -> Result<(), StoreError> {
        insert::<public_link::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Switches a public page off. Conflicts if it is off.
    #[crate::boxed]
    pub async fn close_public_link(
        &mut self,
        tenant: &TenantId,
        link: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let closed = public_link::Entity::update_many()
            .col_expr(public_link::Column::ClosedAt, Expr::value(at))
            .filter(public_link::Column::Link.eq(link))
            .filter(public_link::Column::Tenant.eq(tenant.clone()))
            .filter(public_link::Column::ClosedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("public_link", closed.rows_affected)
    }
}

/// Those of these deliveries that somebody has to look after.
fn standing(deliveries: Select<delivery::Entity>) -> Select<delivery::Entity> {
    let announced = delivery::Entity::belongs_to(credential::Entity)
        .from(delivery::Column::Credential)
        .to(credential::Column::Id)
        .into();
    let other = |column| Expr::col((Alias::new(OTHER), column));
    let this = |column| Expr::col((delivery::Entity, column));
    let followed = Query::select()
        .expr(Expr::val(1))
        .from_as(delivery::Entity, Alias::new(OTHER))
        .and_where(other(delivery::Column::Tenant).eq(this(delivery::Column::Tenant)))
        .and_where(other(delivery::Column::Credential).eq(this(delivery::Column::Credential)))
        .and_where(other(delivery::Column::CreatedAt).gt(this(delivery::Column::CreatedAt)))
        .take();
    // Somebody has a code on paper in their hand, which a new mail would end.
    let has_code = Condition::all()
        .add(claim::Column::CodeHash.is_not_null())
        .add(claim::Column::SupersededAt.is_null());
    let taken = Query::select()
        .expr(Expr::val(1))
        .from(claim::Entity)
        .and_where(
            Expr::col((claim::Entity, claim::Column::Credential))
                .eq(this(delivery::Column::Credential)),
        )
        .cond_where(
            Condition::any()
                .add(claim::Column::ClaimedAt.is_not_null())
                .add(has_code),
        )
        .take();
    deliveries
        .join(JoinType::InnerJoin, announced)
        .filter(credential::Column::RevokedAt.is_null())
        .filter(Expr::exists(followed).not())
        .filter(Expr::exists(taken).not())
}

const OTHER: &str = "other";
