//! Table `endorsement`.

use sea_orm::entity::prelude::*;

use super::states::{EndorsedKind, EndorsementWay};
use crate::TenantId;

/// What somebody said who was asked. It never changes but for when it was hidden or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement")]
pub struct Model {
    /// The request that it answers.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request: String,
    /// The institution that asked.
    pub tenant: TenantId,
    /// What is endorsed.
    pub kind: EndorsedKind,
    /// The achievement, or the mapping set.
    pub thing: String,
    /// Its version, or the number of its release.
    pub version: i64,
    /// How it was answered.
    pub way: EndorsementWay,
    /// For which organization, as whoever answered says.
    pub organization: String,
    /// Who answered, as they say.
    pub person: String,
    /// What they say of it.
    pub comment: String,
    /// By which DID the document is signed: the endorser's, or where a passkey answered that of the institution that asked.
    pub issuer: String,
    /// The domain of the address that was asked.
    pub domain: String,
    /// The institution of this installation that endorses, where it is one.
    pub endorser_tenant: Option<TenantId>,
    /// 1 where it comes from the institution that asked, so that it says nothing new.
    pub own: i64,
    /// From when on it holds.
    pub valid_from: i64,
    /// Until when.
    pub valid_until: i64,
    /// The exact signed bytes.
    pub document: Vec<u8>,
    /// Their SHA-256, in lower-case hex.
    pub sha256: String,
    /// What a passkey signed: the exact published bytes.
    pub evidence: Option<Vec<u8>>,
    /// When it was said.
    pub answered_at: i64,
    /// Since when the institution that asked shows it no more.
    pub hidden_at: Option<i64>,
    /// When whoever said it took it back.
    pub withdrawn_at: Option<i64>,
    /// Why; may be empty.
    pub withdrawn_why: String,
}

impl Model {
    /// The DID that signed as the endorser; absent where the institution that asked recorded what was said.
    pub fn endorser(&self) -> Option<&str> {
        match self.way {
            EndorsementWay::Passkey => None,
            EndorsementWay::Wallet | EndorsementWay::Member => Some(&self.issuer),
        }
    }
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
