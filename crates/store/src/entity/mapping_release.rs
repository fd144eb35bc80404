//! Table `mapping_release`.

use sea_orm::entity::prelude::*;

/// A version of a mapping set that was released. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mapping_release")]
pub struct Model {
    /// The set.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mapping_set: String,
    /// The version, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Canonical SSSOM/TSV: the exact published bytes.
    pub file: Vec<u8>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The signed statement about it: the exact published bytes.
    pub statement: Vec<u8>,
    /// How many mappings it has.
    pub mappings: i64,
    /// When.
    pub released_at: i64,
    /// Who released it.
    pub released_by: String,
    /// When the first of its agreements ends.
    pub valid_until: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
