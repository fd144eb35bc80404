//! Table `session`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A signed-in browser. Only the token's hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Hash of the session token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The member.
    pub member: String,
    /// The institution.
    pub tenant: TenantId,
    /// What forms of this session are bound to.
    pub csrf_secret: String,
    /// When the member signed in.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// When it was last used.
    pub seen_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
