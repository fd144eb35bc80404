//! Table `credential`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A sealed credential: the exact signed bytes and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    /// UUID, without `urn:uuid:`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The intent it was sealed from.
    pub intent: String,
    /// The batch; absent for a correction.
    pub batch: Option<String>,
    /// The achievement.
    pub achievement: String,
    /// Version of the achievement.
    pub version: i64,
    /// The learner.
    pub learner: String,
    /// The exact signed bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of `bytes`, in lower-case hex.
    pub sha256: String,
    /// 32 random bytes that blind its log entry.
    pub log_salt: Vec<u8>,
    /// The key that signed.
    pub key_id: String,
    /// SHA-256 of the rubric snapshot.
    pub rubric_sha256: Option<String>,
    /// Revocation list.
    pub status_list: Option<String>,
    /// Position in it.
    pub status_index: Option<i64>,
    /// Suspension list.
    pub suspension_list: Option<String>,
    /// Position in it.
    pub suspension_index: Option<i64>,
    /// When it was sealed.
    pub issued_at: i64,
    /// When it expires.
    pub valid_until: Option<i64>,
    /// When it was revoked. Never cleared.
    pub revoked_at: Option<i64>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// Why.
    pub revoke_reason: Option<String>,
    /// When it was suspended; absent while in force.
    pub suspended_at: Option<i64>,
    /// Who suspended it.
    pub suspended_by: Option<String>,
    /// Why.
    pub suspend_reason: Option<String>,
    /// The credential it corrects.
    pub replaces: Option<String>,
    /// The credential that corrects it.
    pub replaced_by: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
