//! Roles as tasks.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{Reader, RoleRow, StoreError, TenantId, Tx, bulk::insert, entity::role, tx::hit};

impl Reader {
    /// The roles of an institution, by title.
    pub async fn roles(&self, tenant: &TenantId) -> Result<Vec<RoleRow>, StoreError> {
        let all = role::Entity::find()
            .filter(role::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(role::Column::Title)
            .order_by_asc(role::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One role.
    pub async fn role(&self, tenant: &TenantId, id: &str) -> Result<Option<RoleRow>, StoreError> {
        let found = role::Entity::find_by_id(id).filter(role::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// A role that everybody may read for, by its public name.
    pub async fn public_role(&self, name: &str) -> Result<Option<RoleRow>, StoreError> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = role::Entity::find().filter(role::Column::Public.eq(name));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a role.
    pub async fn add_role(&mut self, row: RoleRow) -> Result<(), StoreError> {
        insert::<role::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes a role anew.
    pub async fn rewrite_role(&mut self, row: RoleRow) -> Result<(), StoreError> {
        let written = role::Entity::update_many()
            .col_expr(role::Column::Title, Expr::value(row.title))
            .col_expr(role::Column::Tasks, Expr::value(row.tasks))
            .col_expr(role::Column::Public, Expr::value(row.public))
            .col_expr(role::Column::ChangedAt, Expr::value(row.changed_at))
            .filter(role::Column::Id.eq(row.id))
            .filter(role::Column::Tenant.eq(row.tenant))
            .exec(self.sql.as_ref())
            .await?;
        hit("role", written.rows_affected)
    }
}
