//! Mappings of a set, and what was voted on each.

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    MappingRow, MappingState, MappingVoteRow, Reader, StoreError, TenantId, Tx,
    bulk::{insert, insert_all},
    entity::{mapping, mapping_vote},
    tx::hit,
};

/// Which mappings of a set to list. Empty means all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MappingFilter {
    /// In this state.
    pub state: Option<MappingState>,
    /// About this subject or object.
    pub about: Option<String>,
    /// Whose agreement has ended by then, or the release from which it was taken over.
    pub due_by: Option<i64>,
}

/// How many mappings of a set are in a state.
#[derive(Clone, Copy, Debug, Eq, FromQueryResult, PartialEq)]
pub struct MappingCount {
    /// The state.
    pub state: MappingState,
    /// How many.
    pub count: i64,
}

impl Reader {
    /// Mappings of a set after an id, in the order of their ids; for an institution that takes part.
    #[crate::boxed]
    pub async fn mappings(
        &self,
        tenant: &TenantId,
        set: &str,
        filter: &MappingFilter,
        after: &str,
        limit: u64,
    ) -> Result<Vec<MappingRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let found = filtered(set, filter)
            .filter(mapping::Column::Id.gt(after))
            .order_by_asc(mapping::Column::Id)
            .limit(limit);
        Ok(found.all(self.sql.as_ref()).await?)
    }

    /// How many mappings of a set there are in each state; for an institution that takes part.
    #[crate::boxed]
    pub async fn mapping_counts(
        &self,
        tenant: &TenantId,
        set: &str,
    ) -> Result<Vec<MappingCount>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let counted = filtered(set, &MappingFilter::default())
            .select_only()
            .column(mapping::Column::State)
            .column_as(mapping::Column::Id.count(), "count")
            .group_by(mapping::Column::State)
            .into_model::<MappingCount>();
        Ok(counted.all(self.sql.as_ref()).await?)
    }

    /// How many mappings of a set pass a filter; for an institution that takes part.
    #[crate::boxed]
    pub async fn mappings_counted(
        &self,
        tenant: &TenantId,
        set: &str,
        filter: &MappingFilter,
    ) -> Result<u64, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(0);
        }
        Ok(filtered(set, filter).count(self.sql.as_ref()).await?)
    }

    /// The mappings of a set about any of these subjects or objects, each by its id, subject and object; for an institution that takes part.
    #[crate::boxed]
    pub async fn mappings_about(
        &self,
        tenant: &TenantId,
        set: &str,
        about: &[String],
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for side in [mapping::Column::Subject, mapping::Column::Object] {
            for some in about.chunks(MOST_BOUND) {
                let found = mapping::Entity::find()
                    .filter(mapping::Column::MappingSet.eq(set))
                    .filter(side.is_in(some.iter().map(String::as_str)))
                    .select_only()
                    .column(mapping::Column::Id)
                    .column(mapping::Column::Subject)
                    .column(mapping::Column::Object)
                    .into_tuple::<(String, String, String)>();
                all.extend(found.all(self.sql.as_ref()).await?);
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// One mapping of a set; for an institution that takes part.
    #[crate::boxed]
    pub async fn mapping(
        &self,
        tenant: &TenantId,
        set: &str,
        id: &str,
    ) -> Result<Option<MappingRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(None);
        }
        let found = mapping::Entity::find_by_id(id).filter(mapping::Column::MappingSet.eq(set));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// What was voted on a mapping, round by round; for an institution that takes part.
    #[crate::boxed]
    pub async fn mapping_votes(
        &self,
        tenant: &TenantId,
        set: &str,
        id: &str,
    ) -> Result<Vec<MappingVoteRow>, StoreError> {
        if self.mapping(tenant, set, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = mapping_vote::Entity::find()
            .filter(mapping_vote::Column::Mapping.eq(id))
            .order_by_asc(mapping_vote::Column::Round)
            .order_by_asc(mapping_vote::Column::CastAt)
            .order_by_asc(mapping_vote::Column::Tenant);
        Ok(all.all(self.sql.as_ref()).await?)
    }

    /// What was voted on these mappings of a set, for each round by round; for an institution that takes part.
    #[crate::boxed]
    pub async fn votes_on_mappings(
        &self,
        tenant: &TenantId,
        set: &str,
        ids: &[String],
    ) -> Result<Vec<MappingVoteRow>, StoreError> {
        if self.mapping_party(tenant, set).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        for some in ids.chunks(MOST_BOUND) {
            let of_set = mapping::Entity::find()
                .select_only()
                .column(mapping::Column::Id)
                .filter(mapping::Column::MappingSet.eq(set))
                .filter(mapping::Column::Id.is_in(some.iter().map(String::as_str)));
            let found = mapping_vote::Entity::find()
                .filter(mapping_vote::Column::Mapping.in_subquery(of_set.into_query()))
                .order_by_asc(mapping_vote::Column::Mapping)
                .order_by_asc(mapping_vote::Column::Round)
                .order_by_asc(mapping_vote::Column::CastAt)
                .order_by_asc(mapping_vote::Column::Tenant);
            all.extend(found.all(self.sql.as_ref()).await?);
        }
        Ok(all)
    }
}

impl Tx {
    /// Adds mappings.
    #[crate::boxed]
    pub async fn add_mappings(&mut self, rows: Vec<MappingRow>) -> Result<(), StoreError> {
        insert_all::<mapping::Entity, _>(self.sql.as_ref(), rows).await
    }

    /// Casts the vote of an organization; what it voted before in this round is replaced.
    #[crate::boxed]
    pub async fn cast_mapping_vote(&mut self, row: MappingVoteRow) -> Result<(), StoreError> {
        mapping_vote::Entity::delete_by_id((row.mapping.clone(), row.round, row.tenant.clone()))
            .exec(self.sql.as_ref())
            .await?;
        insert::<mapping_vote::Entity, _>(self.sql.as_ref(), row).await
    }

    /// Writes how a mapping stands now. Conflicts if another round was begun meanwhile.
    #[crate::boxed]
    pub async fn settle_mapping(
        &mut self,
        row: &MappingRow,
        round_before: i64,
    ) -> Result<(), StoreError> {
        let settled = mapping::Entity::update_many()
            .col_expr(mapping::Column::State, Expr::value(row.state))
            .col_expr(mapping::Column::Round, Expr::value(row.round))
            .col_expr(mapping::Column::DecidedAt, Expr::value(row.decided_at))
            .col_expr(mapping::Column::ReviewDue, Expr::value(row.review_due))
            .col_expr(mapping::Column::Stated, Expr::value(row.stated))
            .filter(mapping::Column::Id.eq(row.id.as_str()))
            .filter(mapping::Column::MappingSet.eq(row.mapping_set.as_str()))
            .filter(mapping::Column::Round.eq(round_before))
            .exec(self.sql.as_ref())
            .await?;
        hit("mapping", settled.rows_affected)
    }
}

fn filtered(set: &str, filter: &MappingFilter) -> Select<mapping::Entity> {
    let mut found = mapping::Entity::find().filter(mapping::Column::MappingSet.eq(set));
    if let Some(state) = filter.state {
        found = found.filter(mapping::Column::State.eq(state));
    }
    if let Some(about) = &filter.about {
        let either = mapping::Column::Subject
            .eq(about.as_str())
            .or(mapping::Column::Object.eq(about.as_str()));
        found = found.filter(either);
    }
    if let Some(due_by) = filter.due_by {
        found = found
            .filter(mapping::Column::State.is_in([MappingState::Agreed, MappingState::Stated]))
            .filter(mapping::Column::ReviewDue.lte(due_by));
    }
    found
}

/// Values in one question: both databases bind more, and plan this well.
const MOST_BOUND: usize = 500;
