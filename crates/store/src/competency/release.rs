//! Versions of competencies that were released.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    CompetencyReleaseRow, Reader, StoreError, TenantId, Tx, bulk::insert,
    entity::competency_release,
};

/// A release without its file and its statement.
#[derive(Clone, Debug, Eq, FromQueryResult, PartialEq)]
pub struct CompetencyReleaseSummary {
    /// Which release, from 1.
    pub number: i64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// When it was released.
    pub released_at: i64,
    /// Until when the agreement is good.
    pub valid_until: i64,
}

impl Reader {
    /// What was released of a competency and when, latest first; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_release_summaries(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<CompetencyReleaseSummary>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let columns = [
            competency_release::Column::Number,
            competency_release::Column::Sha256,
            competency_release::Column::ReleasedAt,
            competency_release::Column::ValidUntil,
        ];
        let all = competency_release::Entity::find()
            .filter(competency_release::Column::Competency.eq(id))
            .order_by_desc(competency_release::Column::Number)
            .select_only()
            .columns(columns)
            .into_model::<CompetencyReleaseSummary>();
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The releases of a competency, latest first; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_releases(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<CompetencyReleaseRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_release::Entity::find()
            .filter(competency_release::Column::Competency.eq(id))
            .order_by_desc(competency_release::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One release of a competency; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_release(
        &self,
        tenant: &TenantId,
        id: &str,
        number: i64,
    ) -> Result<Option<CompetencyReleaseRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(None);
        }
        let found = competency_release::Entity::find_by_id((id.to_owned(), number));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a release. Conflicts if that number exists.
    #[crate::boxed]
    pub async fn add_competency_release(
        &mut self,
        row: CompetencyReleaseRow,
    ) -> Result<(), StoreError> {
        insert::<competency_release::Entity, _>(self.sql.as_ref(), row).await
    }
}
