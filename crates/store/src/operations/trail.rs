//! The audit trail and the outbox: what happened, in order, never changed.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use crate::{
    AuditRootRow, AuditRow, OutboxRow, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{audit, audit_root, outbox},
};

/// An audit line to be written.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// The institution.
    pub tenant: TenantId,
    /// When.
    pub at: i64,
    /// Who, as proven by the caller.
    pub actor: String,
    /// What, as `noun.verb`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The rest, as JSON.
    pub detail: String,
}

/// A change to be told to others.
#[derive(Clone, Debug)]
pub struct OutboxLine {
    /// The institution.
    pub tenant: TenantId,
    /// What changed.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// Version of the subject after the change.
    pub version: i64,
    /// When.
    pub at: i64,
}

/// Which audit lines to list. Empty means all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this actor.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// To this subject.
    pub subject: Option<String>,
    /// Not before this time.
    pub from: Option<i64>,
    /// Before this time.
    pub until: Option<i64>,
}

impl Reader {
    /// Audit lines that pass a filter, newest first, before position `before` (or from the newest).
    #[crate::boxed]
    pub async fn audit_lines(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let found = passing(tenant, filter, before).limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// An institution's audit lines after a position, in order. The newest may still be joined by lower ones; use
    /// [`Tx::audit_after`] where that matters.
    #[crate::boxed]
    pub async fn audit_from(
        &self,
        tenant: &TenantId,
        seq: i64,
        limit: u64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let found = audit::Entity::find()
            .filter(audit::Column::Tenant.eq(tenant.clone()))
            .filter(audit::Column::Seq.gt(seq))
            .order_by_asc(audit::Column::Seq)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// The tree over the most of an institution's audit lines.
    #[crate::boxed]
    pub async fn newest_audit_root(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<AuditRootRow>, StoreError> {
        let found = audit_root::Entity::find()
            .filter(audit_root::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(audit_root::Column::Size);
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// The tree over the first lines of an institution, if it was made for that many.
    #[crate::boxed]
    pub async fn audit_root(
        &self,
        tenant: &TenantId,
        size: i64,
    ) -> Result<Option<AuditRootRow>, StoreError> {
        let found = audit_root::Entity::find_by_id((tenant.clone(), size));
        Ok(found.one(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Writes audit lines.
    pub async fn audit(
        &mut self,
        lines: impl IntoIterator<Item = AuditLine>,
    ) -> Result<(), StoreError> {
        let rows = lines.into_iter().map(|line| audit::ActiveModel {
            seq: NotSet,
            tenant: Set(line.tenant),
            at: Set(line.at),
            actor: Set(line.actor),
            action: Set(line.action),
            subject: Set(line.subject),
            detail: Set(line.detail),
        });
        insert_all::<audit::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Appends to the outbox.
    pub async fn outbox(
        &mut self,
        lines: impl IntoIterator<Item = OutboxLine>,
    ) -> Result<(), StoreError> {
        let rows = lines.into_iter().map(|line| outbox::ActiveModel {
            seq: NotSet,
            tenant: Set(line.tenant),
            kind: Set(line.kind),
            subject: Set(line.subject),
            version: Set(line.version),
            at: Set(line.at),
        });
        insert_all::<outbox::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// An institution's audit lines after a position, in order and without gaps that fill later. Call it first in its unit of work.
    #[crate::boxed]
    pub async fn audit_after(
        &mut self,
        tenant: &TenantId,
        seq: i64,
        limit: u64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        if self.sql.get_database_backend() == DbBackend::Postgres {
            self.sql
                .execute_unprepared("LOCK TABLE audit IN SHARE MODE")
                .await?;
        }
        self.audit_from(tenant, seq, limit).await
    }

    /// Keeps the tree over an institution's first audit lines. Conflicts if one over as many or more is kept: roots are queued for the log in the
    /// order in which the record grew. Call it first in its unit of work.
    #[crate::boxed]
    pub async fn add_audit_root(&mut self, row: AuditRootRow) -> Result<(), StoreError> {
        if self.sql.get_database_backend() == DbBackend::Postgres {
            // Of two at once, the second looks at what the first has kept.
            self.sql
                .execute_unprepared("LOCK TABLE audit_root IN SHARE ROW EXCLUSIVE MODE")
                .await?;
        }
        let newest = self.newest_audit_root(&row.tenant).await?;
        if newest.is_some_and(|newest| newest.size >= row.size) {
            return Err(StoreError::Conflict {
                table: "audit_root",
            });
        }
        insert::<audit_root::Entity, _>(self.sql.as_ref(), row).await
    }

    /// The outbox of every tenant after a position, in order and without gaps that fill later. Call it first in its
    /// unit of work.
    #[crate::boxed]
    pub async fn outbox_after(
        &mut self,
        seq: i64,
        limit: u64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        if self.sql.get_database_backend() == DbBackend::Postgres {
            // A lower position may still be uncommitted. This waits for whoever writes now; nobody starts before
            // this unit of work has ended, and the snapshot is taken after.
            self.sql
                .execute_unprepared("LOCK TABLE outbox IN SHARE MODE")
                .await?;
        }
        let found = outbox::Entity::find()
            .filter(outbox::Column::Seq.gt(seq))
            .order_by_asc(outbox::Column::Seq)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }
}

/// The lines of an institution that pass a filter, newest first.
fn passing(tenant: &TenantId, filter: &AuditFilter, before: Option<i64>) -> Select<audit::Entity> {
    let mut found = audit::Entity::find()
        .filter(audit::Column::Tenant.eq(tenant.clone()))
        .order_by_desc(audit::Column::Seq);
    for (column, value) in [
        (audit::Column::Actor, &filter.actor),
        (audit::Column::Action, &filter.action),
        (audit::Column::Subject, &filter.subject),
    ] {
        if let Some(value) = value {
            found = found.filter(column.eq(value));
        }
    }
    if let Some(from) = filter.from {
        found = found.filter(audit::Column::At.gte(from));
    }
    if let Some(until) = filter.until {
        found = found.filter(audit::Column::At.lt(until));
    }
    if let Some(before) = before {
        found = found.filter(audit::Column::Seq.lt(before));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    /// Whoever asks what something meant on a day has this asked.
    #[tokio::test]
    async fn what_was_done_to_one_thing_is_found_without_reading_the_record() {
        let filter = AuditFilter {
            action: Some("institution.describe".into()),
            subject: Some("lake".into()),
            until: Some(1),
            ..AuditFilter::default()
        };
        let found = passing(&TenantId::new("lake"), &filter, None).limit(1);
        let steps = plan::steps(found).await.unwrap();
        assert_eq!(
            steps,
            ["SEARCH audit USING INDEX audit_by_tenant_subject (tenant=? AND subject=?)"]
        );
    }
}
