//! Table `idempotency`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A write request and its answer, so that it can be repeated safely.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The key that the client sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Hash of the request.
    pub request_hash: String,
    /// HTTP status of the answer; absent while the work is in progress.
    pub status: Option<i64>,
    /// Body of the answer.
    pub response: Option<Vec<u8>>,
    /// When it was first seen.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
