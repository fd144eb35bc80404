//! Table `signin_link`.

use sea_orm::entity::prelude::*;

/// A one-time link that signs a member in. Only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signin_link")]
pub struct Model {
    /// Hash of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The member.
    pub member: String,
    /// When it was made.
    pub created_at: i64,
    /// When it stops working.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
