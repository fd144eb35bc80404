//! Table `status_publication`.

use sea_orm::entity::prelude::*;

/// A signed status list as it was published.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_publication")]
pub struct Model {
    /// The list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: String,
    /// Counts publications of this list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The exact signed bytes.
    pub bytes: Vec<u8>,
    /// When it was signed.
    pub published_at: i64,
    /// When it goes stale.
    pub valid_until: i64,
    /// What the issuer states about it, with its signature: the entry of the log but for the history of keys. None where the list has no
    /// whole blocks, or was published before there were such statements.
    pub statement: Option<Vec<u8>>,
    /// How many changes of its issuer's keys had been entered when it was signed, at least.
    pub key_changes: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
