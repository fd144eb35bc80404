//! What an operator watches: how much there is, and what waits. Of all tenants together, and of none in particular.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    DeliveryState, JobState, Reader, StoreError,
    entity::{credential, delivery, job, remote_document, status_publication},
};

/// What the rows say at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Credentials that were ever sealed.
    pub issued: u64,
    /// Deliveries by state.
    pub deliveries: Vec<(DeliveryState, u64)>,
    /// When the oldest of the status lists that are published now was signed.
    pub oldest_publication_at: Option<i64>,
    /// When the first of them goes stale.
    pub first_stale_at: Option<i64>,
    /// Since when a status list waits to be published.
    pub publication_waits_since: Option<i64>,
    /// Jobs that failed and are tried again.
    pub failing_jobs: u64,
    /// Copies of other issuers' documents.
    pub remote_documents: u64,
}

impl Reader {
    /// What the rows say now. `publishing` is the kind of the jobs that publish status lists.
    #[crate::boxed]
    pub async fn gauges(&self, publishing: &str) -> Result<Gauges, StoreError> {
        let sql = self.sql.as_ref();
        let deliveries: Vec<(DeliveryState, i64)> = delivery::Entity::find()
            .select_only()
            .column(delivery::Column::State)
            .column_as(delivery::Column::Id.count(), "n")
            .group_by(delivery::Column::State)
            .into_tuple()
            .all(sql)
            .await?;
        let published: Option<(Option<i64>, Option<i64>)> = status_publication::Entity::find()
            .select_only()
            .column_as(status_publication::Column::PublishedAt.min(), "oldest")
            .column_as(status_publication::Column::ValidUntil.min(), "stale")
            .into_tuple()
            .one(sql)
            .await?;
        let (oldest_publication_at, first_stale_at) = published.unwrap_or_default();
        let waits: Option<Option<i64>> = job::Entity::find()
            .select_only()
            .column_as(job::Column::CreatedAt.min(), "since")
            .filter(job::Column::Kind.eq(publishing))
            .into_tuple()
            .one(sql)
            .await?;
        let failing = job::Entity::find()
            .filter(Expr::col(job::Column::State).ne(JobState::Dead.as_str()))
            .filter(job::Column::LastError.is_not_null());
        Ok(Gauges {
            issued: credential::Entity::find().count(sql).await?,
            deliveries: deliveries
                .into_iter()
                .map(|(state, n)| (state, n.unsigned_abs()))
                .collect(),
            oldest_publication_at,
            first_stale_at,
            publication_waits_since: waits.flatten(),
            failing_jobs: failing.count(sql).await?,
            remote_documents: remote_document::Entity::find().count(sql).await?,
        })
    }
}
