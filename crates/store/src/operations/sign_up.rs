//! Employers that sign up by themselves.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use crate::{
    EmployerRow, Reader, SignUpRow, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{employer, sign_up},
    tx::hit,
};

impl Reader {
    /// A sign-up, by its id.
    #[crate::boxed]
    pub async fn sign_up(&self, id: &str) -> Result<Option<SignUpRow>, StoreError> {
        let found = sign_up::Entity::find_by_id(id);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The sign-up to which a token in a mail belongs.
    #[crate::boxed]
    pub async fn sign_up_by_token(&self, hash: &str) -> Result<Option<SignUpRow>, StoreError> {
        let found = sign_up::Entity::find().filter(sign_up::Column::TokenHash.eq(hash));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// How many sign-ups wait, under one address or under any.
    #[crate::boxed]
    pub async fn sign_ups_waiting(&self, email: Option<&str>) -> Result<u64, StoreError> {
        let mut all = sign_up::Entity::find();
        if let Some(email) = email {
            all = all.filter(sign_up::Column::Email.eq(email));
        }
        Ok(all.count(self.sql.as_ref()).await?)
    }

    /// That an institution signed up by itself, if it did and was not admitted since.
    #[crate::boxed]
    pub async fn employer(&self, tenant: &TenantId) -> Result<Option<EmployerRow>, StoreError> {
        let found = employer::Entity::find_by_id(tenant.clone());
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a sign-up.
    #[crate::boxed]
    pub async fn add_sign_up(&mut self, row: SignUpRow) -> Result<(), StoreError> {
        insert::<sign_up::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Gives a sign-up the token that is mailed; an earlier one opens nothing any more.
    #[crate::boxed]
    pub async fn give_sign_up_token(&mut self, id: &str, hash: &str) -> Result<(), StoreError> {
        let given = sign_up::Entity::update_many()
            .col_expr(sign_up::Column::TokenHash, Expr::value(hash))
            .filter(sign_up::Column::Id.eq(id))
            .exec(self.sql.as_ref())
            .await?;
        hit("sign_up", given.rows_affected)
    }

    /// Ends a sign-up. Conflicts if somebody else did.
    #[crate::boxed]
    pub async fn end_sign_up(&mut self, id: &str) -> Result<(), StoreError> {
        let ended = sign_up::Entity::delete_by_id(id)
            .exec(self.sql.as_ref())
            .await?;
        hit("sign_up", ended.rows_affected)
    }

    /// Forgets the sign-ups whose time is over.
    #[crate::boxed]
    pub async fn forget_sign_ups(&mut self, at: i64) -> Result<(), StoreError> {
        sign_up::Entity::delete_many()
            .filter(sign_up::Column::EndsAt.lte(at))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Forgets that an institution signed up by itself: it is as one that was set up. Conflicts if it is one already.
    #[crate::boxed]
    pub async fn admit_employer(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        let admitted = employer::Entity::delete_by_id(tenant.clone())
            .exec(self.sql.as_ref())
            .await?;
        hit("employer", admitted.rows_affected)
    }

    /// Notes that an institution signed up by itself.
    #[crate::boxed]
    pub async fn add_employer(&mut self, row: EmployerRow) -> Result<(), StoreError> {
        insert::<employer::Entity, _>(self.sql.as_ref(), row).await
    }
}
