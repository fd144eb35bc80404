//! Table `public_link`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A public page that the holder switched on.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "public_link")]
pub struct Model {
    /// The unguessable part of the address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub link: String,
    /// The institution.
    pub tenant: TenantId,
    /// The credential.
    pub credential: String,
    /// When it was switched on.
    pub opened_at: i64,
    /// When it was switched off.
    pub closed_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
