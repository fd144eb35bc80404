//! Table `remote_document`.

use sea_orm::entity::prelude::*;

/// The last good copy of somebody else's document, and how the last fetch went.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remote_document")]
pub struct Model {
    /// Where it was fetched.
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    /// The last good copy.
    pub bytes: Option<Vec<u8>>,
    /// When that copy was fetched.
    pub fetched_at: Option<i64>,
    /// Why the last fetch failed; absent if it did not.
    pub error: Option<String>,
    /// When it failed.
    pub error_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
