//! Table `role_version`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What a role said from a day on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_version")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// Which version, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The institution.
    pub tenant: TenantId,
    /// What it was called.
    pub title: String,
    /// Its tasks, as JSON.
    pub tasks: String,
    /// From when on.
    pub since: i64,
    /// Who wrote it; empty where that is not known.
    pub written_by: String,
    /// 1 where everybody who had its link could read it; `None`: written before that was kept.
    pub public: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
