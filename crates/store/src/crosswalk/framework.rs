//! Frameworks in their versions, and what they state.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    FrameworkRow, FrameworkStatementRow, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{framework, framework_statement},
};

impl Reader {
    /// The frameworks of an institution, by title, the latest taken in first.
    #[crate::boxed]
    pub async fn frameworks(&self, tenant: &TenantId) -> Result<Vec<FrameworkRow>, StoreError> {
        let all = framework::Entity::find()
            .filter(framework::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(framework::Column::Title)
            .order_by_desc(framework::Column::TakenAt)
            .order_by_asc(framework::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One framework.
    #[crate::boxed]
    pub async fn framework(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<FrameworkRow>, StoreError> {
        let found =
            framework::Entity::find_by_id(id).filter(framework::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// What a framework states, in the order of its file.
    #[crate::boxed]
    pub async fn framework_statements(
        &self,
        tenant: &TenantId,
        framework: &str,
    ) -> Result<Vec<FrameworkStatementRow>, StoreError> {
        if self.framework(tenant, framework).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = framework_statement::Entity::find()
            .filter(framework_statement::Column::Framework.eq(framework))
            .order_by_asc(framework_statement::Column::Position);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a framework with what it states. Conflicts if the institution has this version of it.
    #[crate::boxed]
    pub async fn add_framework(
        &mut self,
        row: FrameworkRow,
        statements: Vec<FrameworkStatementRow>,
    ) -> Result<(), StoreError> {
        insert::<framework::Entity, _>(self.sql.as_ref(), row).await?;
        insert_all::<framework_statement::Entity, _>(self.sql.as_ref(), statements).await
    }

    /// Removes a framework with what it states.
    #[crate::boxed]
    pub async fn remove_framework(
        &mut self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<(), StoreError> {
        if self.framework(tenant, id).await?.is_none() {
            return Err(StoreError::Conflict { table: "framework" });
        }
        framework_statement::Entity::delete_many()
            .filter(framework_statement::Column::Framework.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        framework::Entity::delete_by_id(id)
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }
}
