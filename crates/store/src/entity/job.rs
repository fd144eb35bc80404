//! Table `job`.

use sea_orm::entity::prelude::*;

use super::JobState;

/// Work to be done after the transaction that asked for it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Job id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which job.
    pub kind: String,
    /// Its input, as JSON.
    pub payload: String,
    /// While a job waits, no second one with this value is queued. Cleared when the job is claimed; of one that was given up, what it
    /// stood for.
    pub dedupe: Option<String>,
    /// How far it is.
    pub state: JobState,
    /// Not before this time.
    pub run_at: i64,
    /// How often it was claimed.
    pub attempts: i64,
    /// Until when the claim holds.
    pub lease_until: Option<i64>,
    /// Counts claims; who completes must hold the latest.
    pub fence: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
