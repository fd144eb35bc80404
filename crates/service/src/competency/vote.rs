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
    crosswalk::{Ballot, Tally, taking_part, tally, that_are_shown, with_a_say},
    operations::{as_one_person, person_behind},
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
            // Who declared a conflict has no vote by a key of theirs either, nor as a person after a key declared it.
            let declared = tx.competency_conflicts(&order.tenant, &competency.id, row.number);
            let mut declared = declared.await?;
            declared.retain(|one| one.round == row.round);
            let actors = declared.into_iter().map(|one| (one.tenant, one.actor));
            let own = as_one_person(&tx, &order.tenant, &order.actor, actors.collect());
            if !own.await?.is_empty() {
                return Err(CompetencyError::Conflicted);
            }
            // One person has one vote, whichever organizations they have a seat in.
            let cast = tx.competency_votes(&order.tenant, &competency.id, row.number);
            let mut cast = cast.await?;
            let say = with_a_say(&tx, &order.tenant, &competency.mapping_set).await?;
            let counts = |tenant: &TenantId| *tenant != order.tenant && say.contains(tenant);
            cast.retain(|one| one.round == row.round && counts(&one.tenant));
            let actors = cast.into_iter().map(|one| (one.tenant, one.actor));
            let own = as_one_person(&tx, &order.tenant, &order.actor, actors.collect());
            if !own.await?.is_empty() {
                return Err(CompetencyError::VotedForAnother);
            }
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
    let joined = taking_part(reader, tenant, &competency.mapping_set).await?;
    let say = that_are_shown(reader, &joined).await?;
    let votes = reader
        .competency_votes(tenant, &competency.id, row.number)
        .await?;
    let conflicts = reader
        .competency_conflicts(tenant, &competency.id, row.number)
        .await?;
    let of_round: Vec<&CompetencyVoteRow> = votes
        .iter()
        .filter(|vote| vote.round == row.round && say.contains(&vote.tenant))
        .collect();
    let mut people = Vec::new();
    for vote in of_round {
        let person = person_behind(reader, &vote.tenant, &vote.actor).await?;
        people.push((vote, person));
    }
    let ballots = people.iter().map(|(vote, person)| Ballot {
        actor: person,
        ..Ballot::from(*vote)
    });
    let ballots: Vec<Ballot<'_>> = ballots.collect();
    let declared: Vec<&TenantId> = conflicts
        .iter()
        .filter(|one| one.round == row.round)
        .map(|one| &one.tenant)
        .collect();
    let writer = person_behind(reader, &row.organization, &row.written_by).await?;
    Ok(tally(
        &row.organization,
        &writer,
        &joined,
        &declared,
        &ballots,
    ))
}

/// Whether the agreement with a version has ended.
pub(super) fn is_due(row: &CompetencyVersionRow, now: i64) -> bool {
    row.state == CompetencyState::Agreed && row.review_due.is_some_and(|due| due <= now)
}
