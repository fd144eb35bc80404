//! Table `achievement_version`.

use sea_orm::entity::prelude::*;

/// One version of an achievement. It never changes once a credential was issued under it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "achievement_version")]
pub struct Model {
    /// The achievement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub achievement: String,
    /// Counts from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The definition, as our JSON.
    pub document: String,
    /// The exact bytes that are served.
    pub published: Vec<u8>,
    /// SHA-256 of `published`, in lower-case hex.
    pub sha256: String,
    /// When it was written.
    pub created_at: i64,
    /// Who wrote it.
    pub created_by: String,
    /// When it was first issued under; from then on it is frozen.
    pub issued_under_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
