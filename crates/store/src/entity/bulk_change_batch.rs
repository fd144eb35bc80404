//! Table `bulk_change_batch`.

use sea_orm::entity::prelude::*;

/// A batch in which credentials of a change of many were issued.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_change_batch")]
pub struct Model {
    /// The batch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch: String,
    /// The change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub change: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
