//! What roles said, from which day on.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Reader, RoleVersionRow, StoreError, TenantId, Tx, bulk::insert, entity::role_version};

impl Reader {
    /// The versions of a role, first to last.
    #[crate::boxed]
    pub async fn role_versions(
        &self,
        tenant: &TenantId,
        role: &str,
    ) -> Result<Vec<RoleVersionRow>, StoreError> {
        let all = role_version::Entity::find()
            .filter(role_version::Column::Role.eq(role))
            .filter(role_version::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(role_version::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a version of a role. Conflicts if that number exists.
    #[crate::boxed]
    pub async fn add_role_version(&mut self, row: RoleVersionRow) -> Result<(), StoreError> {
        insert::<role_version::Entity, _>(self.sql.as_ref(), row).await
    }
}
