//! Table `endorsement_refusal`.

use sea_orm::entity::prelude::*;

/// That whoever has an address wants to be asked for no endorsement. The address itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "endorsement_refusal")]
pub struct Model {
    /// SHA-256 of the address in lower case, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address_hash: String,
    /// When it was said.
    pub refused_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
