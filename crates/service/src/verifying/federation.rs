//! Going through a federation: fetching what is wanted, from the trust anchor down, and writing down whom it has.
//!
//! **Invariant:** an entity that was known is not forgotten because a document could not be had: it stays until its chain ends. One whose
//! chain does not hold any more goes at once.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_store::StoreError;
use touchstone_vc::{
    Listing, Timestamp,
    federation::{Anchor, Collected, Collector, Limits, issuers_of},
    registry::{Entry, Form, Registry},
};

use crate::{World, operations::Lease};

/// Whom the federation of `anchor` has, as a register; of `before`, what could not be asked about again. Inside, why there is none.
pub(super) async fn read_federation(
    world: &World,
    anchor: &Anchor,
    trust_marks: &[String],
    before: Option<&Registry>,
    lease: &Lease<'_>,
) -> Result<Result<Registry, String>, StoreError> {
    let mut collector = Collector::new(anchor.clone(), Limits::default());
    let until = world.clock.now().unix_millis() + LONGEST_MS;
    while let Some(want) = collector.next_wanted() {
        if world.clock.now().unix_millis() > until {
            return Ok(Err(
                "reading the federation took longer than ten minutes".into()
            ));
        }
        let fetched = world.fetch.fetch(&want.url()).await;
        let document = fetched
            .as_ref()
            .ok()
            .map(|fetched| fetched.bytes.as_slice());
        collector.answer(&want, document, world.clock.now(), world.crypto);
        lease.extend(&world.store, world.clock.now()).await?;
    }
    let now = world.clock.now();
    let Some(found) = collector.found(trust_marks, now, world.crypto) else {
        return Ok(Err(format!(
            "the trust anchor's configuration at {} could not be read, or is not signed with the anchor's keys",
            touchstone_vc::federation::configuration_url(&anchor.id)
        )));
    };
    // Whoever was left out would read as not listed: the last whole copy stands instead, until it is too old to decide.
    if found.left_out {
        return Ok(Err(
            "the federation has more than is read of one; none of it is taken over".into(),
        ));
    }
    for (entity, why) in &found.refused {
        tracing::info!(%entity, %why, anchor = %anchor.id, "an entity of a federation has no chain that holds");
    }
    Ok(Ok(register(anchor, &found, before, now)))
}

/// The entities that are known, by every identifier under which they issue.
fn register(
    anchor: &Anchor,
    found: &Collected,
    before: Option<&Registry>,
    now: Timestamp,
) -> Registry {
    let mut issuers = kept(&found.unreached, before, now);
    for known in &found.known {
        let resolved = &known.resolved;
        let via = resolved.via.iter().chain([&anchor.id]);
        let entry = Entry {
            listing: Listing::Listed,
            valid_until: Some(known.valid_until),
            via: via.cloned().collect(),
        };
        for id in issuers_of(&resolved.subject) {
            issuers.insert(id, entry.clone());
        }
    }
    Registry {
        form: Form::List,
        name: None,
        issuers,
    }
}

/// What was known of entities that could not be asked about, or that stand below one, and has not ended.
fn kept(
    unreached: &BTreeSet<String>,
    before: Option<&Registry>,
    now: Timestamp,
) -> BTreeMap<String, Entry> {
    let lost: BTreeSet<String> = unreached.iter().flat_map(|one| issuers_of(one)).collect();
    let before = before.iter().flat_map(|before| &before.issuers);
    let kept = before.filter(|(id, entry)| {
        let open = lost.contains(*id) || entry.via.iter().any(|above| lost.contains(above));
        open && entry.valid_until.is_some_and(|end| now < end)
    });
    kept.map(|(id, entry)| (id.clone(), entry.clone()))
        .collect()
}

/// How long one federation is read at most.
const LONGEST_MS: i64 = 10 * 60_000;
