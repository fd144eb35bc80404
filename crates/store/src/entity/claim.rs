//! Table `claim`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A right to claim a credential. Only hashes of the link's token and the paper code are kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    /// Hash of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// Hash of the code on paper.
    pub code_hash: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it stops working.
    pub expires_at: i64,
    /// When it was claimed.
    pub claimed_at: Option<i64>,
    /// When a newer one took its place.
    pub superseded_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
