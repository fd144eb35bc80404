//! Who answers for definitions, and until when.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Reader, StewardshipRow, StoreError, TenantId, Tx, bulk::insert, entity::stewardship};

impl Reader {
    /// What an institution said of who answers for what, in the order in which it ends.
    pub async fn stewardships(&self, tenant: &TenantId) -> Result<Vec<StewardshipRow>, StoreError> {
        let all = stewardship::Entity::find()
            .filter(stewardship::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(stewardship::Column::Until)
            .order_by_asc(stewardship::Column::Kind)
            .order_by_asc(stewardship::Column::Subject);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Who answers for one thing.
    pub async fn stewardship(
        &self,
        tenant: &TenantId,
        kind: &str,
        subject: &str,
    ) -> Result<Option<StewardshipRow>, StoreError> {
        let found = stewardship::Entity::find_by_id((kind.to_owned(), subject.to_owned()))
            .filter(stewardship::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Says who answers for a thing; what was said before is replaced.
    pub async fn entrust(&mut self, row: StewardshipRow) -> Result<(), StoreError> {
        stewardship::Entity::delete_by_id((row.kind.clone(), row.subject.clone()))
            .exec(self.sql.as_ref())
            .await?;
        insert::<stewardship::Entity, _>(self.sql.as_ref(), row).await
    }
}
