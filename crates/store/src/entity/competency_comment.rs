//! Table `competency_comment`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What an organization says of a version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_comment")]
pub struct Model {
    /// Comment id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The competency.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// The organization.
    pub organization: TenantId,
    /// Who said it for them.
    pub said_by: String,
    /// What was said.
    pub said: String,
    /// When.
    pub said_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
