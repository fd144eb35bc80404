//! Table `log_witnessed`.

use sea_orm::entity::prelude::*;

/// A checkpoint that witnesses had seen, with what they signed: by when an entry was there, for later.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_witnessed")]
pub struct Model {
    /// Entries in it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
    /// When it was kept, by our clock.
    pub at: i64,
    /// The ids of the witnesses' keys that signed it, in order, with spaces between. Of what an earlier version kept, nobody noted them.
    pub cosigners: Option<String>,
    /// When the last of them was added, by our clock.
    pub last_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
