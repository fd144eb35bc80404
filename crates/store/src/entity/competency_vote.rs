//! Table `competency_vote`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What one organization says of one version in one round. There is one for each.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_vote")]
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
    /// The organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// Who voted for it, as proven by the caller.
    pub actor: String,
    /// 1 if that is a person who was signed in, 0 if a program.
    pub member: i64,
    /// From -100 (no) to 100 (yes).
    pub hundredths: i64,
    /// Why; empty if nothing was said.
    pub comment: String,
    /// When.
    pub cast_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
