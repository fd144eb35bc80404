//! Table `framework_statement`.

use sea_orm::entity::prelude::*;

/// One statement of a framework.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "framework_statement")]
pub struct Model {
    /// The framework.
    #[sea_orm(primary_key, auto_increment = false)]
    pub framework: String,
    /// Its place in the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Its identifier.
    pub uri: String,
    /// What it is: `task`, `skill`.
    pub kind: String,
    /// What it is called.
    pub label: String,
    /// Code, description, other words, parents and links, as JSON.
    pub more: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
