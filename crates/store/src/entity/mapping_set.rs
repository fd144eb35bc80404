//! Table `mapping_set`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A mapping set that is kept here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mapping_set")]
pub struct Model {
    /// Set id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution that publishes it.
    pub tenant: TenantId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its licence, by address.
    pub license: String,
    /// What it says of itself, as SSSOM/TSV without mappings; empty if nothing.
    pub head: String,
    /// The prefixes of its identifiers, as JSON.
    pub prefixes: String,
    /// For how many days an agreement is good.
    pub review_days: i64,
    /// When it was begun.
    pub created_at: i64,
    /// Who began it.
    pub created_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
