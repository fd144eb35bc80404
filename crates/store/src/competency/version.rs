//! Versions of competencies, and which of them are tried out.

use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use crate::{
    CompetencyPilotRow, CompetencyRow, CompetencyVersionRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{competency, competency_pilot, competency_version, mapping_party},
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

    /// The tasks in the latest version of every competency in whose set an institution takes part or was asked to, by title.
    #[crate::boxed]
    pub async fn latest_competency_tasks(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<String>, StoreError> {
        let of = competency_version::Entity::belongs_to(competency::Entity)
            .from(competency_version::Column::Competency)
            .to(competency::Column::Id)
            .into();
        let seen = mapping_party::Entity::find()
            .select_only()
            .column(mapping_party::Column::MappingSet)
            .filter(mapping_party::Column::Tenant.eq(tenant.clone()));
        let other = |column| Expr::col((Alias::new(LATER), column));
        let this = |column| Expr::col((competency_version::Entity, column));
        let later = Query::select()
            .expr(Expr::val(1))
            .from_as(competency_version::Entity, Alias::new(LATER))
            .and_where(
                other(competency_version::Column::Competency)
                    .eq(this(competency_version::Column::Competency)),
            )
            .and_where(
                other(competency_version::Column::Number)
                    .gt(this(competency_version::Column::Number)),
            )
            .take();
        let all = competency_version::Entity::find()
            .select_only()
            .column(competency_version::Column::Tasks)
            .join(JoinType::InnerJoin, of)
            .filter(competency::Column::MappingSet.in_subquery(seen.into_query()))
            .filter(Expr::exists(later).not())
            .order_by_asc(competency::Column::Title)
            .order_by_asc(competency::Column::Id)
            .into_tuple();
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

    /// The competency of its issuer that an achievement was made from, to try a version of it out.
    #[crate::boxed]
    pub async fn competency_of_pilot(
        &self,
        tenant: &TenantId,
        achievement: &str,
    ) -> Result<Option<CompetencyRow>, StoreError> {
        let tried = competency_pilot::Entity::find()
            .select_only()
            .column(competency_pilot::Column::Competency)
            .filter(competency_pilot::Column::Achievement.eq(achievement));
        let found = competency::Entity::find()
            .filter(competency::Column::Issuer.eq(tenant.clone()))
            .filter(competency::Column::Id.in_subquery(tried.into_query()));
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

/// What a version that came after another is called in a question.
const LATER: &str = "later";
