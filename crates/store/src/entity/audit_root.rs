//! Table `audit_root`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// The tree over the first audit lines of an institution, as it was when its root was queued for the log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_root")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// How many lines.
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// Position of the last of them in the trail.
    pub seq: i64,
    /// Hashes of the whole subtrees from left to right: where the tree goes on.
    pub peaks: Vec<u8>,
    /// When.
    pub at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
