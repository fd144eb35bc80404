//! Table `competency_pilot`.

use sea_orm::entity::prelude::*;

/// A version that is tried out: an achievement of the issuer that says so.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_pilot")]
pub struct Model {
    /// The competency.
    #[sea_orm(primary_key, auto_increment = false)]
    pub competency: String,
    /// The version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The achievement that is issued from it.
    pub achievement: String,
    /// The last day on which it is issued: `2026-12-31`.
    pub until: String,
    /// Why it is tried out.
    pub why: String,
    /// When it was begun.
    pub begun_at: i64,
    /// Who began it.
    pub begun_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
