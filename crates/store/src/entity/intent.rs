//! Table `intent`.

use sea_orm::entity::prelude::*;

use super::IntentState;
use crate::TenantId;

/// A credential decided: its complete unsigned bytes until it is signed, their hash for ever.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intent")]
pub struct Model {
    /// The credential's UUID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The batch; absent for a correction.
    pub batch: Option<String>,
    /// Line in the batch.
    pub line: Option<i64>,
    /// The learner.
    pub learner: String,
    /// What makes it unique within the institution; absent for a correction.
    pub dedupe: Option<String>,
    /// The unsigned document, until it is sealed: the credential's bytes begin with it.
    pub unsigned: Vec<u8>,
    /// SHA-256 of `unsigned`, in lower-case hex.
    pub unsigned_sha256: String,
    /// The proof's creation time, as it will be signed.
    pub created: String,
    /// Revocation list.
    pub status_list: Option<String>,
    /// Position in it.
    pub status_index: Option<i64>,
    /// Suspension list.
    pub suspension_list: Option<String>,
    /// Position in it.
    pub suspension_index: Option<i64>,
    /// 32 random bytes that blind its log entry.
    pub log_salt: Vec<u8>,
    /// Salts of the hashed identifiers, as JSON.
    pub salts: String,
    /// How far it is.
    pub state: IntentState,
    /// The key that will sign.
    pub key_id: String,
    /// When it was reserved.
    pub reserved_at: i64,
    /// The credential that this one will correct; it is revoked in the moment this one is sealed.
    pub replaces: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
