//! Table `former_did`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A DID that an institution had before it moved to another domain. What was issued under it goes on being published there.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "former_did")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// Which of its DIDs, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The DID.
    pub did: String,
    /// The address under which its documents stand, without a trailing slash.
    pub public_url: String,
    /// Status lists with a lower number, from that of the DID before on, are published there.
    pub lists_before: i64,
    /// Every line of the outbox up to here is older than the move.
    pub outbox: i64,
    /// When the institution moved.
    pub moved_at: i64,
    /// What both keys signed, as JSON.
    pub succession: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
