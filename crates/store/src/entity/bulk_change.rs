//! Table `bulk_change`.

use sea_orm::entity::prelude::*;

use super::ChangeState;
use crate::TenantId;

/// Many credentials that are changed with one reason.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_change")]
pub struct Model {
    /// Change id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Who asked.
    pub actor: String,
    /// What becomes of them.
    pub fate: String,
    /// Why; empty until it is begun.
    pub reason: String,
    /// How far it is.
    pub state: ChangeState,
    /// How many credentials it is about.
    pub total: i64,
    /// How many were changed so far.
    pub changed: i64,
    /// How many stay as they are.
    pub stayed: i64,
    /// When they were chosen.
    pub created_at: i64,
    /// When the last of them was dealt with.
    pub ended_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
