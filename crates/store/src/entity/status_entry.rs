//! Table `status_entry`.

use sea_orm::entity::prelude::*;

/// A position of a status list, given once and for ever.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_entry")]
pub struct Model {
    /// The list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: String,
    /// The position.
    #[sea_orm(primary_key, auto_increment = false)]
    pub idx: i64,
    /// The credential's UUID, or that of the request which a signed record of an endorsement answers; absent when only a published list proves that it was given.
    pub credential: Option<String>,
    /// When the bit was set for ever, whatever a credential's row says: on the evidence of a published list, or of a record that was taken back.
    pub forced_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
