//! Table `webhook`.

use sea_orm::entity::prelude::*;

use crate::TenantId;

/// An address of a program that an institution wants told what became of applications.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    /// Webhook id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The institution.
    pub tenant: TenantId,
    /// Where messages go.
    pub address: String,
    /// By which they are signed, in base64 after `whsec_`: known here and there only.
    pub secret: String,
    /// When it was made.
    pub made_at: i64,
    /// Who made it.
    pub made_by: String,
    /// Since when nothing goes there any more, because it said so.
    pub disabled_at: Option<i64>,
}

/// The secret stands in no log.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
