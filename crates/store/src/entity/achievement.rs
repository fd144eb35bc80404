//! Table `achievement`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What can be earned.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "achievement")]
pub struct Model {
    /// Achievement id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// Name of the latest version, for lists.
    pub name: String,
    /// Number of the latest version.
    pub latest_version: i64,
    /// When it was first defined.
    pub created_at: i64,
    /// When it was taken out of use.
    pub archived_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
