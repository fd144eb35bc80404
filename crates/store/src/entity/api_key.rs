//! Table `api_key`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A key for machines. The secret is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Key id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// The public part, by which it is found.
    pub prefix: String,
    /// Hash of the secret part.
    pub secret_hash: String,
    /// What it is for.
    pub name: String,
    /// Scopes, as a JSON array of names.
    pub scopes: String,
    /// When it was made.
    pub created_at: i64,
    /// When it stops working.
    pub expires_at: Option<i64>,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// Who made it: a member, or `key:` and the prefix of the key that asked for it. Not always known for keys that are older than this column.
    pub made_by: Option<String>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
