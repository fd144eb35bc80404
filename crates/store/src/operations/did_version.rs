//! The histories of institutions whose DID is a `did:webvh`.
//!
//! **Invariant:** a signed line is never written anew, and versions are counted one by one.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    DidVersionRow, Reader, StoreError, TenantId, Tx, bulk::insert, entity::did_version, tx::hit,
};

impl Reader {
    /// Every version of the document of a tenant's DID, oldest first. Empty where the DID is no `did:webvh`.
    #[crate::boxed]
    pub async fn did_versions(&self, tenant: &TenantId) -> Result<Vec<DidVersionRow>, StoreError> {
        let all = did_version::Entity::find()
            .filter(did_version::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(did_version::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Adds a version; one that another transaction added under this number is a conflict.
    #[crate::boxed]
    pub async fn add_did_version(&mut self, row: DidVersionRow) -> Result<(), StoreError> {
        insert::<did_version::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Gives a version its signed line, if it has this document and no line; else it conflicts.
    #[crate::boxed]
    pub async fn sign_did_version(&mut self, row: &DidVersionRow) -> Result<(), StoreError> {
        let signed = did_version::Entity::update_many()
            .col_expr(did_version::Column::Line, Expr::value(row.line.clone()))
            .filter(did_version::Column::Tenant.eq(row.tenant.clone()))
            .filter(did_version::Column::Number.eq(row.number))
            .filter(did_version::Column::Document.eq(&row.document))
            .filter(did_version::Column::Line.is_null());
        hit(
            "did_version",
            signed.exec(self.sql.as_ref()).await?.rows_affected,
        )
    }

    /// Takes in a version as it was published, in place of one that waits to be signed. One that has a line keeps it, and that is a conflict.
    #[crate::boxed]
    pub async fn learn_did_version(&mut self, row: DidVersionRow) -> Result<(), StoreError> {
        let waiting = did_version::Entity::delete_many()
            .filter(did_version::Column::Tenant.eq(row.tenant.clone()))
            .filter(did_version::Column::Number.eq(row.number))
            .filter(did_version::Column::Line.is_null());
        waiting.exec(self.sql.as_ref()).await?;
        self.add_did_version(row).await
    }
}
