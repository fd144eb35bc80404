//! Table `log_anchor`.

use sea_orm::entity::prelude::*;

use super::states::AnchorState;

/// A checkpoint that was handed to an anchor, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_anchor")]
pub struct Model {
    /// The anchor's name in the configuration of then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub anchor: String,
    /// Entries under the checkpoint.
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// What kind of anchor it is.
    pub kind: String,
    /// The bytes of the checkpoint that were anchored: those that are signed.
    pub note: Vec<u8>,
    /// How far it is.
    pub state: AnchorState,
    /// How often it was asked for in vain since it last answered.
    pub tries: i64,
    /// When it is asked for next, while it is pending.
    pub next_at: i64,
    /// When it was begun, by our clock.
    pub submitted_at: i64,
    /// When it answered what it was handed, by our clock. Empty in rows that are older than this column.
    pub answered_at: Option<i64>,
    /// What a trust file said of the anchor then, by its id. Empty in rows that are older than this column.
    pub trust: Option<String>,
    /// When it was confirmed, by our clock.
    pub confirmed_at: Option<i64>,
    /// By when the anchor states that it had seen it.
    pub seen_by: Option<i64>,
    /// What shows it; of one that is pending what it is asked for again with.
    pub proof: Option<Vec<u8>>,
    /// Why it was not confirmed when it was asked for last.
    pub why: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
