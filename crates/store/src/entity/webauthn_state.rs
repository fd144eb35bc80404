//! Table `webauthn_state`.

use sea_orm::entity::prelude::*;

/// A passkey ceremony under way.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webauthn_state")]
pub struct Model {
    /// Ceremony id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The member, if already known.
    pub member: Option<String>,
    /// Which ceremony.
    pub kind: String,
    /// The library's state, as JSON.
    pub state: String,
    /// When it is given up.
    pub expires_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
