//! Table `register_copy`.

use sea_orm::entity::prelude::*;

/// The last good copy of a register that somebody else keeps, and how the last reading went.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "register_copy")]
pub struct Model {
    /// Where it is read; of a federation with what it was judged by.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// The last good copy.
    pub bytes: Option<Vec<u8>>,
    /// When that copy was read.
    pub fetched_at: Option<i64>,
    /// Why the last reading failed; absent if it did not.
    pub error: Option<String>,
    /// When it failed.
    pub error_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
