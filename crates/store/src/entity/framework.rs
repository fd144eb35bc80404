//! Table `framework`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A framework of tasks or skills in one version, as an institution took it in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "framework")]
pub struct Model {
    /// Framework id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Its identifier.
    pub uri: String,
    /// Its title.
    pub title: String,
    /// Its version, as its publisher writes it; empty if it has none.
    pub version: String,
    /// Its language, publisher, description and licence, as JSON.
    pub about: String,
    /// The form in which it came.
    pub form: String,
    /// How many statements it has.
    pub statements: i64,
    /// SHA-256 over the files that were read, in hex.
    pub sha256: String,
    /// When it was taken in.
    pub taken_at: i64,
    /// Who took it in.
    pub taken_by: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
