//! Table `competency`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What somebody can do and how well, as an employer, an issuer and their bloc write it together.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency")]
pub struct Model {
    /// Competency id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The mapping set whose parties are the bloc.
    pub mapping_set: String,
    /// The organization that drafts the tasks.
    pub employer: TenantId,
    /// The organization that drafts the rubric, issues the pilot and releases.
    pub issuer: TenantId,
    /// Its short name in addresses of the issuer.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// When it was begun.
    pub created_at: i64,
    /// Who began it.
    pub created_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
