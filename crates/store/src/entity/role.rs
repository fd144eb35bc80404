//! Table `role`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A role: what somebody does all day, as tasks.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    /// Role id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// What it is called.
    pub title: String,
    /// Its tasks, as JSON.
    pub tasks: String,
    /// The name under which everybody may read for it; empty if nobody outside may.
    pub public: String,
    /// When it was written.
    pub created_at: i64,
    /// Who wrote it.
    pub created_by: String,
    /// When it was last written.
    pub changed_at: i64,
    /// The name under which everybody may read for it, or could before: opened again, it has the same. Whether they may is told by `public` alone.
    pub name: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
