//! Table `stewardship`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// Who answers for a definition, until when, and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stewardship")]
pub struct Model {
    /// `achievement`, `role` or `mapping-set`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Which one, by id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// The institution.
    pub tenant: TenantId,
    /// Who answers for it: an office, or a person.
    pub steward: String,
    /// Until when.
    pub until: Option<i64>,
    /// Who takes over then.
    pub successor: String,
    /// Since when it should no longer be used.
    pub deprecated_at: Option<i64>,
    /// What takes its place.
    pub replaced_by: String,
    /// When this was said.
    pub changed_at: i64,
    /// Who said it.
    pub changed_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
