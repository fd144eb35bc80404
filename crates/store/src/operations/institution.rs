//! Institutions.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use crate::{
    InstitutionRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{employer, institution},
    tx::hit,
};

impl Reader {
    /// One institution.
    pub async fn institution(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let found = institution::Entity::find_by_id(tenant.clone());
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One institution, by the short name in its addresses.
    pub async fn institution_by_slug(
        &self,
        slug: &str,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        let found = institution::Entity::find().filter(institution::Column::Slug.eq(slug));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All institutions of this installation, by name.
    pub async fn institutions(&self) -> Result<Vec<InstitutionRow>, StoreError> {
        let all = institution::Entity::find()
            .order_by_asc(institution::Column::Name)
            .order_by_asc(institution::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Reader {
    /// The institutions that whoever runs the installation set up, by name: not those that signed up by themselves.
    pub async fn institutions_set_up(&self) -> Result<Vec<InstitutionRow>, StoreError> {
        let themselves = employer::Entity::find()
            .select_only()
            .column(employer::Column::Tenant);
        let all = institution::Entity::find()
            .filter(institution::Column::Id.not_in_subquery(themselves.into_query()))
            .order_by_asc(institution::Column::Name)
            .order_by_asc(institution::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds an institution. Conflicts if its slug is taken.
    pub async fn add_institution(&mut self, row: InstitutionRow) -> Result<(), StoreError> {
        insert::<institution::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes everything about an institution anew.
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
