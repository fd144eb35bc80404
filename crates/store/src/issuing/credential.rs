//! Sealed credentials: listing and searching them, and what becomes of them.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::learner::learner_matches;
use crate::{
    CredentialRow, Cursor, Page, Reader, StoreError, TenantId, Tx,
    entity::{credential, learner},
    tx::hit,
};

/// Which credentials to list. Empty means all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CredentialFilter {
    /// Contained in the learner's name, address or identifier.
    pub search: Option<String>,
    /// Of this achievement.
    pub achievement: Option<String>,
    /// Of this batch.
    pub batch: Option<String>,
    /// Of this learner.
    pub learner: Option<String>,
    /// In this state.
    pub state: Option<CredentialState>,
}

/// What a credential's row says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialState {
    /// Neither revoked nor suspended, and not expired at this time.
    Standing {
        /// The time.
        at: i64,
    },
    /// Revoked.
    Revoked,
    /// Suspended now.
    Suspended,
    /// Expired at this time.
    Expired {
        /// The time.
        at: i64,
    },
}

/// A credential in a list: without its bytes, with its learner.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CredentialSummary {
    /// UUID, without `urn:uuid:`.
    pub id: String,
    /// The batch; absent for a correction.
    pub batch: Option<String>,
    /// The achievement.
    pub achievement: String,
    /// Version of the achievement.
    pub version: i64,
    /// The learner.
    pub learner: String,
    /// The learner's name.
    pub learner_name: String,
    /// The learner's address.
    pub learner_email: Option<String>,
    /// The institution's own identifier of the learner.
    pub learner_identifier: Option<String>,
    /// The learner's DID.
    pub learner_did: Option<String>,
    /// When it was sealed.
    pub issued_at: i64,
    /// When it expires.
    pub valid_until: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// When it was suspended.
    pub suspended_at: Option<i64>,
    /// The credential it corrects.
    pub replaces: Option<String>,
    /// The credential that corrects it.
    pub replaced_by: Option<String>,
}

impl Reader {
    /// One credential.
    #[crate::boxed]
    pub async fn credential(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<CredentialRow>, StoreError> {
        let found = credential::Entity::find_by_id(id)
            .filter(credential::Column::Tenant.eq(tenant.clone()));
        Ok(found.one(self.sql.as_ref()).await?)
    }

    /// Those of these credentials that exist, with their bytes, in no order.
    #[crate::boxed]
    pub async fn credentials_by_id(
        &self,
        tenant: &TenantId,
        ids: &[String],
    ) -> Result<Vec<CredentialRow>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(LOOKUP) {
            found.extend(named(tenant, ids).all(self.sql.as_ref()).await?);
        }
        Ok(found)
    }

    /// Credentials that pass a filter, newest first.
    #[crate::boxed]
    pub async fn credentials(
        &self,
        tenant: &TenantId,
        filter: &CredentialFilter,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Page<CredentialSummary>, StoreError> {
        let mut found = filtered(tenant, filter)
            .select_only()
            .columns([
                credential::Column::Id,
                credential::Column::Batch,
                credential::Column::Achievement,
                credential::Column::Version,
                credential::Column::Learner,
                credential::Column::IssuedAt,
                credential::Column::ValidUntil,
                credential::Column::RevokedAt,
                credential::Column::SuspendedAt,
                credential::Column::Replaces,
                credential::Column::ReplacedBy,
            ])
            .column_as(learner::Column::Name, "learner_name")
            .column_as(learner::Column::Email, "learner_email")
            .column_as(learner::Column::Identifier, "learner_identifier")
            .column_as(learner::Column::Did, "learner_did")
            .order_by_desc(credential::Column::IssuedAt)
            .order_by_desc(credential::Column::Id)
            .limit(limit.saturating_add(1));
        if let Some(after) = after {
            found = found.filter(after.rest(credential::Column::IssuedAt, credential::Column::Id));
        }
        let rows = found.into_model().all(self.sql.as_ref()).await?;
        Ok(Page::cut(rows, limit, |row: &CredentialSummary| Cursor {
            at: row.issued_at,
            id: row.id.clone(),
        }))
    }

    /// How many credentials pass a filter.
    #[crate::boxed]
    pub async fn count_credentials(
        &self,
        tenant: &TenantId,
        filter: &CredentialFilter,
    ) -> Result<u64, StoreError> {
        Ok(filtered(tenant, filter).count(self.sql.as_ref()).await?)
    }
}

impl Tx {
    /// Marks a credential revoked, for ever. Conflicts if it already was.
    #[crate::boxed]
    pub async fn mark_revoked(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
        by: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let marked = credential::Entity::update_many()
            .col_expr(credential::Column::RevokedAt, Expr::value(at))
            .col_expr(credential::Column::RevokedBy, Expr::value(by))
            .col_expr(credential::Column::RevokeReason, Expr::value(reason))
            .filter(credential::Column::Id.eq(id))
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::RevokedAt.is_null()) // The guard stands in the statement.
            .exec(self.sql.as_ref())
            .await?;
        hit("credential", marked.rows_affected)
    }

    /// Marks a credential suspended. Conflicts if it is suspended or revoked, or has no place in a suspension list.
    #[crate::boxed]
    pub async fn mark_suspended(
        &mut self,
        tenant: &TenantId,
        id: &str,
        at: i64,
        by: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let marked = credential::Entity::update_many()
            .col_expr(credential::Column::SuspendedAt, Expr::value(at))
            .col_expr(credential::Column::SuspendedBy, Expr::value(by))
            .col_expr(credential::Column::SuspendReason, Expr::value(reason))
            .filter(credential::Column::Id.eq(id))
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::SuspensionList.is_not_null())
            .filter(credential::Column::SuspendedAt.is_null())
            .filter(credential::Column::RevokedAt.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("credential", marked.rows_affected)
    }

    /// Ends a suspension. Conflicts if there is none.
    #[crate::boxed]
    pub async fn mark_reinstated(&mut self, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
        let marked = credential::Entity::update_many()
            .col_expr(credential::Column::SuspendedAt, Expr::value(None::<i64>))
            .col_expr(credential::Column::SuspendedBy, Expr::value(None::<String>))
            .col_expr(
                credential::Column::SuspendReason,
                Expr::value(None::<String>),
            )
            .filter(credential::Column::Id.eq(id))
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::SuspendedAt.is_not_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("credential", marked.rows_affected)
    }

    /// Links a credential to the one that corrects it. Conflicts if it has one already.
    #[crate::boxed]
    pub async fn mark_replaced(
        &mut self,
        tenant: &TenantId,
        id: &str,
        replaced_by: &str,
    ) -> Result<(), StoreError> {
        let marked = credential::Entity::update_many()
            .col_expr(credential::Column::ReplacedBy, Expr::value(replaced_by))
            .filter(credential::Column::Id.eq(id))
            .filter(credential::Column::Tenant.eq(tenant.clone()))
            .filter(credential::Column::ReplacedBy.is_null())
            .exec(self.sql.as_ref())
            .await?;
        hit("credential", marked.rows_affected)
    }
}

fn named(tenant: &TenantId, ids: &[String]) -> Select<credential::Entity> {
    credential::Entity::find()
        .filter(tenant.owns(credential::Column::Tenant))
        .filter(credential::Column::Id.is_in(ids))
}

fn filtered(tenant: &TenantId, filter: &CredentialFilter) -> Select<credential::Entity> {
    let holder = credential::Entity::belongs_to(learner::Entity)
        .from(credential::Column::Learner)
        .to(learner::Column::Id)
        .into();
    let mut found = credential::Entity::find()
        .join(JoinType::InnerJoin, holder)
        .filter(credential::Column::Tenant.eq(tenant.clone()));
    for (column, value) in [
        (credential::Column::Achievement, &filter.achievement),
        (credential::Column::Batch, &filter.batch),
        (credential::Column::Learner, &filter.learner),
    ] {
        if let Some(value) = value {
            found = found.filter(column.eq(value));
        }
    }
    if let Some(search) = filter.search.as_deref().filter(|search| !search.is_empty()) {
        let of_learner = Condition::any().add(learner_matches(search));
        found = found.filter(match id(search) {
            Some(id) => of_learner.add(credential::Column::Id.eq(id)),
            None => of_learner,
        });
    }
    match filter.state {
        None => found,
        Some(state) => found.filter(in_state(state)),
    }
}

/// The id of a credential, if this text is one: as it is listed, or as it stands in the credential (`urn:uuid:`).
fn id(search: &str) -> Option<String> {
    let text = search.trim().to_lowercase();
    let id = text.strip_prefix("urn:uuid:").unwrap_or(&text);
    let plain = |c: char| c == '-' || c.is_ascii_hexdigit();
    (id.len() == 36 && id.chars().all(plain)).then(|| id.to_owned())
}

fn in_state(state: CredentialState) -> Condition {
    let revoked = credential::Column::RevokedAt;
    let suspended = credential::Column::SuspendedAt;
    let valid_until = credential::Column::ValidUntil;
    match state {
        CredentialState::Standing { at } => Condition::all()
            .add(revoked.is_null())
            .add(suspended.is_null())
            .add(
                Condition::any()
                    .add(valid_until.is_null())
                    .add(valid_until.gte(at)),
            ),
        CredentialState::Revoked => Condition::all().add(revoked.is_not_null()),
        CredentialState::Suspended => Condition::all().add(suspended.is_not_null()),
        CredentialState::Expired { at } => Condition::all().add(valid_until.lt(at)),
    }
}

/// How many ids are looked up with one statement.
const LOOKUP: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    #[test]
    fn an_id_is_told_from_a_name() {
        let known = "2d2a2f3e-7c3f-4f0e-8d3b-0d7e4ad3a111";
        for text in [
            known,
            " 2D2A2F3E-7c3f-4f0e-8d3b-0d7e4ad3a111\n",
            &format!("urn:uuid:{known}"),
        ] {
            assert_eq!(id(text).as_deref(), Some(known), "{text}");
        }
        for text in ["Ada", "did:key:z6MkfQ3xq", "R26-1133", &known[1..]] {
            assert_eq!(id(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn many_credentials_are_looked_up_and_not_searched_for() {
        let steps = plan::steps(named(&TenantId::new("lake"), &plan::ids()))
            .await
            .unwrap();
        assert_eq!(
            steps,
            ["SEARCH credential USING INDEX sqlite_autoindex_credential_1 (id=?)"]
        );
    }
}
