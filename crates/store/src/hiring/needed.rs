//! Which documents of others an institution's applications rest on.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict,
};

use crate::{
    StoreError, TenantId, Tx,
    entity::{needed_document, remote_document},
};

impl Tx {
    /// Notes on which documents of others an institution's applications rest, of those of which there is a copy. No more than `most` at
    /// a time: what was noted before stays until its time ends, as nobody shall push it out by sending much.
    #[crate::boxed]
    pub async fn need_documents(
        &mut self,
        tenant: &TenantId,
        urls: &BTreeSet<String>,
        now: i64,
        until: i64,
        most: usize,
    ) -> Result<(), StoreError> {
        let sql = self.sql.as_ref();
        needed_document::Entity::delete_many()
            .filter(needed_document::Column::Tenant.eq(tenant.clone()))
            .filter(needed_document::Column::Until.lte(now))
            .exec(sql)
            .await?;
        let known: Vec<String> = needed_document::Entity::find()
            .select_only()
            .column(needed_document::Column::Url)
            .filter(needed_document::Column::Tenant.eq(tenant.clone()))
            .into_tuple()
            .all(sql)
            .await?;
        let known: BTreeSet<String> = known.into_iter().collect();
        let urls: Vec<&String> = urls.iter().collect();
        let mut room = most.saturating_sub(known.len());
        for chunk in urls.chunks(CHUNK) {
            let kept: Vec<String> = remote_document::Entity::find()
                .select_only()
                .column(remote_document::Column::Url)
                .filter(remote_document::Column::Url.is_in(chunk.iter().copied()))
                .filter(remote_document::Column::Bytes.is_not_null())
                .into_tuple()
                .all(sql)
                .await?;
            let mut noted = Vec::with_capacity(kept.len());
            for url in kept {
                if !known.contains(&url) {
                    if room == 0 {
                        continue;
                    }
                    room -= 1;
                }
                noted.push(needed_document::ActiveModel {
                    tenant: Set(tenant.clone()),
                    url: Set(url),
                    until: Set(until),
                });
            }
            if noted.is_empty() {
                continue;
            }
            needed_document::Entity::insert_many(noted)
                .on_conflict(
                    OnConflict::columns([
                        needed_document::Column::Tenant,
                        needed_document::Column::Url,
                    ])
                    .update_column(needed_document::Column::Until)
                    .to_owned(),
                )
                .exec_without_returning(sql)
                .await?;
        }
        Ok(())
    }
}

/// Addresses of one statement.
const CHUNK: usize = 500;
