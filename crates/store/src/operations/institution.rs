//! Institutions and their signing keys.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::{
    InstitutionRow, KeyState, Reader, SigningKeyRow, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{institution, signing_key},
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

    /// One signing key.
    pub async fn signing_key(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let found = signing_key::Entity::find_by_id(id)
            .filter(signing_key::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All signing keys of a tenant, newest first.
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<SigningKeyRow>, StoreError> {
        let all = signing_key::Entity::find()
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(signing_key::Column::CreatedAt)
            .order_by_desc(signing_key::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The newest key that signs.
    pub async fn active_signing_key(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let active = signing_key::Entity::find()
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .filter(signing_key::Column::State.eq(KeyState::Active))
            .order_by_desc(signing_key::Column::CreatedAt)
            .order_by_desc(signing_key::Column::Id);
        Ok(active.one(self.sql.as_ref()).await?)
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

    /// Adds a signing key.
    pub async fn add_signing_key(&mut self, row: SigningKeyRow) -> Result<(), StoreError> {
        insert::<signing_key::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Stops an active key from signing: retired, or revoked. Conflicts if it is not active.
    pub async fn retire_signing_key(
        &mut self,
        tenant: &TenantId,
        id: &str,
        state: KeyState,
        at: i64,
    ) -> Result<(), StoreError> {
        let retired = signing_key::Entity::update_many()
            .col_expr(signing_key::Column::State, Expr::value(state.as_str()))
            .col_expr(signing_key::Column::RetiredAt, Expr::value(at))
            .filter(signing_key::Column::Id.eq(id))
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .filter(signing_key::Column::State.eq(KeyState::Active))
            .exec(self.sql.as_ref())
            .await?;
        hit("signing_key", retired.rows_affected)
    }
}
