//! Members, their passkeys, and keys for machines.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    ApiKeyRow, MemberRow, PasskeyRow, Reader, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{api_key, member, passkey},
    tx::hit,
};

impl Reader {
    /// One member.
    #[crate::boxed]
    pub async fn member(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<MemberRow>, StoreError> {
        let found =
            member::Entity::find_by_id(id).filter(member::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One member, by address.
    #[crate::boxed]
    pub async fn member_by_email(
        &self,
        tenant: &TenantId,
        email: &str,
    ) -> Result<Option<MemberRow>, StoreError> {
        let found = member::Entity::find()
            .filter(member::Column::Tenant.eq(tenant.clone()))
            .filter(member::Column::Email.eq(email));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Members of every tenant with this address: who signs in may be one of them.
    #[crate::boxed]
    pub async fn members_with_email(&self, email: &str) -> Result<Vec<MemberRow>, StoreError> {
        let found = member::Entity::find()
            .filter(member::Column::Email.eq(email))
            .order_by_asc(member::Column::CreatedAt);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// One member of any tenant: for who holds a proof of being this member.
    #[crate::boxed]
    pub async fn member_of_any_tenant(&self, id: &str) -> Result<Option<MemberRow>, StoreError> {
        Ok(member::Entity::find_by_id(id)
            .one(self.sql.as_ref())
            .await?)
    }

    /// All members, disabled ones too, by name.
    #[crate::boxed]
    pub async fn members(&self, tenant: &TenantId) -> Result<Vec<MemberRow>, StoreError> {
        let all = member::Entity::find()
            .filter(member::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(member::Column::Name)
            .order_by_asc(member::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One passkey of any member: for who just signed with it.
    #[crate::boxed]
    pub async fn passkey(&self, id: &str) -> Result<Option<PasskeyRow>, StoreError> {
        Ok(passkey::Entity::find_by_id(id)
            .one(self.sql.as_ref())
            .await?)
    }

    /// All passkeys of a member, newest first.
    #[crate::boxed]
    pub async fn passkeys(&self, member: &str) -> Result<Vec<PasskeyRow>, StoreError> {
        let all = passkey::Entity::find()
            .filter(passkey::Column::Member.eq(member))
            .order_by_desc(passkey::Column::CreatedAt);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The key for machines with this public part, of any tenant: who calls is not known before.
    #[crate::boxed]
    pub async fn api_key_by_prefix(&self, prefix: &str) -> Result<Option<ApiKeyRow>, StoreError> {
        let found = api_key::Entity::find().filter(api_key::Column::Prefix.eq(prefix));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All keys for machines, newest first.
    #[crate::boxed]
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKeyRow>, StoreError> {
        let all = api_key::Entity::find()
            .filter(api_key::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(api_key::Column::CreatedAt)
            .order_by_desc(api_key::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a member. Conflicts if the address is taken.
    #[crate::boxed]
    pub async fn add_member(&mut self, row: MemberRow) -> Result<(), StoreError> {
        insert::<member::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Changes a member's address, name, roles and whether they have access.
    #[crate::boxed]
    pub async fn change_member(&mut self, row: MemberRow) -> Result<(), StoreError> {
        let changed = member::Entity::update_many()
            .col_expr(member::Column::Email, Expr::value(row.email))
            .col_expr(member::Column::Name, Expr::value(row.name))
            .col_expr(member::Column::Roles, Expr::value(row.roles))
            .col_expr(member::Column::DisabledAt, Expr::value(row.disabled_at))
            .filter(member::Column::Id.eq(row.id))
            .filter(member::Column::Tenant.eq(row.tenant))
            .exec(self.sql.as_ref())
            .await?;
        hit("member", changed.rows_affected)
    }

    /// Adds a passkey. Conflicts if it is known.
    #[crate::boxed]
    pub async fn add_passkey(&mut self, row: PasskeyRow) -> Result<(), StoreError> {
        insert::<passkey::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Records the use of a passkey: its counter stands in `credential`.
    #[crate::boxed]
    pub async fn use_passkey(
        &mut self,
        id: &str,
        credential: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let used = passkey::Entity::update_many()
            .col_expr(passkey::Column::Credential, Expr::value(credential))
            .col_expr(passkey::Column::LastUsedAt, Expr::value(at))
            .filter(passkey::Column::Id.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        hit("passkey", used.rows_affected)
    }

    /// Removes a passkey of a member.
    #[crate::boxed]
    pub async fn remove_passkey(&mut self, member: &str, id: &str) -> Result<(), StoreError> {
        let removed = passkey::Entity::delete_many()
            .filter(passkey::Column::Id.eq(id))
            .filter(passkey::Column::Member.eq(member))
            .exec(self.sql.as_ref())
            .await?;
        hit("passkey", removed.rows_affected)
    }

    /// Adds a key for machines.
    #[crate::boxed]
    pub async fn add_api_key(&mut self, row: ApiKeyRow) -> Result<(), StoreError> {
        insert::<api_key::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Takes a key for machines back. Conflicts if it was already.
    #[crate::boxed]
    pub async fn revoke_api_key(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let revoked = api_key::Entity::update_many()
            .col_expr(api_key::Column::RevokedAt, Expr::value(at))
            .filter(api_key::Column::Id.eq(id))
            .filter(api_key::Column::Tenant.eq(tenant.clone()))
            .filter(api_key::Column::RevokedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("api_key", revoked.rows_affected)
    }
}
