//! Table `status_list`.

use sea_orm::entity::prelude::*;

use super::StatusPurpose;
use crate::TenantId;

/// A status list: which of its positions are given.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_list")]
pub struct Model {
    /// List id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Its number in addresses: `/i/SLUG/status/N`.
    pub number: i64,
    /// What a set bit says.
    pub purpose: StatusPurpose,
    /// How many positions it has.
    pub length: i64,
    /// One bit a position: given or free.
    pub used: Vec<u8>,
    /// How many are given.
    pub used_count: i64,
    /// Counts allocations; guards against two at once.
    pub version: i64,
    /// When it was opened.
    pub created_at: i64,
    /// From when on no position is given any more.
    pub abandoned_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
