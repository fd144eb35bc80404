//! Table `passkey`.

use sea_orm::entity::prelude::*;

/// A passkey of a member.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    /// Credential id of the authenticator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The member.
    pub member: String,
    /// The credential as JSON, as the WebAuthn library keeps it.
    pub credential: String,
    /// Name the member gave it.
    pub label: String,
    /// When it was registered.
    pub created_at: i64,
    /// When it last signed in.
    pub last_used_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
