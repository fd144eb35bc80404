//! Table `mapping_party`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// An institution that takes part in a mapping set, or was asked to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mapping_party")]
pub struct Model {
    /// The set.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mapping_set: String,
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// When it was asked.
    pub invited_at: i64,
    /// When it said yes.
    pub joined_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
