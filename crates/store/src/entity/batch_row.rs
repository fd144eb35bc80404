//! Table `batch_row`.

use sea_orm::entity::prelude::*;

use super::RowState;

/// One line of an uploaded cohort.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_row")]
pub struct Model {
    /// The batch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch: String,
    /// Line in the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    /// How far it is.
    pub state: RowState,
    /// The line's fields, as JSON.
    pub input: String,
    /// What is wrong with it, as a JSON array.
    pub faults: String,
    /// The intent made from it.
    pub intent: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
