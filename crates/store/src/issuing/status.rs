//! Status lists: giving positions, each once and for ever; reading which bits are set; keeping what was published.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    Reader, StatusEntryRow, StatusListRow, StatusPublicationRow, StatusPurpose, StoreError,
    TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{credential, status_entry, status_list, status_publication},
    tx::hit,
};

impl Reader {
    /// One status list, by the number in its address.
    #[crate::boxed]
    pub async fn status_list(
        &self,
        tenant: &TenantId,
        number: i64,
    ) -> Result<Option<StatusListRow>, StoreError> {
        let found = status_list::Entity::find()
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .filter(status_list::Column::Number.eq(number));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// One status list, by its id.
    #[crate::boxed]
    pub async fn status_list_by_id(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<StatusListRow>, StoreError> {
        let found = status_list::Entity::find_by_id(id)
            .filter(status_list::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// All status lists of a tenant, by number.
    #[crate::boxed]
    pub async fn status_lists(&self, tenant: &TenantId) -> Result<Vec<StatusListRow>, StoreError> {
        let all = status_list::Entity::find()
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .order_by_asc(status_list::Column::Number);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// The latest list of this purpose that still gives positions, if it has one free.
    #[crate::boxed]
    pub async fn open_status_list(
        &self,
        tenant: &TenantId,
        purpose: StatusPurpose,
    ) -> Result<Option<StatusListRow>, StoreError> {
        let open = status_list::Entity::find()
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .filter(status_list::Column::Purpose.eq(purpose))
            .filter(status_list::Column::AbandonedAt.is_null())
            .filter(
                Expr::col(status_list::Column::UsedCount)
                    .lt(Expr::col(status_list::Column::Length)),
            )
            .order_by_desc(status_list::Column::Number);
        Ok(open.one(self.sql.as_ref()).await?)
    }

    /// The number that the tenant's next list gets.
    #[crate::boxed]
    pub async fn next_status_number(&self, tenant: &TenantId) -> Result<i64, StoreError> {
        let highest: Option<i64> = status_list::Entity::find()
            .select_only()
            .column(status_list::Column::Number)
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(status_list::Column::Number)
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(highest.map_or(1, |highest| highest + 1))
    }

    /// The positions of a list whose bit is set, in order: revoked or suspended credentials, as the list's purpose
    /// is, and what was forced.
    #[crate::boxed]
    pub async fn set_positions(
        &self,
        tenant: &TenantId,
        list: &StatusListRow,
    ) -> Result<Vec<i64>, StoreError> {
        let (of_list, position, marked) = match list.purpose {
            StatusPurpose::Revocation => (
                credential::Column::StatusList,
                credential::Column::StatusIndex,
                credential::Column::RevokedAt,
            ),
            StatusPurpose::Suspension => (
                credential::Column::SuspensionList,
                credential::Column::SuspensionIndex,
                credential::Column::SuspendedAt,
            ),
        };
        let mut positions: Vec<i64> = credential::Entity::find()
            .select_only()
            .column(position)
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(of_list.eq(list.id.as_str()))
            .filter(marked.is_not_null())
            .filter(position.is_not_null())
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        let forced: Vec<i64> = status_entry::Entity::find()
            .select_only()
            .column(status_entry::Column::Idx)
            .filter(status_entry::Column::List.eq(list.id.as_str()))
            .filter(status_entry::Column::ForcedAt.is_not_null())
            .into_tuple()
            .all(self.sql.as_ref())
            .await?;
        positions.extend(forced);
        positions.sort_unstable();
        positions.dedup();
        Ok(positions)
    }

    /// To what a position of a list was given. `None` where it was not, or where only a published list proves that it was.
    #[crate::boxed]
    pub async fn given_to(
        &self,
        tenant: &TenantId,
        list: &str,
        index: i64,
    ) -> Result<Option<String>, StoreError> {
        if self.status_list_by_id(tenant, list).await?.is_none() {
            return Ok(None);
        }
        let found = status_entry::Entity::find()
            .filter(status_entry::Column::List.eq(list))
            .filter(status_entry::Column::Idx.eq(index))
            .one(self.sql.as_ref());
        Ok(found.await?.and_then(|entry| entry.credential))
    }

    /// What was last published of a list.
    #[crate::boxed]
    pub async fn publication(
        &self,
        list: &str,
    ) -> Result<Option<StatusPublicationRow>, StoreError> {
        let latest = status_publication::Entity::find()
            .filter(status_publication::Column::List.eq(list))
            .order_by_desc(status_publication::Column::Version);
        Ok(latest.one(self.sql.as_ref()).await?)
    }

    /// What was last published of the list with this number in its address.
    #[crate::boxed]
    pub async fn publication_of(
        &self,
        tenant: &TenantId,
        number: i64,
    ) -> Result<Option<StatusPublicationRow>, StoreError> {
        let list = status_publication::Entity::belongs_to(status_list::Entity)
            .from(status_publication::Column::List)
            .to(status_list::Column::Id)
            .into();
        let latest = status_publication::Entity::find()
            .join(JoinType::InnerJoin, list)
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .filter(status_list::Column::Number.eq(number))
            .order_by_desc(status_publication::Column::Version);
        Ok(latest.one(self.sql.as_ref()).await?)
    }

    /// What was published of a list as this version, while it is kept.
    #[crate::boxed]
    pub async fn publication_of_version(
        &self,
        list: &str,
        version: i64,
    ) -> Result<Option<StatusPublicationRow>, StoreError> {
        let found = status_publication::Entity::find_by_id((list.to_owned(), version));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// What was last published of every list of a tenant.
    #[crate::boxed]
    pub async fn publications(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(StatusListRow, StatusPublicationRow)>, StoreError> {
        let mut latest = Vec::new();
        for list in self.status_lists(tenant).await? {
            if let Some(publication) = self.publication(&list.id).await? {
                latest.push((list, publication));
            }
        }
        Ok(latest)
    }

    /// Publications of every tenant that went through half of their validity, or go stale before `now`; and those that are dated after `latest`, by a clock
    /// that was ahead.
    #[crate::boxed]
    pub async fn publications_due(
        &self,
        now: i64,
        latest: i64,
    ) -> Result<Vec<StatusPublicationRow>, StoreError> {
        let half = Expr::col(status_publication::Column::PublishedAt)
            .add(Expr::col(status_publication::Column::ValidUntil));
        let due = status_publication::Entity::find()
            .filter(
                Condition::any()
                    .add(half.lte(now.saturating_mul(2)))
                    .add(status_publication::Column::PublishedAt.gt(latest)),
            )
            .order_by_asc(status_publication::Column::ValidUntil);
        Ok(due.all(self.sql.as_ref()).await?)
    }

    /// One status list of any tenant: for jobs, which know a list's id and nothing else.
    #[crate::boxed]
    pub async fn status_list_of_any_tenant(
        &self,
        id: &str,
    ) -> Result<Option<StatusListRow>, StoreError> {
        Ok(status_list::Entity::find_by_id(id)
            .one(self.sql.as_ref())
            .await?)
    }
}

impl Tx {
    /// Opens a status list. Conflicts if its number is taken.
    #[crate::boxed]
    pub async fn add_status_list(&mut self, row: StatusListRow) -> Result<(), StoreError> {
        insert::<status_list::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Gives positions of a list to credentials. `seen` is the list as it was read, `used` its bitmap with the new
    /// positions set. Conflicts if anybody gave positions of it in between, or one of these positions ever.
    #[crate::boxed]
    pub async fn give_positions(
        &mut self,
        seen: &StatusListRow,
        used: Vec<u8>,
        given: &[(i64, String)],
    ) -> Result<(), StoreError> {
        let count = i64::try_from(given.len()).unwrap_or(i64::MAX);
        let taken = status_list::Entity::update_many()
            .col_expr(status_list::Column::Used, Expr::value(used))
            .col_expr(
                status_list::Column::UsedCount,
                Expr::value(seen.used_count + count),
            )
            .col_expr(status_list::Column::Version, Expr::value(seen.version + 1))
            .filter(status_list::Column::Id.eq(seen.id.as_str()))
            .filter(status_list::Column::Tenant.eq(seen.tenant.clone()))
            .filter(status_list::Column::Version.eq(seen.version))
            .filter(status_list::Column::AbandonedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("status_list", taken.rows_affected)?;
        let entry = |(idx, credential): &(i64, String)| StatusEntryRow {
            list: seen.id.clone(),
            idx: *idx,
            credential: Some(credential.clone()),
            forced_at: None,
        };
        let entries: Vec<_> = given.iter().map(entry).collect();
        insert_all::<status_entry::Entity, _>(self.sql.as_ref(), entries).await
    }

    /// Sets bits for ever: on the evidence of a published list, also of positions whose credential is not known here, or of what is no credential.
    #[crate::boxed]
    pub async fn force_positions(
        &mut self,
        tenant: &TenantId,
        list: &str,
        positions: &[i64],
        at: i64,
    ) -> Result<(), StoreError> {
        if self.status_list_by_id(tenant, list).await?.is_none() {
            return Err(StoreError::Conflict {
                table: "status_list",
            });
        }
        for positions in positions.chunks(CHUNK) {
            let rows = positions.iter().map(|idx| status_entry::ActiveModel {
                list: Set(list.to_owned()),
                idx: Set(*idx),
                credential: Set(None),
                forced_at: Set(Some(at)),
            });
            status_entry::Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::columns([status_entry::Column::List, status_entry::Column::Idx])
                        .update_column(status_entry::Column::ForcedAt)
                        .to_owned(),
                )
                .exec_without_returning(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Gives no position of a list any more. What was given stands. Abandoning it again changes nothing.
    #[crate::boxed]
    pub async fn abandon_status_list(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        status_list::Entity::update_many()
            .col_expr(status_list::Column::AbandonedAt, Expr::value(at))
            .filter(status_list::Column::Id.eq(id))
            .filter(status_list::Column::Tenant.eq(tenant.clone()))
            .filter(status_list::Column::AbandonedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        Ok(())
    }

    /// Keeps a signed list in place of the one before, which stays until the log has its hash. Conflicts if that version was
    /// published by somebody else.
    #[crate::boxed]
    pub async fn publish(&mut self, row: StatusPublicationRow) -> Result<(), StoreError> {
        insert::<status_publication::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Forgets what was published of a list before this version.
    #[crate::boxed]
    pub async fn forget_publications(
        &mut self,
        tenant: &TenantId,
        list: &str,
        before: i64,
    ) -> Result<(), StoreError> {
        if self.status_list_by_id(tenant, list).await?.is_some() {
            status_publication::Entity::delete_many()
                .filter(status_publication::Column::List.eq(list))
                .filter(status_publication::Column::Version.lt(before))
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }
}

/// How many positions are forced with one statement.
const CHUNK: usize = 1_000;
