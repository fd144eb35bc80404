//! Table `past_stewardship`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What was said of who answers for a definition, until something else was.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "past_stewardship")]
pub struct Model {
    /// `achievement`, `role` or `mapping-set`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Which one, by id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Counts from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The institution.
    pub tenant: TenantId,
    /// Who answered for it: an office, or a person.
    pub steward: String,
    /// Until when that was to be.
    pub until: Option<i64>,
    /// Who was to take over then.
    pub successor: String,
    /// Since when it should no longer be used.
    pub deprecated_at: Option<i64>,
    /// What was to take its place.
    pub replaced_by: String,
    /// When this was said.
    pub said_at: i64,
    /// Who said it.
    pub said_by: String,
    /// When something else was said.
    pub replaced_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
