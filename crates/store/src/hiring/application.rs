//! What applicants sent.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    ApplicationFileRow, ApplicationRow, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{application, application_copy, application_file},
    tx::hit,
};

impl Reader {
    /// Applications to a posting after an id, in the order of their ids, which means nothing.
    #[crate::boxed]
    pub async fn applications(
        &self,
        tenant: &TenantId,
        posting: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let found = application::Entity::find()
            .filter(application::Column::Tenant.eq(tenant.clone()))
            .filter(application::Column::Posting.eq(posting))
            .filter(application::Column::Id.gt(after))
            .order_by_asc(application::Column::Id)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many applications to a posting there are.
    #[crate::boxed]
    pub async fn applications_counted(
        &self,
        tenant: &TenantId,
        posting: &str,
    ) -> Result<u64, StoreError> {
        let found = application::Entity::find()
            .filter(application::Column::Tenant.eq(tenant.clone()))
            .filter(application::Column::Posting.eq(posting));
        Ok(found.count(self.sql.as_ref()).await?)
    }

    /// The oldest applications to a posting of those that came no later than `sent_until`.
    #[crate::boxed]
    pub async fn oldest_applications(
        &self,
        tenant: &TenantId,
        posting: &str,
        sent_until: i64,
        limit: u64,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let found = sent_until_then(tenant, posting, sent_until)
            .order_by_asc(application::Column::SentAt)
            .order_by_asc(application::Column::Id)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many applications to a posting came no later than `sent_until`.
    #[crate::boxed]
    pub async fn applications_sent_until(
        &self,
        tenant: &TenantId,
        posting: &str,
        sent_until: i64,
    ) -> Result<u64, StoreError> {
        let found = sent_until_then(tenant, posting, sent_until);
        Ok(found.count(self.sql.as_ref()).await?)
    }

    /// How many bytes the credentials of all applications to a posting have together.
    #[crate::boxed]
    pub async fn applications_bytes(
        &self,
        tenant: &TenantId,
        posting: &str,
    ) -> Result<u64, StoreError> {
        let sum: Option<Option<i64>> = application::Entity::find()
            .select_only()
            .expr_as(application::Column::Bytes.sum().cast_as("bigint"), "bytes")
            .filter(application::Column::Tenant.eq(tenant.clone()))
            .filter(application::Column::Posting.eq(posting))
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(sum.flatten().map_or(0, i64::unsigned_abs))
    }

    /// One application to an institution.
    #[crate::boxed]
    pub async fn application(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<ApplicationRow>, StoreError> {
        let found = application::Entity::find_by_id(id)
            .filter(application::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The application to which a secret belongs.
    #[crate::boxed]
    pub async fn application_by_token(
        &self,
        token_hash: &str,
    ) -> Result<Option<ApplicationRow>, StoreError> {
        let found =
            application::Entity::find().filter(application::Column::TokenHash.eq(token_hash));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The credentials that came with an application, in their order.
    #[crate::boxed]
    pub async fn application_files(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<ApplicationFileRow>, StoreError> {
        if self.application(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = application_file::Entity::find()
            .filter(application_file::Column::Application.eq(id))
            .order_by_asc(application_file::Column::Position);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Applications of every institution whose time has ended, or that came no later than `sent_until`.
    #[crate::boxed]
    pub async fn applications_ended(
        &self,
        now: i64,
        sent_until: i64,
        limit: u64,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let ended = application::Entity::find()
            .filter(
                Condition::any()
                    .add(application::Column::EndsAt.lte(now))
                    .add(application::Column::SentAt.lte(sent_until)),
            )
            .order_by_asc(application::Column::EndsAt)
            .limit(limit);
        Ok(ended.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds an application with its credentials. Conflicts if its secret was used before.
    #[crate::boxed]
    pub async fn add_application(
        &mut self,
        row: ApplicationRow,
        files: Vec<ApplicationFileRow>,
    ) -> Result<(), StoreError> {
        insert::<application::Entity, _>(self.sql.as_ref(), row).await?;
        insert_all::<application_file::Entity, _>(self.sql.as_ref(), files).await
    }

    /// Deletes an application with all that came with it. Conflicts if it is not there.
    #[crate::boxed]
    pub async fn remove_application(
        &mut self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<(), StoreError> {
        if self.application(tenant, id).await?.is_none() {
            return Err(StoreError::Conflict {
                table: "application",
            });
        }
        application_copy::Entity::delete_many()
            .filter(application_copy::Column::Application.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        application_file::Entity::delete_many()
            .filter(application_file::Column::Application.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        let gone = application::Entity::delete_by_id(id)
            .exec(self.sql.as_ref())
            .await?;
        hit("application", gone.rows_affected)
    }

    /// Notes that the name of an application was shown. Conflicts if it was shown before.
    #[crate::boxed]
    pub async fn uncover_application(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let shown = application::Entity::update_many()
            .col_expr(application::Column::UncoveredAt, Expr::value(at))
            .filter(application::Column::Id.eq(id))
            .filter(application::Column::Tenant.eq(tenant.clone()))
            .filter(application::Column::UncoveredAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("application", shown.rows_affected)
    }
}

fn sent_until_then(tenant: &TenantId, posting: &str, until: i64) -> Select<application::Entity> {
    application::Entity::find()
        .filter(application::Column::Tenant.eq(tenant.clone()))
        .filter(application::Column::Posting.eq(posting))
        .filter(application::Column::SentAt.lte(until))
}
