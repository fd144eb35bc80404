//! Versions of mapping sets that were released.

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    SelectModel, Selector,
};

use crate::{
    MappingReleaseRow, MappingSetRow, Reader, StoreError, TenantId, Tx, bulk::insert,
    entity::mapping_release,
};

/// A released version without its file and its statement, which may be large.
#[derive(Clone, Debug, Eq, FromQueryResult, PartialEq)]
pub struct MappingReleaseSummary {
    /// The set.
    pub mapping_set: String,
    /// The version, from 1.
    pub number: i64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// How many mappings it has.
    pub mappings: i64,
    /// When it was released.
    pub released_at: i64,
    /// When the first of its agreements ends.
    pub valid_until: i64,
}

impl Reader {
    /// The released versions of a set, latest first; for an institution that takes part.
    #[crate::boxed]
    pub async fn mapping_releases(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Vec<MappingReleaseSummary>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        Ok(summaries(of_set(set)).all(self.sql.as_ref()).await?)
    }

    /// One released version of a set; for an institution that takes part.
    #[crate::boxed]
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

    /// The latest version, released by `at`, of every set in which an institution took part by then.
    #[crate::boxed]
    pub async fn released_mapping_sets(
        &self,
        tenant: &TenantId,
        at: i64,
    ) -> Result<Vec<(MappingSetRow, MappingReleaseSummary)>, StoreError> {
        let mut all = Vec::new();
        for set in self.mapping_sets_joined_by(tenant, at).await? {
            let by_then = of_set(&set.id).filter(mapping_release::Column::ReleasedAt.lte(at));
            let latest = summaries(by_then).one(self.sql.as_ref()).await?;
            all.extend(latest.map(|latest| (set, latest)));
        }
        Ok(all)
    }
}

impl Tx {
    /// Adds a released version. Conflicts if that number exists.
    #[crate::boxed]
    pub async fn add_mapping_release(&mut self, row: MappingReleaseRow) -> Result<(), StoreError> {
        insert::<mapping_release::Entity, _>(self.sql.as_ref(), row).await
    }
}

fn of_set(set: &str) -> Select<mapping_release::Entity> {
    mapping_release::Entity::find()
        .filter(mapping_release::Column::MappingSet.eq(set))
        .order_by_desc(mapping_release::Column::Number)
}

fn summaries(
    found: Select<mapping_release::Entity>,
) -> Selector<SelectModel<MappingReleaseSummary>> {
    let columns = [
        mapping_release::Column::MappingSet,
        mapping_release::Column::Number,
        mapping_release::Column::Sha256,
        mapping_release::Column::Mappings,
        mapping_release::Column::ReleasedAt,
        mapping_release::Column::ValidUntil,
    ];
    found
        .select_only()
        .columns(columns)
        .into_model::<MappingReleaseSummary>()
}
