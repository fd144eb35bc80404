//! The page for an employer's own people.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Reader, StaffPageRow, StoreError, TenantId, Tx, bulk::insert, entity::staff_page, tx::hit,
};

impl Reader {
    /// The page of an institution, if it has one.
    #[crate::boxed]
    pub async fn staff_page(&self, tenant: &TenantId) -> Result<Option<StaffPageRow>, StoreError> {
        let found = staff_page::Entity::find_by_id(tenant.clone());
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// A page by the name under which it is found.
    #[crate::boxed]
    pub async fn public_staff_page(&self, name: &str) -> Result<Option<StaffPageRow>, StoreError> {
        let found = staff_page::Entity::find().filter(staff_page::Column::Public.eq(name));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds the page. Conflicts if there is one.
    #[crate::boxed]
    pub async fn add_staff_page(&mut self, row: StaffPageRow) -> Result<(), StoreError> {
        insert::<staff_page::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Removes the page. Conflicts if there is none.
    #[crate::boxed]
    pub async fn remove_staff_page(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        let removed = staff_page::Entity::delete_by_id(tenant.clone())
            .exec(self.sql.as_ref())
            .await?;
        hit("staff_page", removed.rows_affected)
    }
}
