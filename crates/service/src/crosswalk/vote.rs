//! Voting on a mapping. An organization has one vote in a round; a later one replaces it.

use touchstone_store::{
    AuditLine, MappingRow, MappingState, MappingVoteRow, Reader, StoreError, TenantId, Tx,
};

use super::{
    Tally,
    document::{self, Origin, is_suggestion, stated_until},
    one_person::{Round, count, may_vote},
    propose::{MappingError, party, reason},
    sets::is_due,
    tally::Ballot,
};
use crate::World;

/// A vote.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The organization.
    pub tenant: TenantId,
    /// Who votes for it, as proven by the caller.
    pub actor: String,
    /// Whether that is a person who is signed in. A program's vote counts, but is not the second pair of eyes.
    pub by_member: bool,
    /// The set, by id.
    pub set: String,
    /// The mapping, by id.
    pub mapping: String,
    /// The round that the voter saw.
    pub round: i64,
    /// From -100 (no) to 100 (yes).
    pub hundredths: i64,
    /// Why.
    pub comment: String,
}

/// What became of a mapping.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Voted {
    /// How it stands now.
    pub state: MappingState,
    /// What the votes say.
    pub tally: Tally,
}

/// Casts a vote. The state follows from the votes of the round, and may change back until the next release is made from it.
#[crate::boxed]
pub async fn vote(world: &World, order: &Vote) -> Result<Voted, MappingError> {
    if !(-100..=100).contains(&order.hundredths) {
        return Err(MappingError::Vote);
    }
    let why = &reason(&order.comment).ok_or(MappingError::Unexplained)?;
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            party(&tx, &order.tenant, &order.set).await?;
            let row = tx.mapping(&order.tenant, &order.set, &order.mapping).await?;
            let mut row = row.ok_or(MappingError::NoSuchMapping)?;
            if row.state == MappingState::Withdrawn {
                return Err(MappingError::Withdrawn);
            }
            if row.round != order.round {
                return Err(MappingError::OtherRound);
            }
            if has_ended(&row, now) {
                return Err(MappingError::Ended);
            }
            let declared = tx.mapping_conflicts(&order.tenant, &order.set, &row.id);
            let declared = declared.await?.into_iter();
            let declared = declared.filter(|one| one.round == row.round);
            let declared = declared.map(|one| (one.tenant, one.actor)).collect();
            let cast = tx.mapping_votes(&order.tenant, &order.set, &row.id);
            let cast = cast.await?.into_iter();
            let cast = cast.filter(|one| one.round == row.round);
            let cast = cast.map(|one| (one.tenant, one.actor)).collect();
            let own = (&order.tenant, order.actor.as_str());
            may_vote(&tx, &order.set, own, declared, cast).await??;
            tx.cast_mapping_vote(MappingVoteRow {
                mapping: row.id.clone(),
                round: row.round,
                tenant: order.tenant.clone(),
                actor: order.actor.clone(),
                member: i64::from(order.by_member),
                hundredths: order.hundredths,
                comment: why.clone(),
                cast_at: now,
            })
            .await?;
            let tally = settled(&mut tx, &order.tenant, &mut row, now).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "mapping.vote".into(),
                subject: row.id.clone(),
                detail: serde_json::json!({
                    "set": order.set, "round": row.round, "hundredths": order.hundredths, "state": row.state.as_str(),
                    "why": why,
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

/// Writes down how a mapping stands by the votes of its round.
pub(super) async fn settled(
    tx: &mut Tx,
    tenant: &TenantId,
    row: &mut MappingRow,
    now: i64,
) -> Result<Tally, MappingError> {
    if row.state == MappingState::Stated && row.stated.is_none() {
        // Stored before the origin of a stated mapping was kept.
        row.stated = Some(Origin::Words.kept());
    }
    if row.state == MappingState::Proposed {
        // Stored before a refusal cleared `stated`.
        row.stated = None;
    }
    let tally = counted(tx, tenant, row).await?;
    let set = tx.mapping_set(tenant, &row.mapping_set).await?;
    let set = set.ok_or(MappingError::NoSuchSet)?;
    let before = match row.state {
        MappingState::Agreed => row.decided_at.map(|at| (true, at)),
        MappingState::Refused => row.decided_at.map(|at| (false, at)),
        _ => None,
    };
    match tally.decided(before, now, set.review_days) {
        Some(decided) => {
            row.state = match decided.agrees {
                true => MappingState::Agreed,
                false => MappingState::Refused,
            };
            (row.decided_at, row.review_due) = (Some(decided.at), decided.review_due);
        }
        None => {
            row.state = undecided(row)?;
            (row.decided_at, row.review_due) = (None, stated_until(row));
        }
    }
    tx.settle_mapping(row, row.round).await?;
    Ok(tally)
}

/// Whether the agreement with a mapping has ended: from then on another review decides, in which everybody votes anew.
pub(super) fn has_ended(row: &MappingRow, now: i64) -> bool {
    row.state == MappingState::Agreed && is_due(row, now)
}

/// What the votes of the present round amount to.
pub(super) async fn counted(
    reader: &Reader,
    tenant: &TenantId,
    row: &MappingRow,
) -> Result<Tally, StoreError> {
    let votes = reader
        .mapping_votes(tenant, &row.mapping_set, &row.id)
        .await?;
    let conflicts = reader
        .mapping_conflicts(tenant, &row.mapping_set, &row.id)
        .await?;
    let cast = votes.iter().filter(|vote| vote.round == row.round);
    let declared = conflicts.iter().filter(|one| one.round == row.round);
    let round = Round {
        set: &row.mapping_set,
        organization: &row.organization,
        proposer: &row.proposed_by,
        cast: cast.map(Ballot::from).collect(),
        declared: declared.map(|one| &one.tenant).collect(),
    };
    count(reader, tenant, &round).await
}

/// How a mapping stands without a decision: what people state in the file it came from is stated, what a program made is a suggestion.
pub(super) fn undecided(row: &MappingRow) -> Result<MappingState, StoreError> {
    if row.stated.is_some() {
        return Ok(MappingState::Stated);
    }
    let (_, mapping) = document::read(row)?;
    Ok(match is_suggestion(&mapping) {
        true => MappingState::Suggested,
        false => MappingState::Proposed,
    })
}
