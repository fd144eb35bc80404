//! Table `posting`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A role that is, or was, open for applications.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    /// Posting id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The role.
    pub role: String,
    /// The name under which everybody finds it.
    pub public: String,
    /// What the institution says to applicants.
    pub note: String,
    /// 1 if names are covered until somebody asks for them.
    pub blind: i64,
    /// How many days an application is kept.
    pub keep_days: i64,
    /// When it was opened.
    pub opened_at: i64,
    /// Who opened it.
    pub opened_by: String,
    /// Until when applications are taken, if that was said.
    pub closes_at: Option<i64>,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// When the documents on which its applications rest were last looked for.
    pub refreshed_at: Option<i64>,
    /// 1 if it is for the institution's own people.
    pub staff: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
