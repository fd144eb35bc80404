//! Table `webhook_message`.

use sea_orm::entity::prelude::*;

use super::WebhookState;
use crate::TenantId;

/// What a webhook is told, written down with the change that it is about.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_message")]
pub struct Model {
    /// Message id, the same at every try.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The webhook.
    pub webhook: String,
    /// What happened.
    pub kind: String,
    /// To which application.
    pub subject: String,
    /// To which posting that was sent.
    pub posting: String,
    /// When it happened.
    pub at: i64,
    /// How far it is.
    pub state: WebhookState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried (again).
    pub next_at: Option<i64>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was taken.
    pub delivered_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
