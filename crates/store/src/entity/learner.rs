//! Table `learner`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A person who receives credentials.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner")]
pub struct Model {
    /// Learner id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: Option<String>,
    /// The institution's own identifier, such as a student number.
    pub identifier: Option<String>,
    /// The DID that the learner gave.
    pub did: Option<String>,
    /// Preferred language, as a BCP 47 tag.
    pub language: Option<String>,
    /// Name, address, identifier and DID in lower case, for search.
    pub search: String,
    /// When first seen.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
