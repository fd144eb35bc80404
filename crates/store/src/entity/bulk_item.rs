//! Table `bulk_item`.

use sea_orm::entity::prelude::*;

/// One credential of a change of many.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_item")]
pub struct Model {
    /// The change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub change: String,
    /// Its place in the order asked, from nought.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The credential, as it was named.
    pub credential: String,
    /// What became of it; empty while nothing did.
    pub outcome: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
