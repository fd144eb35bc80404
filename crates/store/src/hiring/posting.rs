//! Roles that are open for applications.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{PostingRow, Reader, StoreError, TenantId, Tx, bulk::insert, entity::posting, tx::hit};

impl Reader {
    /// The postings of an institution, or of one of its roles; latest first.
    #[crate::boxed]
    pub async fn postings(
        &self,
        tenant: &TenantId,
        role: Option<&str>,
    ) -> Result<Vec<PostingRow>, StoreError> {
        let mut all = posting::Entity::find().filter(posting::Column::Tenant.eq(tenant.clone()));
        if let Some(role) = role {
            all = all.filter(posting::Column::Role.eq(role));
        }
        let all = all
            .order_by_desc(posting::Column::OpenedAt)
            .order_by_asc(posting::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Those for the institution's own people that take applications as of `now`; latest first.
    #[crate::boxed]
    pub async fn staff_postings(
        &self,
        tenant: &TenantId,
        now: i64,
    ) -> Result<Vec<PostingRow>, StoreError> {
        let closes = posting::Column::ClosesAt;
        let still = Condition::any().add(closes.is_null()).add(closes.gt(now));
        let all = posting::Entity::find()
            .filter(posting::Column::Tenant.eq(tenant.clone()))
            .filter(posting::Column::Staff.eq(1))
            .filter(posting::Column::ClosedAt.is_null())
            .filter(still)
            .order_by_desc(posting::Column::OpenedAt)
            .order_by_asc(posting::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One posting.
    #[crate::boxed]
    pub async fn posting(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<PostingRow>, StoreError> {
        let found =
            posting::Entity::find_by_id(id).filter(posting::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// A posting by the name under which everybody finds it.
    #[crate::boxed]
    pub async fn public_posting(&self, name: &str) -> Result<Option<PostingRow>, StoreError> {
        let found = posting::Entity::find().filter(posting::Column::Public.eq(name));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a posting. Conflicts if its public name is taken.
    #[crate::boxed]
    pub async fn add_posting(&mut self, row: PostingRow) -> Result<(), StoreError> {
        insert::<posting::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Closes a posting. Conflicts if it was closed before.
    #[crate::boxed]
    pub async fn close_posting(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let closed = posting::Entity::update_many()
            .col_expr(posting::Column::ClosedAt, Expr::value(at))
            .filter(posting::Column::Id.eq(id))
            .filter(posting::Column::Tenant.eq(tenant.clone()))
            .filter(posting::Column::ClosedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("posting", closed.rows_affected)
    }

    /// Notes when the documents on which the applications to a posting rest were last looked for.
    #[crate::boxed]
    pub async fn refreshed_posting(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let noted = posting::Entity::update_many()
            .col_expr(posting::Column::RefreshedAt, Expr::value(at))
            .filter(posting::Column::Id.eq(id))
            .filter(posting::Column::Tenant.eq(tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        hit("posting", noted.rows_affected)
    }
}
