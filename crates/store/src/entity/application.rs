//! Table `application`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// An application. It is the applicant's: the secret of their link takes it back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    /// Application id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution to which it was sent.
    pub tenant: TenantId,
    /// The posting.
    pub posting: String,
    /// SHA-256 of the secret in the applicant's link.
    pub token_hash: String,
    /// The applicant's name, as far as they gave one.
    pub name: String,
    /// How they can be reached, as far as they said.
    pub contact: String,
    /// When it was sent.
    pub sent_at: i64,
    /// When it is deleted.
    pub ends_at: i64,
    /// When a member had the name shown, where names are covered.
    pub uncovered_at: Option<i64>,
    /// How large its credentials are together; unknown of what came before this was counted.
    pub bytes: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
