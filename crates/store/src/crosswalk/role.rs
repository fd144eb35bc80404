//! Roles as tasks.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select, sea_query::Expr};

use crate::{Reader, RoleRow, StoreError, TenantId, Tx, bulk::insert, entity::role, tx::hit};

impl Reader {
    /// The roles of an institution, by title.
    #[crate::boxed]
    pub async fn roles(&self, tenant: &TenantId) -> Result<Vec<RoleRow>, StoreError> {
        let all = role::Entity::find()
            .filter(role::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(role::Column::Title)
            .order_by_asc(role::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One role.
    #[crate::boxed]
    pub async fn role(&self, tenant: &TenantId, id: &str) -> Result<Option<RoleRow>, StoreError> {
        let found = role::Entity::find_by_id(id).filter(role::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// A role that everybody may read for, by its public name.
    #[crate::boxed]
    pub async fn public_role(&self, name: &str) -> Result<Option<RoleRow>, StoreError> {
        if name.is_empty() {
            return Ok(None);
        }
        Ok(public(name).one(self.sql.as_ref()).await?)
    }
}

fn public(name: &str) -> Select<role::Entity> {
    role::Entity::find().filter(role::Column::Public.eq(name))
}

impl Tx {
    /// Adds a role.
    #[crate::boxed]
    pub async fn add_role(&mut self, row: RoleRow) -> Result<(), StoreError> {
        insert::<role::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes a role anew.
    #[crate::boxed]
    pub async fn rewrite_role(&mut self, row: RoleRow) -> Result<(), StoreError> {
        let written = role::Entity::update_many()
            .col_expr(role::Column::Title, Expr::value(row.title))
            .col_expr(role::Column::Tasks, Expr::value(row.tasks))
            .col_expr(role::Column::Public, Expr::value(row.public))
            .col_expr(role::Column::Name, Expr::value(row.name))
            .col_expr(role::Column::ChangedAt, Expr::value(row.changed_at))
            .filter(role::Column::Id.eq(row.id))
            .filter(role::Column::Tenant.eq(row.tenant))
            .exec(self.sql.as_ref())
            .await?;
        hit("role", written.rows_affected)
    }
}

#[cfg(test)]
mod tests {
    use crate::plan;

    /// Whoever has an address may ask for it, as often as they like.
    #[tokio::test]
    async fn a_role_is_found_by_its_public_name_without_reading_every_role() {
        let steps = plan::steps(super::public("name")).await.unwrap();
        assert_eq!(
            steps,
            ["SEARCH role USING INDEX role_by_public (public=?)"],
            "no table is read whole"
        );
    }
}
