//! Competencies that a bloc writes together.
//!
//! The bloc is the parties of a mapping set: whoever takes part in the set, or was asked to, sees what is written in it.

mod release;
mod said;
mod version;

pub use release::CompetencyReleaseSummary;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{CompetencyRow, Reader, StoreError, TenantId, Tx, bulk::insert, entity::competency};

impl Reader {
    /// The competencies of a set, by title; for an institution that takes part.
    #[crate::boxed]
    pub async fn competencies(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Vec<CompetencyRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency::Entity::find()
            .filter(competency::Column::MappingSet.eq(set))
            .order_by_asc(competency::Column::Title)
            .order_by_asc(competency::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One competency, by its id; for an institution that takes part in its set.
    #[crate::boxed]
    pub async fn competency(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<CompetencyRow>, StoreError> {
        let found = competency::Entity::find_by_id(id);
        let Some(found) = found.one(self.sql.as_ref()).await? else {
            return Ok(None);
        };
        let party = self.mapping_party(tenant, &found.mapping_set).await?;
        Ok(party.map(|_| found))
    }

    /// The competencies of which an institution is the issuer, by short name.
    #[crate::boxed]
    pub async fn competencies_issued(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<CompetencyRow>, StoreError> {
        let all = competency::Entity::find()
            .filter(competency::Column::Issuer.eq(tenant.clone()))
            .order_by_asc(competency::Column::Slug);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One competency, by the short name in the addresses of its issuer.
    #[crate::boxed]
    pub async fn competency_by_slug(
        &self,
        tenant: &TenantId,
        slug: &str,
    ) -> Result<Option<CompetencyRow>, StoreError> {
        let found = competency::Entity::find()
            .filter(competency::Column::Issuer.eq(tenant.clone()))
            .filter(competency::Column::Slug.eq(slug));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a competency. Conflicts if its issuer has one of that short name.
    #[crate::boxed]
    pub async fn add_competency(&mut self, row: CompetencyRow) -> Result<(), StoreError> {
        insert::<competency::Entity, _>(self.sql.as_ref(), row).await
    }
}
