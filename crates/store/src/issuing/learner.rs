//! Learners, and finding them by name, address, identifier or DID.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

use crate::{
    Cursor, LearnerRow, Page, Reader, StoreError, TenantId, Tx,
    bulk::insert_all,
    entity::{credential, learner},
    tx::hit,
};

/// Whose a credential is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The learner's name. May be empty.
    pub name: String,
    /// The batch in which it was issued.
    pub batch: Option<String>,
}

impl Reader {
    /// One learner.
    #[crate::boxed]
    pub async fn learner(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<LearnerRow>, StoreError> {
        let found =
            learner::Entity::find_by_id(id).filter(learner::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Those of these learners that exist, in no order.
    #[crate::boxed]
    pub async fn learners(
        &self,
        tenant: &TenantId,
        ids: &[String],
    ) -> Result<Vec<LearnerRow>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(LOOKUP) {
            found.extend(named(tenant, ids).all(self.sql.as_ref()).await?);
        }
        Ok(found)
    }

    /// Whose credentials these are; those that do not exist are left out.
    #[crate::boxed]
    pub async fn holders(
        &self,
        tenant: &TenantId,
        credentials: &[String],
    ) -> Result<HashMap<String, Holder>, StoreError> {
        let mut held: Vec<(String, String, Option<String>)> = Vec::with_capacity(credentials.len());
        for ids in credentials.chunks(LOOKUP) {
            let some = credential::Entity::find()
                .select_only()
                .columns([
                    credential::Column::Id,
                    credential::Column::Learner,
                    credential::Column::Batch,
                ])
                .filter(credential::Column::Tenant.eq(tenant.clone()))
                .filter(credential::Column::Id.is_in(ids));
            held.extend(some.into_tuple().all(self.sql.as_ref()).await?);
        }
        let learners: BTreeSet<String> =
            held.iter().map(|(_, learner, _)| learner.clone()).collect();
        let learners = self.learners(tenant, &Vec::from_iter(learners)).await?;
        let names: HashMap<String, String> = learners
            .into_iter()
            .map(|learner| (learner.id, learner.name))
            .collect();
        let named = held.into_iter().filter_map(|(credential, learner, batch)| {
            let name = names.get(&learner)?.clone();
            Some((credential, Holder { name, batch }))
        });
        Ok(named.collect())
    }

    /// Learners with any of these addresses, identifiers or DIDs: whom an uploaded cohort may already know.
    #[crate::boxed]
    pub async fn learners_known_by(
        &self,
        tenant: &TenantId,
        emails: &[String],
        identifiers: &[String],
        dids: &[String],
    ) -> Result<Vec<LearnerRow>, StoreError> {
        let mut found = Vec::new();
        for (column, keys) in [
            (learner::Column::Email, emails),
            (learner::Column::Identifier, identifiers),
            (learner::Column::Did, dids),
        ] {
            for keys in keys.chunks(LOOKUP) {
                let some = learner::Entity::find()
                    .filter(learner::Column::Tenant.eq(tenant.clone()))
                    .filter(column.is_in(keys));
                found.extend(some.all(self.sql.as_ref()).await?);
            }
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found.dedup_by(|a, b| a.id == b.id);
        Ok(found)
    }

    /// Learners whose name, address, identifier or DID contains `search` (all, if it is empty), newest first.
    #[crate::boxed]
    pub async fn learners_named(
        &self,
        tenant: &TenantId,
        search: &str,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<LearnerRow>, StoreError> {
        let mut found = learner::Entity::find()
            .filter(learner::Column::Tenant.eq(tenant.clone()))
            .order_by_desc(learner::Column::CreatedAt)
            .order_by_desc(learner::Column::Id)
            .limit(limit.saturating_add(1));
        if !search.is_empty() {
            found = found.filter(learner_matches(search));
        }
        if let Some(after) = after {
            found = found.filter(after.rest(learner::Column::CreatedAt, learner::Column::Id));
        }
        let rows = found.all(self.sql.as_ref()).await?;
        Ok(Page::cut(rows, limit, |row| Cursor {
            at: row.created_at,
            id: row.id.clone(),
        }))
    }
}

impl Tx {
    /// Adds learners. What stands in `search` is made here.
    pub async fn add_learners(
        &mut self,
        rows: impl IntoIterator<Item = LearnerRow>,
    ) -> Result<(), StoreError> {
        let rows = rows.into_iter().map(searchable);
        insert_all::<learner::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Changes a learner's name, address, identifier, DID and language.
    #[crate::boxed]
    pub async fn change_learner(&mut self, row: LearnerRow) -> Result<(), StoreError> {
        let row = searchable(row);
        let changed = learner::Entity::update_many()
            .col_expr(learner::Column::Name, Expr::value(row.name))
            .col_expr(learner::Column::Email, Expr::value(row.email))
            .col_expr(learner::Column::Identifier, Expr::value(row.identifier))
            .col_expr(learner::Column::Did, Expr::value(row.did))
            .col_expr(learner::Column::Language, Expr::value(row.language))
            .col_expr(learner::Column::Search, Expr::value(row.search))
            .filter(learner::Column::Id.eq(row.id))
            .filter(learner::Column::Tenant.eq(row.tenant))
            .exec(self.sql.as_ref())
            .await?;
        hit("learner", changed.rows_affected)
    }
}

fn named(tenant: &TenantId, ids: &[String]) -> Select<learner::Entity> {
    learner::Entity::find()
        .filter(tenant.owns(learner::Column::Tenant))
        .filter(learner::Column::Id.is_in(ids))
}

/// A condition on [`learner`] that its text contains `search`, in any case.
pub(super) fn learner_matches(search: &str) -> Expr {
    let pattern = LikeExpr::new(contains(search)).escape('\\');
    Expr::col((learner::Entity, learner::Column::Search)).like(pattern)
}

/// The pattern of what contains `search`, for columns in lower case.
pub(super) fn contains(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn searchable(mut row: LearnerRow) -> LearnerRow {
    let parts = [
        Some(&row.name),
        row.email.as_ref(),
        row.identifier.as_ref(),
        row.did.as_ref(),
    ];
    let text: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| part.to_lowercase())
        .collect();
    row.search = text.join("\n");
    row
}

/// How many keys are looked up with one statement.
const LOOKUP: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    #[tokio::test]
    async fn many_learners_are_looked_up_and_not_searched_for() {
        let steps = plan::steps(named(&TenantId::new("lake"), &plan::ids()))
            .await
            .unwrap();
        assert_eq!(
            steps,
            ["SEARCH learner USING INDEX sqlite_autoindex_learner_1 (id=?)"]
        );
    }
}
