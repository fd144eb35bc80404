//! Making one set of several that were released: every mapping of all of them. Where they contradict each other nothing is decided; that is
//! for the votes.
//!
//! **Invariant:** merging puts off no review: what was agreed on elsewhere is good here as long as it is there.

use touchstone_crosswalk::sssom::{Conflict, MappingSet, Relation, Slot, merge};
use touchstone_store::StoreError;

use super::{
    begin_set::{Beginning, MOST_SETS, SetError},
    document::Origin,
    sets::iri,
    take_set::{TakenSet, take},
};
use crate::World;

/// A request to make one set of several.
#[derive(Clone, Debug)]
pub struct Merging {
    /// What becomes of them. The licence has to be one that theirs allow.
    pub beginning: Beginning,
    /// The sets, by id, each in its latest version.
    pub sets: Vec<String>,
}

/// What merging gave.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedSet {
    /// The set that was made.
    pub taken: TakenSet,
    /// Mappings that stood in more than one of the sets, word for word, and stand once now.
    pub repeated: usize,
    /// Pairs on which the sets do not agree; all that is said of them is in the set.
    pub conflicts: Vec<Contradiction>,
}

/// A pair of which the sets say things that cannot all be right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contradiction {
    /// The subject.
    pub subject: String,
    /// The object.
    pub object: String,
    /// What is said of them: a word or an IRI, behind `not ` where it is denied.
    pub said: Vec<String>,
}

impl Contradiction {
    fn of(conflict: Conflict) -> Self {
        let word = |(relation, denied): &(Relation, bool)| match denied {
            true => format!("not {relation}"),
            false => relation.to_string(),
        };
        Self {
            said: conflict.said.iter().map(word).collect(),
            subject: conflict.subject,
            object: conflict.object,
        }
    }
}

/// Makes a set of the latest versions of several in which the institution takes part. Nothing in it counts as agreed here.
#[crate::boxed]
pub async fn merge_sets(world: &World, order: &Merging) -> Result<MergedSet, SetError> {
    let mut ids = order.sets.clone();
    ids.sort_unstable();
    ids.dedup();
    if !(2..=MOST_SETS).contains(&ids.len()) {
        return Err(SetError::Few);
    }
    let reader = world.store.read();
    let tenant = &order.beginning.tenant;
    let now = world.clock.now().unix_millis();
    let (mut read, mut ends, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for id in &ids {
        let row = reader.mapping_set(tenant, id).await?;
        let row = row.ok_or(SetError::NoSuchSet)?;
        let releases = reader.mapping_releases(tenant, id).await?;
        let latest = match releases.first() {
            Some(latest) => reader.mapping_release(tenant, id, latest.number).await?,
            None => None,
        };
        let latest = latest.ok_or_else(|| SetError::NotReleased(row.title.clone()))?;
        if latest.valid_until <= now {
            return Err(SetError::Ended(row.title));
        }
        let set = MappingSet::read_tsv(&latest.file).map_err(|_| StoreError::Corrupt {
            table: "mapping_release",
            column: "file",
        })?;
        let publisher = reader.institution(&row.tenant).await?;
        sources.extend(publisher.map(|publisher| iri(world, &publisher.slug, &row.slug)));
        read.push(set.set);
        ends.push(latest.valid_until);
    }
    let all: Vec<&MappingSet> = read.iter().collect();
    let merged = merge(&all);
    let mut set = merged.set;
    let faulty = |fault| SetError::Faulty(vec![fault]);
    // What one of them says of itself is not said of all; each mapping keeps what was said for all mappings of its set.
    for slot in Slot::OF_SET {
        set.say(*slot, &[]).map_err(faulty)?;
    }
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    set.say(Slot::MappingSetSource, &sources).map_err(faulty)?;
    let origins = merged.from.iter().map(|places| {
        let first_end = places.iter().map(|place| ends[*place]).min();
        Origin::Release(first_end.unwrap_or(now))
    });
    let origins: Vec<Origin> = origins.collect();
    let taken = take(world, &order.beginning, &set, Vec::new(), &origins).await?;
    Ok(MergedSet {
        taken,
        repeated: merged.repeated,
        conflicts: merged
            .conflicts
            .into_iter()
            .map(Contradiction::of)
            .collect(),
    })
}
