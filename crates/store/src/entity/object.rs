//! Table `object`.

use sea_orm::entity::prelude::*;

/// An object in the object store.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "object")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub bytes_len: i64,
    /// SHA-256, in lower-case hex.
    pub sha256: String,
    /// When it was put.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
