//! Who answers for definitions, and until when.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    PastStewardshipRow, Reader, StewardshipRow, StoreError, TenantId, Tx,
    bulk::insert,
    entity::{past_stewardship, stewardship},
};

impl Reader {
    /// What an institution said of who answers for what, in the order in which it ends.
    #[crate::boxed]
    pub async fn stewardships(&self, tenant: &TenantId) -> Result<Vec<StewardshipRow>, StoreError> {
        let all = stewardship::Entity::find()
            .filter(stewardship::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(stewardship::Column::Until)
            .order_by_asc(stewardship::Column::Kind)
            .order_by_asc(stewardship::Column::Subject);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// Who answers for one thing.
    #[crate::boxed]
    pub async fn stewardship(
        &self,
        tenant: &TenantId,
        kind: &str,
        subject: &str,
    ) -> Result<Option<StewardshipRow>, StoreError> {
        let found = stewardship::Entity::find_by_id((kind.to_owned(), subject.to_owned()))
            .filter(stewardship::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// What was said before of who answers for one thing, latest first.
    #[crate::boxed]
    pub async fn past_stewardships(
        &self,
        tenant: &TenantId,
        kind: &str,
        subject: &str,
    ) -> Result<Vec<PastStewardshipRow>, StoreError> {
        let all = past_stewardship::Entity::find()
            .filter(past_stewardship::Column::Kind.eq(kind))
            .filter(past_stewardship::Column::Subject.eq(subject))
            .filter(past_stewardship::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(past_stewardship::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Says who answers for a thing; what was said before is kept as the past.
    #[crate::boxed]
    pub async fn entrust(&mut self, row: StewardshipRow) -> Result<(), StoreError> {
        let before = self.stewardship(&row.tenant, &row.kind, &row.subject);
        if let Some(before) = before.await? {
            let past = self.past_stewardships(&row.tenant, &row.kind, &row.subject);
            let last = past.await?.first().map_or(0, |past| past.number);
            let past = PastStewardshipRow {
                kind: before.kind,
                subject: before.subject,
                number: last + 1,
                tenant: before.tenant,
                steward: before.steward,
                until: before.until,
                successor: before.successor,
                deprecated_at: before.deprecated_at,
                replaced_by: before.replaced_by,
                said_at: before.changed_at,
                said_by: before.changed_by,
                replaced_at: row.changed_at,
            };
            insert::<past_stewardship::Entity, _>(self.sql.as_ref(), past).await?;
        }
        stewardship::Entity::delete_by_id((row.kind.clone(), row.subject.clone()))
            .exec(self.sql.as_ref())
            .await?;
        insert::<stewardship::Entity, _>(self.sql.as_ref(), row).await
    }
}
