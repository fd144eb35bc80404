//! The DIDs that institutions had before they moved.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    FormerDidRow, IntentState, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{former_did, intent, outbox},
};
impl Reader {
    /// The DIDs that an institution had before, oldest first.
    #[crate::boxed]
    pub async fn former_dids(&self, tenant: &TenantId) -> Result<Vec<FormerDidRow>, StoreError> {
        let all = former_did::Entity::find()
            .filter(former_did::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(former_did::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The DIDs that all institutions had before, each institution's oldest first.
    #[crate::boxed]
    pub async fn all_former_dids(&self) -> Result<Vec<FormerDidRow>, StoreError> {
        let all = former_did::Entity::find()
            .order_by_asc(former_did::Column::Tenant)
            .order_by_asc(former_did::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Whether a line of an institution stands in the outbox after a place.
    #[crate::boxed]
    pub async fn has_lines_after(&self, tenant: &TenantId, seq: i64) -> Result<bool, StoreError> {
        let next: Option<i64> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Seq)
            .filter(outbox::Column::Tenant.eq(tenant.clone()))
            .filter(outbox::Column::Seq.gt(seq))
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(next.is_some())
    }

    /// How many credentials of an institution wait to be signed, with whatever key.
    #[crate::boxed]
    pub async fn count_unsealed(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        let counted = intent::Entity::find()
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::State.eq(IntentState::Reserved));
        Ok(counted.count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Notes a DID that an institution had. Conflicts if this number, or the DID, is taken.
    #[crate::boxed]
    pub async fn add_former_did(&mut self, row: FormerDidRow) -> Result<(), StoreError> {
        insert::<former_did::Entity, _>(self.sql.as_ref(), row).await
    }
}
