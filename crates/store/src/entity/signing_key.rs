//! Table `signing_key`.

use sea_orm::entity::prelude::*;

use super::KeyState;
use crate::TenantId;

/// A signing key. The secret is sealed before it comes here; the store never sees it in the clear.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// Key id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The verification method that proofs name.
    pub verification_method: String,
    /// Public key, as Multikey.
    pub public_multibase: String,
    /// How far it is.
    pub state: KeyState,
    /// When it was made.
    pub created_at: i64,
    /// When it stopped signing.
    pub retired_at: Option<i64>,
    /// The sealed secret; absent when another signer holds it.
    pub secret: Option<Vec<u8>>,
    /// Which signer has it, as a prefix of the name that the signer knows it by; empty for key files.
    pub custody: String,
    /// When a pending key is to sign.
    pub activates_at: Option<i64>,
    /// Since when it may be in other hands.
    pub compromised_since: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The DID in whose name it signs: its verification method up to the `#`.
    pub fn did(&self) -> &str {
        let method = self.verification_method.as_str();
        method.split_once('#').map_or(method, |(did, _)| did)
    }
}
