//! Table `member`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A person who works for an institution.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Member id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Address in lower case; also the name at sign-in.
    pub email: String,
    /// Name.
    pub name: String,
    /// Roles, as a JSON array of names.
    pub roles: String,
    /// When they were added.
    pub created_at: i64,
    /// When they lost access.
    pub disabled_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
