//! Table `outbox`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A change that others will want to hear of, in order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Position in the order.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// The institution.
    pub tenant: TenantId,
    /// What changed.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// Version of the subject after the change.
    pub version: i64,
    /// When.
    pub at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
