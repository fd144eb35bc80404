//! Versions of mapping sets that were released.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    MappingReleaseRow, MappingSetRow, Reader, StoreError, TenantId, Tx, bulk::insert,
    entity::mapping_release,
};

impl Reader {
    /// The released versions of a set, latest first; for an institution that takes part.
    pub async fn mapping_releases(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Vec<MappingReleaseRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = mapping_release::Entity::find()
            .filter(mapping_release::Column::MappingSet.eq(set))
            .order_by_desc(mapping_release::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One released version of a set; for an institution that takes part.
    pub async fn mapping_release(
        &self,
        tenant: &TenantId,
        set: &str,
        number: i64,
    ) -> Result<Option<MappingReleaseRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(None);
        }
        let found = mapping_release::Entity::find_by_id((set.to_owned(), number));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The latest version of every set in which an institution takes part that was released by `at`.
    pub async fn released_mapping_sets(
        &self,
        tenant: &TenantId,
        at: i64,
    ) -> Result<Vec<(MappingSetRow, MappingReleaseRow)>, StoreError> {
        let mut all = Vec::new();
        for set in self.joined_mapping_sets(tenant).await? {
            let latest = mapping_release::Entity::find()
                .filter(mapping_release::Column::MappingSet.eq(set.id.as_str()))
                .filter(mapping_release::Column::ReleasedAt.lte(at))
                .order_by_desc(mapping_release::Column::Number)
                .one(self.sql.as_ref())
                .await?;
            all.extend(latest.map(|latest| (set, latest)));
        }
        Ok(all)
    }
}

impl Tx {
    /// Adds a released version. Conflicts if that number exists.
    pub async fn add_mapping_release(&mut self, row: MappingReleaseRow) -> Result<(), StoreError> {
        insert::<mapping_release::Entity, _>(self.sql.as_ref(), row).await
    }
}
