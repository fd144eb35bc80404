//! Whose rows: the institution as a type.

use sea_orm::DeriveValueType;

/// The id of an institution. Every query over a tenant's rows asks for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct TenantId(String);

impl TenantId {
    /// Names a tenant. Only for ids that the caller was proven to act for, and for new institutions.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TenantId {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(&self.0)
    }
}

// Asked of every primary key; ids of tenants are text.
impl sea_orm::TryFromU64 for TenantId {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("TenantId"))
    }
}
