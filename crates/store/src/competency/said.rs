//! What organizations say of the versions of a competency: comments, votes, conflicts of interest.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    CompetencyCommentRow, CompetencyConflictRow, CompetencyVoteRow, Reader, StoreError, TenantId,
    Tx,
    bulk::insert,
    entity::{competency_comment, competency_conflict, competency_vote},
};

impl Reader {
    /// What was said of all versions, in order; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_comments(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Vec<CompetencyCommentRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_comment::Entity::find()
            .filter(competency_comment::Column::Competency.eq(id))
            .order_by_asc(competency_comment::Column::SaidAt)
            .order_by_asc(competency_comment::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// What was voted on a version, round by round; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_votes(
        &self,
        tenant: &TenantId,
        id: &str,
        version: i64,
    ) -> Result<Vec<CompetencyVoteRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_vote::Entity::find()
            .filter(competency_vote::Column::Competency.eq(id))
            .filter(competency_vote::Column::Version.eq(version))
            .order_by_asc(competency_vote::Column::Round)
            .order_by_asc(competency_vote::Column::CastAt)
            .order_by_asc(competency_vote::Column::Tenant);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The conflicts that were declared about a version, round by round; for an institution that takes part.
    #[crate::boxed]
    pub async fn competency_conflicts(
        &self,
        tenant: &TenantId,
        id: &str,
        version: i64,
    ) -> Result<Vec<CompetencyConflictRow>, StoreError> {
        if self.competency(tenant, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = competency_conflict::Entity::find()
            .filter(competency_conflict::Column::Competency.eq(id))
            .filter(competency_conflict::Column::Version.eq(version))
            .order_by_asc(competency_conflict::Column::Round)
            .order_by_asc(competency_conflict::Column::DeclaredAt)
            .order_by_asc(competency_conflict::Column::Tenant);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a comment.
    #[crate::boxed]
    pub async fn add_competency_comment(
        &mut self,
        row: CompetencyCommentRow,
    ) -> Result<(), StoreError> {
        insert::<competency_comment::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Casts the vote of an organization; what it voted before in this round is replaced.
    #[crate::boxed]
    pub async fn cast_competency_vote(&mut self, row: CompetencyVoteRow) -> Result<(), StoreError> {
        let key = (
            row.competency.clone(),
            row.version,
            row.round,
            row.tenant.clone(),
        );
        competency_vote::Entity::delete_by_id(key)
            .exec(self.sql.as_ref())
            .await?;
        insert::<competency_vote::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Declares a conflict, and takes away what the same person voted in that round, as any of `voted_as`, for whichever organization. Conflicts if it was declared before.
    #[crate::boxed]
    pub async fn declare_competency_conflict(
        &mut self,
        row: CompetencyConflictRow,
        voted_as: &[(TenantId, String)],
    ) -> Result<(), StoreError> {
        for (tenant, actor) in voted_as {
            competency_vote::Entity::delete_many()
                .filter(competency_vote::Column::Competency.eq(row.competency.as_str()))
                .filter(competency_vote::Column::Version.eq(row.version))
                .filter(competency_vote::Column::Round.eq(row.round))
                .filter(competency_vote::Column::Tenant.eq(tenant.clone()))
                .filter(competency_vote::Column::Actor.eq(actor.as_str()))
                .exec(self.sql.as_ref())
                .await?;
        }
        insert::<competency_conflict::Entity, _>(self.sql.as_ref(), row).await
    }
}
