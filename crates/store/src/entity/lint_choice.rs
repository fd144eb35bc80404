//! Table `lint_choice`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// The profile for which achievements have to be ready before they are issued.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lint_choice")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The achievement's id; empty for all that have no choice of their own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub achievement: String,
    /// The profile's name; empty where none is wanted.
    pub profile: String,
    /// When it was chosen.
    pub chosen_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
