//! Table `application_copy`.

use sea_orm::entity::prelude::*;

/// A document about one applicant by which a credential of an application is checked. It goes with the application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_copy")]
pub struct Model {
    /// The application.
    #[sea_orm(primary_key, auto_increment = false)]
    pub application: String,
    /// Its address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    /// The last good copy.
    pub bytes: Option<Vec<u8>>,
    /// When that was fetched.
    pub fetched_at: Option<i64>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When that was.
    pub error_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
