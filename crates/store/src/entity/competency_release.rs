//! Table `competency_release`.

use sea_orm::entity::prelude::*;

/// A released version of a competency. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competency_release")]
pub struct Model {
    /// The competency.
    #[sea_orm(primary_key, auto_increment = false)]
    pub competency: String,
    /// Which release, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The version that was released.
    pub version: i64,
    /// The round that agreed with it.
    pub round: i64,
    /// The exact published bytes.
    pub file: Vec<u8>,
    /// Their SHA-256, in hex.
    pub sha256: String,
    /// The signed statement about it: the exact published bytes.
    pub statement: Vec<u8>,
    /// Why it was released.
    pub why: String,
    /// When.
    pub released_at: i64,
    /// Who released it.
    pub released_by: String,
    /// Until when the agreement is good.
    pub valid_until: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
