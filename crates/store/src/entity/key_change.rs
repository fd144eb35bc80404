//! Table `key_change`.

use sea_orm::entity::prelude::*;

use super::KeyState;
use crate::TenantId;

/// What became of a signing key, for ever.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_change")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The how many-th change of this key, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The institution.
    pub tenant: TenantId,
    /// What it became.
    pub state: KeyState,
    /// When that was done.
    pub at: i64,
    /// Since when it holds, as was said: of a compromised key the moment before which nobody else had it.
    pub since: i64,
    /// Who did it.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
    /// Its line in the outbox; a key that was only made has none.
    pub outbox: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
