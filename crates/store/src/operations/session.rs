//! Signing in: one-time links, sessions and passkey ceremonies. Only hashes of secrets stand here.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use crate::{
    MemberRow, Reader, SessionRow, SigninLinkRow, Store, StoreError, Tx, WebauthnStateRow,
    bulk::insert,
    entity::{api_key, idempotency, session, signin_link, webauthn_state},
    tx::hit,
};

impl Reader {
    /// The session behind a token that has not ended, of any tenant: the row says which.
    #[crate::boxed]
    pub async fn session(
        &self,
        token_hash: &str,
        now: i64,
    ) -> Result<Option<SessionRow>, StoreError> {
        let found =
            session::Entity::find_by_id(token_hash).filter(session::Column::ExpiresAt.gt(now));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The sign-in link behind a token, used or not, of any tenant.
    #[crate::boxed]
    pub async fn signin_link(&self, token_hash: &str) -> Result<Option<SigninLinkRow>, StoreError> {
        Ok(signin_link::Entity::find_by_id(token_hash)
            .one(self.sql.as_ref())
            .await?)
    }

    /// How many one-time links of a member were not used and have not expired.
    #[crate::boxed]
    pub async fn open_signin_links(&self, member: &MemberRow, now: i64) -> Result<u64, StoreError> {
        let open = signin_link::Entity::find()
            .filter(signin_link::Column::Member.eq(member.id.as_str()))
            .filter(signin_link::Column::UsedAt.is_null())
            .filter(signin_link::Column::ExpiresAt.gt(now));
        Ok(open.count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a one-time link.
    #[crate::boxed]
    pub async fn add_signin_link(&mut self, row: SigninLinkRow) -> Result<(), StoreError> {
        insert::<signin_link::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Uses a one-time link. Conflicts if it was used, has expired or never was.
    #[crate::boxed]
    pub async fn use_signin_link(&mut self, token_hash: &str, at: i64) -> Result<(), StoreError> {
        let used = signin_link::Entity::update_many()
            .col_expr(signin_link::Column::UsedAt, Expr::value(at))
            .filter(signin_link::Column::TokenHash.eq(token_hash))
            .filter(signin_link::Column::UsedAt.is_null())
            .filter(signin_link::Column::ExpiresAt.gt(at))
            .exec(self.sql.as_ref())
            .await?;
        hit("signin_link", used.rows_affected)
    }

    /// Starts a session.
    #[crate::boxed]
    pub async fn add_session(&mut self, row: SessionRow) -> Result<(), StoreError> {
        insert::<session::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Ends a session. Ending it again changes nothing.
    #[crate::boxed]
    pub async fn end_session(&mut self, token_hash: &str) -> Result<(), StoreError> {
        session::Entity::delete_by_id(token_hash)
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Ends all sessions of a member.
    #[crate::boxed]
    pub async fn end_sessions_of(&mut self, member: &str) -> Result<(), StoreError> {
        session::Entity::delete_many()
            .filter(session::Column::Member.eq(member))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Forgets a one-time link: it opens nothing from now on.
    #[crate::boxed]
    pub async fn forget_signin_link(&mut self, row: &SigninLinkRow) -> Result<(), StoreError> {
        signin_link::Entity::delete_by_id(row.token_hash.as_str())
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Forgets the one-time links of a member: none of them opens anything from now on.
    #[crate::boxed]
    pub async fn forget_signin_links_of(&mut self, member: &str) -> Result<(), StoreError> {
        signin_link::Entity::delete_many()
            .filter(signin_link::Column::Member.eq(member))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Keeps the state of a passkey ceremony.
    #[crate::boxed]
    pub async fn add_webauthn_state(&mut self, row: WebauthnStateRow) -> Result<(), StoreError> {
        insert::<webauthn_state::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Takes the state of a passkey ceremony, once. `None` if there is none, or it has expired.
    #[crate::boxed]
    pub async fn take_webauthn_state(
        &mut self,
        id: &str,
        now: i64,
    ) -> Result<Option<WebauthnStateRow>, StoreError> {
        let found = webauthn_state::Entity::find_by_id(id)
            .filter(webauthn_state::Column::ExpiresAt.gt(now))
            .one(self.sql.as_ref())
            .await?;
        webauthn_state::Entity::delete_by_id(id)
            .exec(self.sql.as_ref())
            .await?;
        Ok(found)
    }

    /// Forgets what has expired: sessions, links, ceremonies, and answers older than `answers_before`.
    #[crate::boxed]
    pub async fn sweep(&mut self, now: i64, answers_before: i64) -> Result<(), StoreError> {
        session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lte(now))
            .exec(self.sql.as_ref())
            .await?;
        signin_link::Entity::delete_many()
            .filter(signin_link::Column::ExpiresAt.lte(now))
            .exec(self.sql.as_ref())
            .await?;
        webauthn_state::Entity::delete_many()
            .filter(webauthn_state::Column::ExpiresAt.lte(now))
            .exec(self.sql.as_ref())
            .await?;
        idempotency::Entity::delete_many()
            .filter(idempotency::Column::CreatedAt.lt(answers_before))
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }
}

impl Store {
    /// Notes, at once, that a session was used.
    #[crate::boxed]
    pub async fn touch_session(&self, token_hash: &str, at: i64) -> Result<(), StoreError> {
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(at))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.at_once())
            .await?;
        Ok(())
    }

    /// Notes, at once, that a key for machines was used.
    #[crate::boxed]
    pub async fn touch_api_key(&self, id: &str, at: i64) -> Result<(), StoreError> {
        api_key::Entity::update_many()
            .col_expr(api_key::Column::LastUsedAt, Expr::value(at))
            .filter(api_key::Column::Id.eq(id))
            .exec(&self.at_once())
            .await?;
        Ok(())
    }
}
