//! Table `delivery`.

use sea_orm::entity::prelude::*;

use super::DeliveryKind;
use super::DeliveryState;
use crate::TenantId;

/// A message that brings a credential to its learner.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    /// Delivery id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// Which way it goes.
    pub kind: DeliveryKind,
    /// Where it goes; absent on paper.
    pub address: Option<String>,
    /// Language of the message.
    pub language: Option<String>,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When to try (again).
    pub next_at: Option<i64>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// Message-ID of the mail, by which bounces are matched.
    pub message_id: Option<String>,
    /// When it was handed over.
    pub sent_at: Option<i64>,
    /// When it was queued.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
