//! Table `log_anchor_trust`.

use sea_orm::entity::prelude::*;

/// What a trust file says, or said, of an anchor.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_anchor_trust")]
pub struct Model {
    /// The anchor's name in the configuration of then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub anchor: String,
    /// SHA-256 of the line, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The line, or what else stands there.
    pub line: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
