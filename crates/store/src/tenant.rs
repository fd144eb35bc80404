//! Whose rows: the institution as a type.

use sea_orm::{
    DeriveValueType,
    sea_query::{Expr, ExprTrait, Func, IntoColumnRef},
};

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

    /// That a row whose tenant stands in `column` is this one's, for statements that name many rows by their ids.
    ///
    /// Written so that no index helps with it. Without statistics, SQLite takes it that ten rows or so stand under one tenant in
    /// an index that begins with the tenant; rather than look up a dozen ids it would read every row that the tenant has.
    pub(crate) fn owns(&self, column: impl IntoColumnRef) -> Expr {
        let column = Func::coalesce([Expr::col(column), Expr::value("")]);
        Expr::expr(column).eq(self.as_str())
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
