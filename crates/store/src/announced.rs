//! How the people of a batch were told: by mail, or by a code on paper.
//!
//! A credential goes on paper while it has a delivery on paper and none by mail. An address that is learnt later leads to a mail, and
//! from then on the credential goes by mail.

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, Func, Query},
};

use crate::{
    DeliveryKind, DeliveryState, Reader, StoreError, TenantId, Tx,
    entity::{claim, credential, delivery, learner},
};

/// How many people of a batch were told, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// They go by mail.
    pub by_mail: u64,
    /// A mail was handed over.
    pub mail_sent: u64,
    /// No mail was handed over yet, and one is on its way.
    pub mail_waits: u64,
    /// They go on paper.
    pub on_paper: u64,
    /// They go on paper and have no code yet. What was withdrawn or taken another way is not counted.
    pub without_code: u64,
    /// They go on paper and have a code that was not used yet. What was withdrawn is not counted.
    pub with_code: u64,
}

/// Somebody who gets a code on paper.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OnPaper {
    /// The credential.
    pub credential: String,
    /// The person's name.
    pub name: String,
    /// The institution's own identifier of the person.
    pub identifier: Option<String>,
    /// The language they are written to in.
    pub language: Option<String>,
}

impl Reader {
    /// How many people of a batch were told, and how.
    #[crate::boxed]
    pub async fn announced(&self, tenant: &TenantId, batch: &str) -> Result<Announced, StoreError> {
        let mail = |states: &[DeliveryState]| {
            let mut found = deliveries(tenant, batch, DeliveryKind::Mail);
            if !states.is_empty() {
                found = found.filter(delivery::Column::State.is_in(states.iter().copied()));
            }
            found
        };
        let (queued, sent, retry) = (
            DeliveryState::Queued,
            DeliveryState::Sent,
            DeliveryState::Retry,
        );
        let mail_sent = self.people(mail(&[sent])).await?;
        let told_or_waits = self.people(mail(&[queued, sent, retry])).await?;
        let paper = on_paper(tenant, batch);
        Ok(Announced {
            by_mail: self.people(mail(&[])).await?,
            mail_sent,
            mail_waits: told_or_waits.saturating_sub(mail_sent),
            on_paper: self.people(paper).await?,
            without_code: self.people(open_on_paper(tenant, batch, queued)).await?,
            with_code: self.people(open_on_paper(tenant, batch, sent)).await?,
        })
    }

    /// Who of a batch goes on paper, with a delivery in that state, without those who took theirs or whose credential was withdrawn.
    /// The ones whose code is oldest come first.
    #[crate::boxed]
    pub async fn on_paper(
        &self,
        tenant: &TenantId,
        batch: &str,
        state: DeliveryState,
        limit: u64,
    ) -> Result<Vec<OnPaper>, StoreError> {
        let holder = credential::Entity::belongs_to(learner::Entity)
            .from(credential::Column::Learner)
            .to(learner::Column::Id)
            .into();
        let found = open_on_paper(tenant, batch, state)
            .join(JoinType::InnerJoin, holder)
            .select_only()
            .column_as(credential::Column::Id, "credential")
            .column_as(learner::Column::Name, "name")
            .column_as(learner::Column::Identifier, "identifier")
            .column_as(delivery::Column::Language, "language")
            .order_by_asc(delivery::Column::SentAt)
            .order_by_asc(credential::Column::Id)
            .limit(limit);
        Ok(found.into_model().all(self.sql.as_ref()).await?)
    }

    /// How many credentials are among these deliveries.
    async fn people(&self, of: Select<credential::Entity>) -> Result<u64, StoreError> {
        let counted: Option<i64> = of
            .select_only()
            .expr(Expr::col((credential::Entity, credential::Column::Id)).count_distinct())
            .into_tuple()
            .one(self.sql.as_ref())
            .await?;
        Ok(counted.unwrap_or_default().unsigned_abs())
    }
}

impl Tx {
    /// Lets newer claims take the place of all open ones to these credentials.
    #[crate::boxed]
    pub async fn supersede_claims_of(
        &mut self,
        tenant: &TenantId,
        credentials: &[String],
        at: i64,
    ) -> Result<(), StoreError> {
        for some in credentials.chunks(CHUNK) {
            claim::Entity::update_many()
                .col_expr(claim::Column::SupersededAt, Expr::value(at))
                .filter(tenant.owns(claim::Column::Tenant))
                .filter(claim::Column::Credential.is_in(some))
                .filter(claim::Column::ClaimedAt.is_null())
                .filter(claim::Column::SupersededAt.is_null())
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Records that the codes on paper of these credentials were made. Those that go by mail, or whose delivery was ended, stay as
    /// they are.
    #[crate::boxed]
    pub async fn record_codes(
        &mut self,
        tenant: &TenantId,
        credentials: &[String],
        at: i64,
    ) -> Result<(), StoreError> {
        let made = [DeliveryState::Queued, DeliveryState::Sent];
        for some in credentials.chunks(CHUNK) {
            delivery::Entity::update_many()
                .col_expr(
                    delivery::Column::State,
                    Expr::value(DeliveryState::Sent.as_str()),
                )
                .col_expr(
                    delivery::Column::Attempts,
                    Expr::col(delivery::Column::Attempts).add(1),
                )
                .col_expr(delivery::Column::SentAt, Expr::value(at))
                .filter(tenant.owns(delivery::Column::Tenant))
                .filter(delivery::Column::Credential.is_in(some))
                .filter(delivery::Column::Kind.eq(DeliveryKind::Paper))
                .filter(state().is_in(made.map(DeliveryState::as_str)))
                .exec(self.sql.as_ref())
                .await?;
        }
        Ok(())
    }
}

/// A batch's deliveries of one kind, each with its credential.
fn deliveries(tenant: &TenantId, batch: &str, kind: DeliveryKind) -> Select<credential::Entity> {
    let sent = credential::Entity::belongs_to(delivery::Entity)
        .from(credential::Column::Id)
        .to(delivery::Column::Credential)
        .into();
    credential::Entity::find()
        .join(JoinType::InnerJoin, sent)
        .filter(tenant.owns((credential::Entity, credential::Column::Tenant)))
        .filter(credential::Column::Batch.eq(batch))
        .filter(delivery::Column::Kind.eq(kind))
}

fn on_paper(tenant: &TenantId, batch: &str) -> Select<credential::Entity> {
    // The inner `delivery` is another row of the same table; `credential` is the outer one.
    let mail = Query::select()
        .expr(Expr::val(1))
        .from(delivery::Entity)
        .and_where(of_credential((
            delivery::Entity,
            delivery::Column::Credential,
        )))
        .and_where(delivery::Column::Kind.eq(DeliveryKind::Mail))
        .take();
    deliveries(tenant, batch, DeliveryKind::Paper).filter(Expr::exists(mail).not())
}

fn open_on_paper(
    tenant: &TenantId,
    batch: &str,
    in_state: DeliveryState,
) -> Select<credential::Entity> {
    let taken = Query::select()
        .expr(Expr::val(1))
        .from(claim::Entity)
        .and_where(of_credential((claim::Entity, claim::Column::Credential)))
        .and_where(claim::Column::ClaimedAt.is_not_null())
        .take();
    on_paper(tenant, batch)
        .filter(state().eq(in_state.as_str()))
        .filter(credential::Column::RevokedAt.is_null())
        .filter(credential::Column::ReplacedBy.is_null())
        .filter(Expr::exists(taken).not())
}

fn of_credential(column: impl sea_orm::sea_query::IntoColumnRef) -> Expr {
    Expr::col(column).equals((credential::Entity, credential::Column::Id))
}

/// A delivery's state, written so that no index helps with it: without statistics SQLite takes it that ten rows or so are in one
/// state, and would read every delivery that was ever sent.
fn state() -> Expr {
    let column = Expr::col((delivery::Entity, delivery::Column::State));
    Func::coalesce([column, Expr::value("")]).into()
}

/// How many credentials one statement names.
const CHUNK: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    #[tokio::test]
    async fn who_goes_on_paper_is_found_by_the_batch_and_not_among_all_deliveries() {
        let found = open_on_paper(&TenantId::new("lake"), "b1", DeliveryState::Sent);
        let steps = plan::steps(found).await.unwrap();
        assert!(
            steps[0].starts_with("SEARCH credential USING INDEX credential_by_batch"),
            "{steps:?}"
        );
        assert!(
            steps.iter().all(|step| !step.starts_with("SCAN")),
            "{steps:?}"
        );
    }
}
