//! Table `sign_up`.

use sea_orm::entity::prelude::*;

/// A sign-up that waits for its mail address to be confirmed. It is gone once it was, or once its time is over.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    /// Sign-up id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Hash of the token in the mail; absent until it is sent.
    pub token_hash: Option<String>,
    /// The organization's name.
    pub organization: String,
    /// The domain that it says is its own.
    pub domain: String,
    /// Who signs up.
    pub name: String,
    /// Their address, in lower case.
    pub email: String,
    /// When it was asked for.
    pub asked_at: i64,
    /// When it is forgotten.
    pub ends_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
