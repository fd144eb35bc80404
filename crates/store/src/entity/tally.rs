//! Table `tally`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// How often something happened to an achievement on a day, without any identity.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The achievement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub achievement: String,
    /// Days since 1970-01-01, UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i64,
    /// What happened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// How often.
    pub n: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
