//! Table `domain_proof`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A domain that an institution says is its own, and when that was found to be so.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_proof")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The domain.
    pub domain: String,
    /// What has to stand there.
    pub token: String,
    /// When it was named.
    pub asked_at: i64,
    /// When it was found there last; absent until it was.
    pub verified_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
