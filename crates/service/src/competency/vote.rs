//! Voting on a version. An organization has one vote in a round; a later one replaces it. The rule is that of mapping sets.

use touchstone_store::{
    AuditLine, CompetencyRow, CompetencyState, CompetencyVersionRow, CompetencyVoteRow, Reader,
    StoreError, TenantId, Tx,
};

use super::{
    CompetencyError,
    error::{joined, whole, words},
};
use crate::{
    World,
    crosswalk::{Ballot, Round, Tally, count, may_vote},
};

/// A vote.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The organization.
    pub tenant: TenantId,
    /// Who votes for it, as proven by the caller.
    pub actor: String,
    /// Whether that is a person who is signed in. A program's vote counts, but is not the second pair of eyes.
    pub by_member: bool,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// The round that the voter saw.
    pub round: i64,
    /// From -100 (no) to 100 (yes).
    pub hundredths: i64,
    /// Why.
    pub comment: String,
}

/// What became of a version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Voted {
    /// How it stands now.
    pub state: CompetencyState,
    /// What the votes say.
    pub tally: Tally,
}

/// Casts a vote. The state follows from the votes of the round.
#[crate::boxed]
pub async fn vote(world: &World, order: &Vote) -> Result<Voted, CompetencyError> {
    if !(-100..=100).contains(&order.hundredths) {
        return Err(CompetencyError::Vote);
    }
    let why = &words(&order.comment).ok_or(CompetencyError::Unexplained)?;
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let competency = joined(&tx, &order.tenant, &order.competency).await?;
            let mut row = whole(&tx, &order.tenant, &competency.id, order.version).await?;
            if row.round != order.round {
                return Err(CompetencyError::OtherRound);
            }
            if is_due(&row, now) {
                return Err(CompetencyError::Ended);
            }
            let declared = tx.competency_conflicts(&order.tenant, &competency.id, row.number);
            let declared = declared.await?.into_iter();
            let declared = declared.filter(|one| one.round == row.round);
            let declared = declared.map(|one| (one.tenant, one.actor)).collect();
            let cast = tx.competency_votes(&order.tenant, &competency.id, row.number);
            let cast = cast.await?.into_iter();
            let cast = cast.filter(|one| one.round == row.round);
            let cast = cast.map(|one| (one.tenant, one.actor)).collect();
            let own = (&order.tenant, order.actor.as_str());
            may_vote(&tx, &competency.mapping_set, own, declared, cast).await??;
            tx.cast_competency_vote(CompetencyVoteRow {
                competency: competency.id.clone(),
                version: row.number,
                round: row.round,
                tenant: order.tenant.clone(),
                actor: order.actor.clone(),
                member: i64::from(order.by_member),
                hundredths: order.hundredths,
                comment: why.clone(),
                cast_at: now,
            })
            .await?;
            let tally = settled(&mut tx, &order.tenant, &competency, &mut row, now).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "competency.vote".into(),
                subject: competency.id,
                detail: serde_json::json!({
                    "version": row.number, "round": row.round, "hundredths": order.hundredths,
                    "why": why, "state": row.state.as_str(),
                })
                .to_string(),
            }])
            .await?;
            Ok(Voted {
                state: row.state,
                tally,
            })
        })
        .await
}

/// Writes down how a version stands by the votes of its round.
pub(super) async fn settled(
    tx: &mut Tx,
    tenant: &TenantId,
    competency: &CompetencyRow,
    row: &mut CompetencyVersionRow,
    now: i64,
) -> Result<Tally, CompetencyError> {
    let tally = counted(tx, tenant, competency, row).await?;
    let set = tx.mapping_set(tenant, &competency.mapping_set).await?;
    let set = set.ok_or(CompetencyError::NoSuchSet)?;
    let before = match row.state {
        CompetencyState::Agreed => row.decided_at.map(|at| (true, at)),
        CompetencyState::Refused => row.decided_at.map(|at| (false, at)),
        CompetencyState::Proposed => None,
    };
    match tally.decided(before, now, set.review_days) {
        Some(decided) => {
            row.state = match decided.agrees {
                true => CompetencyState::Agreed,
                false => CompetencyState::Refused,
            };
            (row.decided_at, row.review_due) = (Some(decided.at), decided.review_due);
        }
        None => {
            row.state = CompetencyState::Proposed;
            (row.decided_at, row.review_due) = (None, None);
        }
    }
    tx.settle_competency_version(row, row.round).await?;
    Ok(tally)
}

/// What the votes of the present round amount to.
pub(super) async fn counted(
    reader: &Reader,
    tenant: &TenantId,
    competency: &CompetencyRow,
    row: &CompetencyVersionRow,
) -> Result<Tally, StoreError> {
    let votes = reader
        .competency_votes(tenant, &competency.id, row.number)
        .await?;
    let conflicts = reader
        .competency_conflicts(tenant, &competency.id, row.number)
        .await?;
    let cast = votes.iter().filter(|vote| vote.round == row.round);
    let declared = conflicts.iter().filter(|one| one.round == row.round);
    let round = Round {
        set: &competency.mapping_set,
        organization: &row.organization,
        proposer: &row.written_by,
        cast: cast.map(Ballot::from).collect(),
        declared: declared.map(|one| &one.tenant).collect(),
    };
    count(reader, tenant, &round).await
}

/// Whether the agreement with a version has ended.
pub(super) fn is_due(row: &CompetencyVersionRow, now: i64) -> bool {
    row.state == CompetencyState::Agreed && row.review_due.is_some_and(|due| due <= now)
}
