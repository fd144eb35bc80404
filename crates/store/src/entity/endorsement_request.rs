//! Table `endorsement_request`.

use sea_orm::entity::prelude::*;

use super::states::EndorsedKind;
use crate::TenantId;

/// A request to somebody outside to endorse one version of something.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement_request")]
pub struct Model {
    /// Request id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution that asks.
    pub tenant: TenantId,
    /// What is to be endorsed.
    pub kind: EndorsedKind,
    /// The achievement, or the mapping set.
    pub thing: String,
    /// Its version, or the number of its release.
    pub version: i64,
    /// By what it is named in the endorsement: a URI.
    pub subject: String,
    /// What it was called when it was asked for.
    pub title: String,
    /// SHA-256 of the published bytes, in lower-case hex.
    pub sha256: String,
    /// Whom it was sent to, in lower case.
    pub email: String,
    /// The language of the mail.
    pub language: String,
    /// What the asker wrote to them.
    pub message: String,
    /// When it was asked for.
    pub asked_at: i64,
    /// Who asked.
    pub asked_by: String,
    /// Until when an answer is wanted; of one that was taken back, when it was.
    pub ends_at: i64,
    /// Hash of the token in the mail; absent until it is sent.
    pub token_hash: Option<String>,
    /// How many mails were asked for.
    pub mails: i64,
    /// When the last of them was.
    pub mailed_at: i64,
    /// When it was answered, one way or the other.
    pub answered_at: Option<i64>,
    /// Why it was declined, if it was; may be empty. Where nobody answered, why it was taken back.
    pub declined: Option<String>,
    /// When the mail server refused the last mail, if it did.
    pub refused_at: Option<i64>,
}

impl Model {
    /// Why whoever asked took the request back; absent where they did not.
    pub fn taken_back(&self) -> Option<&str> {
        self.declined
            .as_deref()
            .filter(|_| self.answered_at.is_none())
    }
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
