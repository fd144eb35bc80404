//! Conflicts of interest that reviewers declared.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    MappingConflictRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{mapping_conflict, mapping_vote},
};

impl Reader {
    /// The conflicts that were declared about a mapping, round by round; for an institution that takes part.
    #[crate::boxed]
    pub async fn mapping_conflicts(
        &self,
        tenant: &TenantId,
        set: &str,
        id: &str,
    ) -> Result<Vec<MappingConflictRow>, StoreError> {
        if self.mapping(tenant, set, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = mapping_conflict::Entity::find()
            .filter(mapping_conflict::Column::Mapping.eq(id))
            .order_by_asc(mapping_conflict::Column::Round)
            .order_by_asc(mapping_conflict::Column::DeclaredAt)
            .order_by_asc(mapping_conflict::Column::Tenant);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Declares a conflict, and takes away what the same person voted in that round, as any of `voted_as`, for whichever organization. Conflicts if it was declared before.
    #[crate::boxed]
    pub async fn declare_mapping_conflict(
        &mut self,
        row: MappingConflictRow,
        voted_as: &[(TenantId, String)],
    ) -> Result<(), StoreError> {
        for (tenant, actor) in voted_as {
            mapping_vote::Entity::delete_many()
                .filter(mapping_vote::Column::Mapping.eq(row.mapping.as_str()))
                .filter(mapping_vote::Column::Round.eq(row.round))
                .filter(mapping_vote::Column::Tenant.eq(tenant.clone()))
                .filter(mapping_vote::Column::Actor.eq(actor.as_str()))
                .exec(self.sql.as_ref())
                .await?;
        }
        insert::<mapping_conflict::Entity, _>(self.sql.as_ref(), row).await
    }
}
