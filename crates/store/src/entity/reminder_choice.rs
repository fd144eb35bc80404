//! Table `reminder_choice`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A way, sent with a reminder, to say that one wants no more of them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder_choice")]
pub struct Model {
    /// SHA-256 of the secret in the link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The institution.
    pub tenant: TenantId,
    /// The learner.
    pub learner: String,
    /// When it was sent.
    pub created_at: i64,
    /// When it was used to switch reminders off; absent while they are on.
    pub off_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
