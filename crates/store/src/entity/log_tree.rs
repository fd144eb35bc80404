//! Table `log_tree`.

use sea_orm::entity::prelude::*;

/// The transparency log as it is committed, and as it is shown. There is one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_tree")]
pub struct Model {
    /// Always `log`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What the log is called in its checkpoints. It never changes.
    pub origin: String,
    /// Entries committed.
    pub size: i64,
    /// The root over them.
    pub root: Vec<u8>,
    /// The signed checkpoint over them.
    pub checkpoint: Vec<u8>,
    /// The last outbox line that was looked at.
    pub outbox: i64,
    /// When it was committed.
    pub committed_at: i64,
    /// Entries of which tiles and bundles are durable; -1 before the first.
    pub shown_size: i64,
    /// The signed checkpoint that everybody is shown.
    pub shown_checkpoint: Vec<u8>,
    /// When that was first shown.
    pub shown_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
