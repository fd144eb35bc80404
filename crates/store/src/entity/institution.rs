//! Table `institution`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// An institution: the issuer that answers for its credentials.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "institution")]
pub struct Model {
    /// The institution's id; every other row names it as its tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TenantId,
    /// Short name in addresses: `/i/SLUG`.
    pub slug: String,
    /// Name as it stands on credentials.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// Legal identifier, as the institution writes it.
    pub legal_id: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Where questions go.
    pub contact_email: Option<String>,
    /// Object key of the brand mark.
    pub mark: Option<String>,
    /// The issuer's DID, once it is decided.
    pub did: Option<String>,
    /// Where its documents are published, once it is decided.
    pub public_url: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
