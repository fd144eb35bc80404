//! Table `needed_document`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// That an institution's applications rest on a document of somebody else, whose copy is therefore not forgotten for others.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "needed_document")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The document's address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    /// Until when.
    pub until: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
