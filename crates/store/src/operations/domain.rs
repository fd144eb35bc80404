//! Domains that institutions proved to be theirs.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    DomainProofRow, Reader, StoreError, TenantId, Tx, bulk::insert, entity::domain_proof, tx::hit,
};

impl Reader {
    /// The domain that an institution named, proven or not.
    #[crate::boxed]
    pub async fn domain_proof(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<DomainProofRow>, StoreError> {
        let found = domain_proof::Entity::find_by_id(tenant.clone());
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Names a domain; one that was named before is forgotten.
    #[crate::boxed]
    pub async fn name_domain(&mut self, row: DomainProofRow) -> Result<(), StoreError> {
        domain_proof::Entity::delete_by_id(row.tenant.clone())
            .exec(self.sql.as_ref())
            .await?;
        insert::<domain_proof::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Notes that a domain was found to be the institution's. Conflicts if another was named meanwhile.
    #[crate::boxed]
    pub async fn verify_domain(
        &mut self,
        tenant: &TenantId,
        token: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let verified = domain_proof::Entity::update_many()
            .col_expr(domain_proof::Column::VerifiedAt, Expr::value(at))
            .filter(domain_proof::Column::Tenant.eq(tenant.clone()))
            .filter(domain_proof::Column::Token.eq(token))
            .exec(self.sql.as_ref())
            .await?;
        hit("domain_proof", verified.rows_affected)
    }
}
