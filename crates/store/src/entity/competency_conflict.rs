//! Table `competency_conflict`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A conflict of interest that a reviewer declared in one round about one version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_conflict")]
pub struct Model {
    /// The competency.
    #[sea_orm(primary_key, auto_increment = false)]
    pub competency: String,
    /// The version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round: i64,
    /// The reviewer's organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The reviewer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// In what it lies.
    pub comment: String,
    /// When it was declared.
    pub declared_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
