//! Institutions.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{SelectStatement, UnionType},
};

use crate::{
    InstitutionRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{domain_proof, employer, former_did, institution},
    tx::hit,
};

impl Reader {
    /// One institution.
    #[crate::boxed]
    pub async fn institution(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let found = institution::Entity::find_by_id(tenant.clone());
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One institution, by the short name in its addresses.
    #[crate::boxed]
    pub async fn institution_by_slug(
        &self,
        slug: &str,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let found = institution::Entity::find().filter(institution::Column::Slug.eq(slug));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The institution that is called so, or was before it moved.
    #[crate::boxed]
    pub async fn institution_by_did(
        &self,
        did: &str,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let now = institution::Entity::find()
            .filter(institution::Column::Did.eq(did))
            .order_by_asc(institution::Column::Name)
            .order_by_asc(institution::Column::Id);
        if let Some(found) = now.one(self.sql.as_ref()).await? {
            return Ok(Some(found));
        }
        let had = former_did::Entity::find()
            .select_only()
            .column(former_did::Column::Tenant)
            .filter(former_did::Column::Did.eq(did));
        let before = institution::Entity::find()
            .filter(institution::Column::Id.in_subquery(had.into_query()));
        Ok(before.one(self.sql.as_ref()).await?)
    }

    /// All institutions of this installation, by name.
    #[crate::boxed]
    pub async fn institutions(&self) -> Result<Vec<InstitutionRow>, StoreError> {
        let all = institution::Entity::find()
            .order_by_asc(institution::Column::Name)
            .order_by_asc(institution::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Reader {
    /// The institutions that whoever runs the installation set up, by name: not those that signed up by themselves.
    #[crate::boxed]
    pub async fn institutions_set_up(&self) -> Result<Vec<InstitutionRow>, StoreError> {
        let all = institution::Entity::find()
            .filter(institution::Column::Id.not_in_subquery(signed_up()))
            .order_by_asc(institution::Column::Name)
            .order_by_asc(institution::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Every DID of those institutions: today's, and those that they had before they moved.
    #[crate::boxed]
    pub async fn dids_set_up(&self) -> Result<Vec<String>, StoreError> {
        let mut all = institution::Entity::find()
            .select_only()
            .column(institution::Column::Did)
            .filter(institution::Column::Did.is_not_null())
            .filter(institution::Column::Id.not_in_subquery(signed_up()));
        let former = former_did::Entity::find()
            .select_only()
            .column(former_did::Column::Did)
            .filter(former_did::Column::Tenant.not_in_subquery(signed_up()));
        QuerySelect::query(&mut all).union(UnionType::All, former.into_query());
        Ok(all.into_tuple().all(self.sql.as_ref()).await?)
    }

    /// One institution by its short name, if it was set up, or signed up by itself and has shown its domain.
    #[crate::boxed]
    pub async fn institution_shown(
        &self,
        slug: &str,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let proven = domain_proof::Entity::find()
            .select_only()
            .column(domain_proof::Column::Tenant)
            .filter(domain_proof::Column::VerifiedAt.is_not_null());
        let shown = Condition::any()
            .add(institution::Column::Id.not_in_subquery(signed_up()))
            .add(institution::Column::Id.in_subquery(proven.into_query()));
        let found = institution::Entity::find()
            .filter(institution::Column::Slug.eq(slug))
            .filter(shown);
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

/// The institutions that signed up by themselves and were not admitted.
fn signed_up() -> SelectStatement {
    let all = employer::Entity::find()
        .select_only()
        .column(employer::Column::Tenant);
    all.into_query()
}

impl Tx {
    /// Adds an institution. Conflicts if its slug is taken.
    #[crate::boxed]
    pub async fn add_institution(&mut self, row: InstitutionRow) -> Result<(), StoreError> {
        insert::<institution::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes everything about an institution anew.
    #[crate::boxed]
    pub async fn change_institution(&mut self, row: InstitutionRow) -> Result<(), StoreError> {
        let id = row.id.clone();
        let changed = institution::Entity::update_many()
            .set(row.into_active_model().reset_all())
            .filter(institution::Column::Id.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        hit("institution", changed.rows_affected)
    }
}
