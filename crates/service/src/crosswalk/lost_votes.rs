//! Votes that do not count: of an organization that has no say any more, and the second one of a person. Those of a reviewer who declares a
//! conflict are taken away then.

use touchstone_store::{MappingRow, MappingState, MappingVoteRow, Reader, StoreError, TenantId};

use super::{
    document::stated_until,
    one_person::{People, that_count},
    taking_part::taking_part,
    tally::Ballot,
    vote::{counted, undecided},
};
use crate::operations::sign_up::is_shown;

/// Those whose votes count in a set: who takes part, and may be seen.
pub(crate) async fn with_a_say(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<Vec<TenantId>, StoreError> {
    let joined = taking_part(reader, tenant, set).await?;
    that_are_shown(reader, &joined).await
}

/// Those whose votes count among those who take part.
pub(super) async fn that_are_shown(
    reader: &Reader,
    joined: &[TenantId],
) -> Result<Vec<TenantId>, StoreError> {
    let mut all = Vec::new();
    for party in joined {
        if is_shown(reader, party).await? {
            all.push(party.clone());
        }
    }
    Ok(all)
}

/// Takes the votes of its round out that do not count, and lets a mapping stand as the others have it. A newcomer undoes no agreement.
pub(super) async fn without_lost(
    reader: &Reader,
    tenant: &TenantId,
    (say, people): (&[TenantId], &mut People),
    row: &mut MappingRow,
    votes: &mut Vec<MappingVoteRow>,
) -> Result<(), StoreError> {
    let before = votes.len();
    let cast: Vec<Ballot<'_>> = votes.iter().map(Ballot::from).collect();
    let counting = that_count(reader, people, say, &cast).await?;
    votes.retain(|vote| counting.contains(&vote.tenant));
    if row.state != MappingState::Agreed || votes.len() == before {
        return Ok(());
    }
    match counted(reader, tenant, row).await?.decision() {
        Some(true) => {}
        Some(false) => row.state = MappingState::Refused,
        None => {
            row.state = undecided(row)?;
            row.review_due = stated_until(row);
        }
    }
    Ok(())
}
