//! Table `entity_configuration`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// What an institution publishes about itself in federations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entity_configuration")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// What it says, without its times: when that changes, it is signed anew.
    pub says: String,
    /// The signed statement.
    pub bytes: Vec<u8>,
    /// When it was signed.
    pub published_at: i64,
    /// Until when it stands.
    pub valid_until: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
