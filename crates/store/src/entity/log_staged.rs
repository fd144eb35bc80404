//! Table `log_staged`.

use sea_orm::entity::prelude::*;

/// Entries that are committed, until their tiles and bundles are durable.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_staged")]
pub struct Model {
    /// Place of the first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first: i64,
    /// How many.
    pub count: i64,
    /// Each with its length before it, as in an entry bundle.
    pub entries: Vec<u8>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
