//! Endorsements: requests to outside parties, what they said, and who wants to be asked no more.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Cursor, EndorsedKind, EndorsementRefusalRow, EndorsementRequestRow, EndorsementRow, Page,
    Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{endorsement, endorsement_refusal, endorsement_request},
    tx::hit,
};

impl Reader {
    /// The requests of an institution, newest first, each with what was said to it.
    #[crate::boxed]
    pub async fn endorsement_requests(
        &self,
        tenant: &TenantId,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<(EndorsementRequestRow, Option<EndorsementRow>)>, StoreError> {
        let mut found = endorsement_request::Entity::find()
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(endorsement_request::Column::AskedAt)
            .order_by_desc(endorsement_request::Column::Id)
            .limit(limit + 1);
        if let Some(after) = after {
            let at = endorsement_request::Column::AskedAt;
            found = found.filter(after.rest(at, endorsement_request::Column::Id));
        }
        let rows = found.all(self.sql.as_ref()).await?;
        let ids = rows.iter().map(|row| row.id.clone());
        let said = endorsement::Entity::find()
            .filter(endorsement::Column::Tenant.eq(tenant.clone()))
            .filter(endorsement::Column::Request.is_in(ids));
        let mut said = said.all(self.sql.as_ref()).await?;
        let rows = rows.into_iter().map(|row| {
            let place = said.iter().position(|one| one.request == row.id);
            let one = place.map(|place| said.swap_remove(place));
            (row, one)
        });
        Ok(Page::cut(rows.collect(), limit, |(row, _)| Cursor {
            at: row.asked_at,
            id: row.id.clone(),
        }))
    }

    /// One request of an institution.
    #[crate::boxed]
    pub async fn endorsement_request(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<EndorsementRequestRow>, StoreError> {
        let found = endorsement_request::Entity::find_by_id(id)
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The request to which a token in a mail belongs, of any tenant: the row says which.
    #[crate::boxed]
    pub async fn endorsement_request_by_token(
        &self,
        hash: &str,
    ) -> Result<Option<EndorsementRequestRow>, StoreError> {
        let found = endorsement_request::Entity::find()
            .filter(endorsement_request::Column::TokenHash.eq(hash));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// A request of an institution to an address about one version of a thing that can still be answered as of `now`.
    #[crate::boxed]
    pub async fn open_endorsement_request(
        &self,
        tenant: &TenantId,
        kind: EndorsedKind,
        thing: &str,
        version: i64,
        email: &str,
        now: i64,
    ) -> Result<Option<EndorsementRequestRow>, StoreError> {
        let found = endorsement_request::Entity::find()
            .filter(endorsement_request::Column::Email.eq(email))
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .filter(endorsement_request::Column::Kind.eq(kind))
            .filter(endorsement_request::Column::Thing.eq(thing))
            .filter(endorsement_request::Column::Version.eq(version))
            .filter(endorsement_request::Column::AnsweredAt.is_null())
            .filter(endorsement_request::Column::Declined.is_null())
            .filter(endorsement_request::Column::EndsAt.gte(now))
            .order_by_asc(endorsement_request::Column::Id);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// How many mails were asked for to an address since then, by anybody here.
    #[crate::boxed]
    pub async fn endorsement_mails_since(
        &self,
        email: &str,
        since: i64,
    ) -> Result<u64, StoreError> {
        let sum: Option<Option<i64>> = endorsement_request::Entity::find()
            .select_only()
            .expr_as(
                endorsement_request::Column::Mails.sum().cast_as("bigint"),
                "mails",
            )
            .filter(endorsement_request::Column::Email.eq(email))
            .filter(endorsement_request::Column::MailedAt.gt(since))
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(sum.flatten().map_or(0, i64::unsigned_abs))
    }

    /// How many requests an institution made since then.
    #[crate::boxed]
    pub async fn endorsement_requests_since(
        &self,
        tenant: &TenantId,
        since: i64,
    ) -> Result<u64, StoreError> {
        let found = endorsement_request::Entity::find()
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .filter(endorsement_request::Column::AskedAt.gt(since));
        Ok(found.count(self.sql.as_ref()).await?)
    }

    /// Whether an address of this hash is not to be asked.
    #[crate::boxed]
    pub async fn refuses_endorsing(&self, address_hash: &str) -> Result<bool, StoreError> {
        let found = endorsement_refusal::Entity::find_by_id(address_hash);
        Ok(found.one(self.sql.as_ref()).await?.is_some())
    }

    /// What was said to a request of an institution.
    #[crate::boxed]
    pub async fn endorsement(
        &self,
        tenant: &TenantId,
        request: &str,
    ) -> Result<Option<EndorsementRow>, StoreError> {
        let found = endorsement::Entity::find_by_id(request)
            .filter(endorsement::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Every endorsement of one version of a thing, oldest first.
    #[crate::boxed]
    pub async fn endorsements_of(
        &self,
        tenant: &TenantId,
        kind: EndorsedKind,
        thing: &str,
        version: i64,
    ) -> Result<Vec<EndorsementRow>, StoreError> {
        let found = of_tenant(tenant)
            .filter(endorsement::Column::Kind.eq(kind))
            .filter(endorsement::Column::Thing.eq(thing))
            .filter(endorsement::Column::Version.eq(version));
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Every endorsement of a thing in any of its versions, oldest first.
    #[crate::boxed]
    pub async fn endorsements_of_all_versions(
        &self,
        tenant: &TenantId,
        kind: EndorsedKind,
        thing: &str,
    ) -> Result<Vec<EndorsementRow>, StoreError> {
        let found = of_tenant(tenant)
            .filter(endorsement::Column::Kind.eq(kind))
            .filter(endorsement::Column::Thing.eq(thing));
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// Every endorsement of what an institution publishes, oldest first.
    #[crate::boxed]
    pub async fn endorsements(&self, tenant: &TenantId) -> Result<Vec<EndorsementRow>, StoreError> {
        Ok(of_tenant(tenant).all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a request.
    #[crate::boxed]
    pub async fn add_endorsement_request(
        &mut self,
        row: EndorsementRequestRow,
    ) -> Result<(), StoreError> {
        insert::<endorsement_request::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Gives a request the token of a mail that was taken; an earlier one opens nothing any more, and a refusal of another mail is over.
    #[crate::boxed]
    pub async fn give_endorsement_token(
        &mut self,
        tenant: &TenantId,
        id: &str,
        hash: &str,
    ) -> Result<(), StoreError> {
        let given = endorsement_request::Entity::update_many()
            .col_expr(endorsement_request::Column::TokenHash, Expr::value(hash))
            .col_expr(
                endorsement_request::Column::RefusedAt,
                Expr::value(None::<i64>),
            )
            .filter(endorsement_request::Column::Id.eq(id))
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement_request", given.rows_affected)
    }

    /// Counts one more mail of a request.
    #[crate::boxed]
    pub async fn mail_endorsement_request(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let counted = endorsement_request::Entity::update_many()
            .col_expr(
                endorsement_request::Column::Mails,
                Expr::col(endorsement_request::Column::Mails).add(1),
            )
            .col_expr(endorsement_request::Column::MailedAt, Expr::value(at))
            .col_expr(
                endorsement_request::Column::RefusedAt,
                Expr::value(None::<i64>),
            )
            .filter(endorsement_request::Column::Id.eq(id))
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement_request", counted.rows_affected)
    }

    /// Notes that the mail server refused the last mail of a request.
    #[crate::boxed]
    pub async fn refuse_endorsement_mail(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let refused = endorsement_request::Entity::update_many()
            .col_expr(endorsement_request::Column::RefusedAt, Expr::value(at))
            .filter(endorsement_request::Column::Id.eq(id))
            .filter(endorsement_request::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement_request", refused.rows_affected)
    }

    /// Notes that a request was answered, and why it was declined if it was. Conflicts if it was answered or taken back before.
    #[crate::boxed]
    pub async fn answer_endorsement_request(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
        declined: Option<&str>,
    ) -> Result<(), StoreError> {
        let answered = endorsement_request::Entity::update_many()
            .col_expr(endorsement_request::Column::AnsweredAt, Expr::value(at))
            .col_expr(
                endorsement_request::Column::Declined,
                Expr::value(declined.map(str::to_owned)),
            )
            .filter(is_open(tenant, id))
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement_request", answered.rows_affected)
    }

    /// Notes that a request was taken back, and why: it ends now. Conflicts if it was answered or taken back before.
    #[crate::boxed]
    pub async fn take_back_endorsement_request(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
        why: &str,
    ) -> Result<(), StoreError> {
        let taken = endorsement_request::Entity::update_many()
            .col_expr(endorsement_request::Column::EndsAt, Expr::value(at))
            .col_expr(endorsement_request::Column::Declined, Expr::value(why))
            .filter(is_open(tenant, id))
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement_request", taken.rows_affected)
    }

    /// Adds what was said. Conflicts if something was said to its request before.
    #[crate::boxed]
    pub async fn add_endorsement(&mut self, row: EndorsementRow) -> Result<(), StoreError> {
        insert::<endorsement::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Notes that the institution that asked shows an endorsement no more. Conflicts if it does not.
    #[crate::boxed]
    pub async fn hide_endorsement(
        &mut self,
        tenant: &TenantId,
        request: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let hidden = endorsement::Entity::update_many()
            .col_expr(endorsement::Column::HiddenAt, Expr::value(at))
            .filter(endorsement::Column::Request.eq(request))
            .filter(endorsement::Column::Tenant.eq(tenant.clone()))
            .filter(endorsement::Column::HiddenAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement", hidden.rows_affected)
    }

    /// Notes that an endorsement was taken back. Conflicts if it was before.
    #[crate::boxed]
    pub async fn withdraw_endorsement(
        &mut self,
        tenant: &TenantId,
        request: &str,
        at: i64,
        why: &str,
    ) -> Result<(), StoreError> {
        let withdrawn = endorsement::Entity::update_many()
            .col_expr(endorsement::Column::WithdrawnAt, Expr::value(at))
            .col_expr(endorsement::Column::WithdrawnWhy, Expr::value(why))
            .filter(endorsement::Column::Request.eq(request))
            .filter(endorsement::Column::Tenant.eq(tenant.clone()))
            .filter(endorsement::Column::WithdrawnAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("endorsement", withdrawn.rows_affected)
    }

    /// Notes that an address is not to be asked. Conflicts if that was said before.
    #[crate::boxed]
    pub async fn refuse_endorsing(&mut self, row: EndorsementRefusalRow) -> Result<(), StoreError> {
        insert::<endorsement_refusal::Entity, _>(self.sql.as_ref(), row).await
    }
}

/// A request that was neither answered nor taken back.
fn is_open(tenant: &TenantId, id: &str) -> Condition {
    Condition::all()
        .add(endorsement_request::Column::Id.eq(id))
        .add(endorsement_request::Column::Tenant.eq(tenant.clone()))
        .add(endorsement_request::Column::AnsweredAt.is_null())
        .add(endorsement_request::Column::Declined.is_null())
}

fn of_tenant(tenant: &TenantId) -> Select<endorsement::Entity> {
    endorsement::Entity::find()
        .filter(endorsement::Column::Tenant.eq(tenant.clone()))
        .order_by_asc(endorsement::Column::AnsweredAt)
        .order_by_asc(endorsement::Column::Request)
}
