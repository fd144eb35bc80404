//! One person has one vote in a round, whichever organizations they have a seat in: they are told by their mail address.

use std::collections::BTreeMap;

use touchstone_store::{Reader, StoreError, TenantId};

use super::{
    lost_votes::{that_are_shown, with_a_say},
    taking_part::taking_part,
    tally::{Ballot, Tally, tally},
};
use crate::operations::{Person, as_one_person, person_behind};

/// Why somebody has no vote in a round.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Barred {
    /// They declared a conflict of interest, perhaps by a key of theirs, or for another organization.
    Conflicted,
    /// They voted for another organization.
    VotedForAnother,
}

/// Organizations, each with who acted for it.
type Seats = Vec<(TenantId, String)>;

/// Whether who acts for an organization has a vote in a round in which these declared a conflict, and these voted.
pub(crate) async fn may_vote(
    reader: &Reader,
    set: &str,
    (tenant, actor): (&TenantId, &str),
    declared: Seats,
    mut cast: Seats,
) -> Result<Result<(), Barred>, StoreError> {
    // Who declared a conflict has no vote by a key of theirs either, nor as a person after a key declared it.
    let own = as_one_person(reader, tenant, actor, declared).await?;
    if !own.is_empty() {
        return Ok(Err(Barred::Conflicted));
    }
    let say = with_a_say(reader, tenant, set).await?;
    cast.retain(|(of, _)| of != tenant && say.contains(of));
    let own = as_one_person(reader, tenant, actor, cast).await?;
    Ok(match own.is_empty() {
        true => Ok(()),
        false => Err(Barred::VotedForAnother),
    })
}

/// A round of votes on what was proposed in a set.
pub(crate) struct Round<'a> {
    /// The set, by id.
    pub(crate) set: &'a str,
    /// The organization that proposed it.
    pub(crate) organization: &'a TenantId,
    /// Who proposed it for that.
    pub(crate) proposer: &'a str,
    /// What was voted.
    pub(crate) cast: Vec<Ballot<'a>>,
    /// The organizations of those who declared a conflict of interest.
    pub(crate) declared: Vec<&'a TenantId>,
}

/// What the votes of a round amount to. An organization whose reviewers declared a conflict, and for which nobody else votes, does
/// not count among those that have to; it still takes part, so that nobody decides on their own proposal because the others stand back.
pub(crate) async fn count(
    reader: &Reader,
    tenant: &TenantId,
    round: &Round<'_>,
) -> Result<Tally, StoreError> {
    let joined = taking_part(reader, tenant, round.set).await?;
    let say = that_are_shown(reader, &joined).await?;
    let known = &mut People::default();
    let counting = that_count(reader, known, &say, &round.cast).await?;
    let mut people = Vec::new();
    for ballot in &round.cast {
        if counting.contains(ballot.tenant) {
            let person = known.behind(reader, ballot.tenant, ballot.actor).await?;
            people.push((ballot, person));
        }
    }
    let cast = people.iter().map(|(ballot, person)| Ballot {
        actor: person.as_str(),
        ..**ballot
    });
    let cast: Vec<Ballot<'_>> = cast.collect();
    let proposer = known
        .behind(reader, round.organization, round.proposer)
        .await?;
    Ok(tally(
        round.organization,
        proposer.as_str(),
        &joined,
        &round.declared,
        &cast,
    ))
}

/// The organizations whose votes of a round count: of those that have a say, each for which somebody else voted than for the ones before.
///
/// Of one person's votes for several, cast before that was refused, the first is the one that counts: the later ones would be refused today.
pub(crate) async fn that_count(
    reader: &Reader,
    people: &mut People,
    say: &[TenantId],
    cast: &[Ballot<'_>],
) -> Result<Vec<TenantId>, StoreError> {
    let mut cast = cast.to_vec();
    cast.retain(|ballot| say.contains(ballot.tenant));
    cast.sort_by_key(|ballot| (ballot.cast_at, ballot.tenant));
    let (mut counting, mut voters) = (Vec::new(), Vec::<Person>::new());
    for ballot in cast {
        let voter = people.behind(reader, ballot.tenant, ballot.actor).await?;
        if !voters.iter().any(|other| other.is(&voter)) {
            counting.push(ballot.tenant.clone());
            voters.push(voter);
        }
    }
    Ok(counting)
}

/// Who stands behind actors, each looked up once.
#[derive(Default)]
pub(crate) struct People(BTreeMap<(TenantId, String), Person>);

impl People {
    async fn behind(
        &mut self,
        reader: &Reader,
        tenant: &TenantId,
        actor: &str,
    ) -> Result<Person, StoreError> {
        let seat = (tenant.clone(), actor.to_owned());
        if let Some(known) = self.0.get(&seat) {
            return Ok(known.clone());
        }
        let person = person_behind(reader, tenant, actor).await?;
        self.0.insert(seat, person.clone());
        Ok(person)
    }
}
