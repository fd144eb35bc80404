//! Table `log_entry`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// Where an outbox line stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_entry")]
pub struct Model {
    /// Its place in the log, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub leaf: i64,
    /// Its place in the outbox.
    pub outbox: i64,
    /// The institution.
    pub tenant: TenantId,
    /// What changed, as the outbox says it.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// Version of the subject after the change.
    pub version: i64,
    /// When it changed.
    pub at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
