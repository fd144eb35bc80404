//! Table `batch`.

use sea_orm::entity::prelude::*;

use super::BatchState;
use crate::TenantId;

/// One issuing run over a cohort.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch")]
pub struct Model {
    /// Batch id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The achievement.
    pub achievement: String,
    /// Version of the achievement.
    pub version: i64,
    /// What the registrar calls it.
    pub name: String,
    /// How far it is.
    pub state: BatchState,
    /// Name of the uploaded file.
    pub source_name: Option<String>,
    /// SHA-256 of the uploaded file, in lower-case hex.
    pub source_sha256: Option<String>,
    /// Not sealed before this time.
    pub hold_until: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// Who made it.
    pub created_by: String,
    /// When it was approved.
    pub approved_at: Option<i64>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// The hash over all unsigned bytes that was approved.
    pub approved_sha256: Option<String>,
    /// When the last credential was sealed.
    pub sealed_at: Option<i64>,
    /// Rows in the file.
    pub rows_total: i64,
    /// Rows that can go.
    pub rows_ready: i64,
    /// Rows that cannot.
    pub rows_faulty: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
