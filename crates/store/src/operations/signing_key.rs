//! Signing keys, what became of each, and what rests on them.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::{
    IntentState, KeyChangeRow, KeyState, Reader, SigningKeyRow, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{credential, intent, key_change, outbox, signing_key},
    tx::hit,
};

impl Reader {
    /// One signing key.
    #[crate::boxed]
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
    #[crate::boxed]
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<SigningKeyRow>, StoreError> {
        let all = signing_key::Entity::find()
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(signing_key::Column::CreatedAt)
            .order_by_desc(signing_key::Column::Id);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The keys with this public half, whose ever: whoever holds the secret may know.
    #[crate::boxed]
    pub async fn signing_keys_of_any_tenant(
        &self,
        public_multibase: &str,
    ) -> Result<Vec<SigningKeyRow>, StoreError> {
        let all = signing_key::Entity::find()
            .filter(signing_key::Column::PublicMultibase.eq(public_multibase))
            .order_by_asc(signing_key::Column::CreatedAt);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The newest key that signs in the name of an institution as it is called now.
    #[crate::boxed]
    pub async fn active_signing_key(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let did = self.institution(tenant).await?.and_then(|row| row.did);
        match did {
            Some(did) => self.active_signing_key_of(tenant, &did).await,
            None => Ok(None),
        }
    }

    /// The newest key that signs in the name of one of an institution's DIDs: that of now, or one that it had.
    #[crate::boxed]
    pub async fn active_signing_key_of(
        &self,
        tenant: &TenantId,
        did: &str,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let active = signing_key::Entity::find()
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .filter(signing_key::Column::State.eq(KeyState::Active))
            .order_by_desc(signing_key::Column::CreatedAt)
            .order_by_desc(signing_key::Column::Id);
        let active = active.all(self.sql.as_ref()).await?;
        Ok(active.into_iter().find(|key| key.did() == did))
    }

    /// What became of the keys of a tenant, each key's changes in their order, the keys in no order.
    #[crate::boxed]
    pub async fn key_changes(&self, tenant: &TenantId) -> Result<Vec<KeyChangeRow>, StoreError> {
        let all = key_change::Entity::find()
            .filter(key_change::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(key_change::Column::Key)
            .order_by_asc(key_change::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// One change of a key.
    #[crate::boxed]
    pub async fn key_change(
        &self,
        tenant: &TenantId,
        key: &str,
        number: i64,
    ) -> Result<Option<KeyChangeRow>, StoreError> {
        let found = key_change::Entity::find_by_id((key.to_owned(), number))
            .filter(key_change::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The changes of a tenant's keys whose line stands before a place of the outbox, in the order of their lines.
    #[crate::boxed]
    pub async fn key_changes_before(
        &self,
        tenant: &TenantId,
        outbox: i64,
    ) -> Result<Vec<KeyChangeRow>, StoreError> {
        let found = key_change::Entity::find()
            .filter(key_change::Column::Tenant.eq(tenant.clone()))
            .filter(key_change::Column::Outbox.lt(outbox))
            .order_by_asc(key_change::Column::Outbox);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many credentials a key signed.
    #[crate::boxed]
    pub async fn count_signed_with(&self, tenant: &TenantId, key: &str) -> Result<u64, StoreError> {
        let counted = credential::Entity::find()
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::KeyId.eq(key));
        Ok(counted.count(self.sql.as_ref()).await?)
    }

    /// Credentials that a key signed and that were not withdrawn, after one of them: each one's id, achievement and moment of issuing.
    #[crate::boxed]
    pub async fn signed_with(
        &self,
        tenant: &TenantId,
        key: &str,
        after: Option<&str>,
        limit: u64,
    ) -> Result<Vec<(String, String, i64)>, StoreError> {
        let mut found = credential::Entity::find()
            .select_only()
            .column(credential::Column::Id)
            .column(credential::Column::Achievement)
            .column(credential::Column::IssuedAt)
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::KeyId.eq(key))
            .filter(credential::Column::RevokedAt.is_null())
            .order_by_asc(credential::Column::Id)
            .limit(limit);
        if let Some(after) = after {
            found = found.filter(credential::Column::Id.gt(after));
        }
        Ok(found.into_tuple().all(self.sql.as_ref()).await?)
    }

    /// How many intents wait to be signed with a key.
    #[crate::boxed]
    pub async fn count_waiting_for(&self, tenant: &TenantId, key: &str) -> Result<u64, StoreError> {
        let counted = intent::Entity::find()
            .filter(intent::Column::Tenant.eq(tenant.clone()))
            .filter(intent::Column::KeyId.eq(key))
            .filter(intent::Column::State.eq(IntentState::Reserved));
        Ok(counted.count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a signing key.
    #[crate::boxed]
    pub async fn add_signing_key(&mut self, row: SigningKeyRow) -> Result<(), StoreError> {
        insert::<signing_key::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes a key anew, if it is still in state `before`; else it conflicts.
    #[crate::boxed]
    pub async fn change_signing_key(
        &mut self,
        row: SigningKeyRow,
        before: KeyState,
    ) -> Result<(), StoreError> {
        let (id, tenant) = (row.id.clone(), row.tenant.clone());
        let changed = signing_key::Entity::update_many()
            .set(row.into_active_model().reset_all())
            .filter(signing_key::Column::Id.eq(id))
            .filter(signing_key::Column::Tenant.eq(tenant))
            .filter(signing_key::Column::State.eq(before))
            .exec(self.sql.as_ref())
            .await?;
        hit("signing_key", changed.rows_affected)
    }

    /// Writes down what became of a key. Conflicts if this number is taken.
    #[crate::boxed]
    pub async fn add_key_change(&mut self, row: KeyChangeRow) -> Result<(), StoreError> {
        insert::<key_change::Entity, _>(self.sql.as_ref(), row).await
    }

    /// A key that signs, which it goes on doing until this unit of work ends: whoever ends it waits. `None` if it does not sign.
    #[crate::boxed]
    pub async fn hold_signing_key(
        &mut self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let found = signing_key::Entity::find_by_id(id)
            .filter(signing_key::Column::Tenant.eq(tenant.clone()))
            .filter(signing_key::Column::State.eq(KeyState::Active))
            .lock_shared();
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The last line of a tenant in the outbox.
    #[crate::boxed]
    pub async fn last_line_of(&mut self, tenant: &TenantId) -> Result<Option<i64>, StoreError> {
        let last = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Seq)
            .filter(outbox::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(outbox::Column::Seq)
            .into_tuple()
            .one(self.sql.as_ref());
        Ok(last.await?)
    }
}
