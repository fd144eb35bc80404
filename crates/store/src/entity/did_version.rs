//! Table `did_version`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// A version of the document of a `did:webvh`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "did_version")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: TenantId,
    /// The how many-th version, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// When the document changed.
    pub at: i64,
    /// The document, as JSON.
    pub document: String,
    /// Its line of the history, with the line's end; none while it waits to be signed.
    pub line: Option<Vec<u8>>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
