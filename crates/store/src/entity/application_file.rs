//! Table `application_file`.

use sea_orm::entity::prelude::*;

/// A credential that came with an application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_file")]
pub struct Model {
    /// The application.
    #[sea_orm(primary_key, auto_increment = false)]
    pub application: String,
    /// Its place, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The credential, byte for byte.
    pub credential: Vec<u8>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
