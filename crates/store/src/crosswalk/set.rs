//! Mapping sets, and who takes part in them.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::{
    MappingPartyRow, MappingSetRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{mapping_party, mapping_set},
    tx::hit,
};

impl Reader {
    /// The sets in which an institution takes part or was asked to, by title.
    #[crate::boxed]
    pub async fn mapping_sets(&self, tenant: &TenantId) -> Result<Vec<MappingSetRow>, StoreError> {
        self.sets_of(mapping_party::Column::Tenant.eq(tenant.clone()))
            .await
    }

    /// The sets in which an institution takes part, by title: not those to which it was only asked.
    #[crate::boxed]
    pub async fn joined_mapping_sets(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<MappingSetRow>, StoreError> {
        let joined = mapping_party::Column::JoinedAt.is_not_null();
        self.sets_of(mapping_party::Column::Tenant.eq(tenant.clone()).and(joined))
            .await
    }

    /// The sets in which an institution took part by a moment, by title.
    #[crate::boxed]
    pub async fn mapping_sets_joined_by(
        &self,
        tenant: &TenantId,
        at: i64,
    ) -> Result<Vec<MappingSetRow>, StoreError> {
        let joined = mapping_party::Column::JoinedAt.lte(at);
        self.sets_of(mapping_party::Column::Tenant.eq(tenant.clone()).and(joined))
            .await
    }

    async fn sets_of(&self, party: SimpleExpr) -> Result<Vec<MappingSetRow>, StoreError> {
        let seen = mapping_party::Entity::find()
            .select_only()
            .column(mapping_party::Column::MappingSet)
            .filter(party);
        let all = mapping_set::Entity::find()
            .filter(mapping_set::Column::Id.in_subquery(seen.into_query()))
            .order_by_asc(mapping_set::Column::Title)
            .order_by_asc(mapping_set::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One set, by its id, if the institution takes part in it or was asked to.
    #[crate::boxed]
    pub async fn mapping_set(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<MappingSetRow>, StoreError> {
        if self.mapping_party(tenant, id).await?.is_none() {
            return Ok(None);
        }
        let found = mapping_set::Entity::find_by_id(id);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One set that an institution publishes, by its short name.
    #[crate::boxed]
    pub async fn mapping_set_by_slug(
        &self,
        tenant: &TenantId,
        slug: &str,
    ) -> Result<Option<MappingSetRow>, StoreError> {
        let found = mapping_set::Entity::find()
            .filter(mapping_set::Column::Tenant.eq(tenant.clone()))
            .filter(mapping_set::Column::Slug.eq(slug));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// How an institution takes part in a set.
    #[crate::boxed]
    pub async fn mapping_party(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Option<MappingPartyRow>, StoreError> {
        let found = mapping_party::Entity::find_by_id((set.to_owned(), tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Everybody who takes part in a set or was asked to, in the order of asking; for one of them.
    #[crate::boxed]
    pub async fn mapping_parties(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Vec<MappingPartyRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = mapping_party::Entity::find()
            .filter(mapping_party::Column::MappingSet.eq(set))
            .order_by_asc(mapping_party::Column::InvitedAt)
            .order_by_asc(mapping_party::Column::Tenant);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a set; the institution that publishes it takes part. Conflicts if its short name is taken.
    #[crate::boxed]
    pub async fn add_mapping_set(&mut self, row: MappingSetRow) -> Result<(), StoreError> {
        let party = MappingPartyRow {
            mapping_set: row.id.clone(),
            tenant: row.tenant.clone(),
            invited_at: row.created_at,
            joined_at: Some(row.created_at),
        };
        insert::<mapping_set::Entity, _>(self.sql.as_ref(), row).await?;
        insert::<mapping_party::Entity, _>(self.sql.as_ref(), party).await
    }

    /// Asks an institution to take part. Conflicts if it was asked before.
    #[crate::boxed]
    pub async fn add_mapping_party(&mut self, row: MappingPartyRow) -> Result<(), StoreError> {
        insert::<mapping_party::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Notes that an institution said yes. Conflicts if it was not asked, or said so before.
    #[crate::boxed]
    pub async fn join_mapping_set(
        &mut self,
        tenant: &TenantId,
        set: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let joined = mapping_party::Entity::update_many()
            .col_expr(mapping_party::Column::JoinedAt, Expr::value(at))
            .filter(mapping_party::Column::MappingSet.eq(set))
            .filter(mapping_party::Column::Tenant.eq(tenant.clone()))
            .filter(mapping_party::Column::JoinedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("mapping_party", joined.rows_affected)
    }
}
