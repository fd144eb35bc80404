//! Table `staff_page`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// The page on which an employer's own people find the roles that are open for them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_page")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The name under which it is found, which nobody can guess.
    pub public: String,
    /// When it was opened.
    pub opened_at: i64,
    /// Who opened it.
    pub opened_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
