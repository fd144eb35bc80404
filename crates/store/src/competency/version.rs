//! Versions of competencies, and which of them are tried out.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    CompetencyPilotRow, CompetencyVersionRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{competency_pilot, competency_version},
    tx::hit,
};

impl Reader {
    /// The versions of a competency, latest first; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_versions(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<CompetencyVersionRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_version::Entity::find()
            .filter(competency_version::Column::Competency.eq(id))
            .order_by_desc(competency_version::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One version of a competency; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_version(
        &self,
        tenant: &TenantId,
        id: &str,
        number: i64,
    ) -> Result<Option<CompetencyVersionRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(None);
        }
        let found = competency_version::Entity::find_by_id((id.to_owned(), number));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Which versions of a competency are tried out; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_pilots(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<CompetencyPilotRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_pilot::Entity::find()
            .filter(competency_pilot::Column::Competency.eq(id))
            .order_by_desc(competency_pilot::Column::Version);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a version. Conflicts if another was written in between.
    #[crate::boxed]
    pub async fn add_competency_version(
        &mut self,
        row: CompetencyVersionRow,
    ) -> Result<(), StoreError> {
        insert::<competency_version::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes how a version stands now. Conflicts if another round was begun meanwhile.
    #[crate::boxed]
    pub async fn settle_competency_version(
        &mut self,
        row: &CompetencyVersionRow,
        round_before: i64,
    ) -> Result<(), StoreError> {
        let settled = competency_version::Entity::update_many()
            .col_expr(competency_version::Column::State, Expr::value(row.state))
            .col_expr(competency_version::Column::Round, Expr::value(row.round))
            .col_expr(
                competency_version::Column::DecidedAt,
                Expr::value(row.decided_at),
            )
            .col_expr(
                competency_version::Column::ReviewDue,
                Expr::value(row.review_due),
            )
            .filter(competency_version::Column::Competency.eq(row.competency.as_str()))
            .filter(competency_version::Column::Number.eq(row.number))
            .filter(competency_version::Column::Round.eq(round_before))
            .exec(self.sql.as_ref())
            .await?;
        hit("competency_version", settled.rows_affected)
    }

    /// Notes that a version is tried out. Conflicts if it is already.
    #[crate::boxed]
    pub async fn add_competency_pilot(
        &mut self,
        row: CompetencyPilotRow,
    ) -> Result<(), StoreError> {
        insert::<competency_pilot::Entity, _>(self.sql.as_ref(), row).await
    }
}
