//! Table `audit`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// An audit line: who did what to what, and when.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Position in the trail.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// The institution.
    pub tenant: TenantId,
    /// When.
    pub at: i64,
    /// Who, as proven by the caller.
    pub actor: String,
    /// What, as `noun.verb`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The rest, as JSON.
    pub detail: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
