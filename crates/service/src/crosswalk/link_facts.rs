//! What mapping sets know of the links of an achievement: who reviewed them, and until when that is good (TS-018, TS-022).

use touchstone_crosswalk::sssom::Slot;
use touchstone_store::{
    InstitutionRow, MappingFilter, MappingState, MappingVoteRow, Reader, StoreError,
};
use touchstone_vc::{
    Timestamp,
    lint::{Known, MappingFacts},
};

use super::{
    document,
    lost_votes::{with_a_say, without_lost},
    one_person::People,
};
use crate::{World, issuing::Definition};

/// The facts of an achievement's links. Unknown where the institution takes part in no mapping set.
pub(crate) async fn link_facts(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    definition: &Definition,
) -> Result<Known<Vec<MappingFacts>>, StoreError> {
    let sets = reader.joined_mapping_sets(&institution.id).await?;
    if sets.is_empty() {
        return Ok(Known::Unknown);
    }
    let path = format!("/i/{}/a/{}", institution.slug, definition.slug);
    let own = world.site.link(&path);
    // The achievement, or one of its versions.
    let is_own = |side: &str| {
        side.strip_prefix(&own).is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix('/')
                    .is_some_and(|rest| rest.parse::<u32>().is_ok())
        })
    };
    let (mut facts, mut people) = (Vec::new(), People::default());
    for link in &definition.alignment {
        for set in &sets {
            let about = MappingFilter {
                about: Some(link.target_url.clone()),
                ..MappingFilter::default()
            };
            let found = reader
                .mappings(&institution.id, &set.id, &about, "", MOST)
                .await?;
            if found.is_empty() {
                continue;
            }
            let say = with_a_say(reader, &institution.id, &set.id).await?;
            for mut row in found {
                if row.negated == 1 || !(is_own(&row.subject) || is_own(&row.object)) {
                    continue;
                }
                let (_, mapping) = document::read(&row)?;
                let mut votes = reader
                    .mapping_votes(&institution.id, &set.id, &row.id)
                    .await?;
                votes.retain(|vote| vote.round == row.round);
                let known = (say.as_slice(), &mut people);
                without_lost(reader, &institution.id, known, &mut row, &mut votes).await?;
                let stands = match row.state {
                    MappingState::Refused | MappingState::Withdrawn => continue,
                    state => state == MappingState::Agreed,
                };
                let for_it = |vote: &&MappingVoteRow| stands && vote.hundredths > 0;
                let votes: Vec<_> = votes.iter().filter(for_it).collect();
                facts.push(MappingFacts {
                    target_url: link.target_url.clone(),
                    justification: mapping
                        .one(Slot::MappingJustification)
                        .unwrap_or_default()
                        .to_owned(),
                    reviewers: votes.len(),
                    by_others: Known::Stated(
                        votes.iter().any(|vote| vote.tenant != institution.id),
                    ),
                    reviewed_until: row.review_due.map(Timestamp::from_unix_millis),
                    shown_as_confirmed: stands,
                });
            }
        }
    }
    Ok(Known::Stated(facts))
}

/// Mappings of one thing that are looked at.
const MOST: u64 = 1_000;
