//! Going through a federation: fetching what is wanted, from the trust anchor down, and writing down whom it has.
//!
//! **Invariant:** an entity that was known is not forgotten because somebody on its way to the anchor could not be asked, or has more than is read:
//! it stays until its chain or its trust mark ends. One of which something arrived that does not hold any more, or that its superior lists no longer,
//! goes at once.

use std::{collections::BTreeMap, panic::resume_unwind};

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
    before: Option<Registry>,
    lease: &Lease<'_>,
) -> Result<Result<Registry, String>, StoreError> {
    let mut collector = Collector::new(anchor.clone(), Limits::default());
    let crypto = world.crypto;
    while let Some(want) = collector.next_wanted() {
        let begun = world.clock.now().unix_millis();
        let fetched = world.fetch.fetch(&want.url()).await;
        let document = fetched.ok().map(|fetched| fetched.bytes);
        let now = world.clock.now();
        let waited = now.unix_millis().saturating_sub(begun);
        collector.waited(&want, u64::try_from(waited).unwrap_or(0));
        let answer = move |collector: &mut Collector| {
            collector.answer(&want, document.as_deref(), now, crypto);
        };
        (collector, ()) = apart(collector, answer).await;
        lease.extend(&world.store, world.clock.now()).await?;
    }
    let until = world.clock.now().unix_millis() + LONGEST_MS;
    loop {
        let now = world.clock.now();
        if now.unix_millis() > until {
            return Ok(Err(TOO_LONG.into()));
        }
        let marks = trust_marks.to_vec();
        let judge = move |collector: &mut Collector| {
            (0..AT_ONCE).all(|_| collector.judge_next(&marks, now, crypto))
        };
        let more;
        (collector, more) = apart(collector, judge).await;
        lease.extend(&world.store, world.clock.now()).await?;
        if !more {
            break;
        }
    }
    let now = world.clock.now();
    let (marks, name) = (trust_marks.to_vec(), anchor.id.clone());
    let read = move |collector: &mut Collector| {
        let found = collector.found(&marks, now, crypto)?;
        let open = |id: &str, entry: &Entry| collector.is_open(id, entry, &marks, now, crypto);
        let kept = kept(&*collector, before.as_ref(), now, open);
        let register = register(&name, &found, kept);
        Some((found, register))
    };
    let (_, read) = apart(collector, read).await;
    let Some((found, register)) = read else {
        return Ok(Err(format!(
            "the trust anchor's configuration at {} could not be read, or is not signed with the anchor's keys",
            touchstone_vc::federation::configuration_url(&anchor.id)
        )));
    };
    // Whoever was left out would read as not listed: the last whole copy stands instead, until it is too old to decide. That is the anchor's to
    // bring about, and nobody else's: below its subordinates, what was known is kept.
    if found.left_out {
        return Ok(Err(
            "the trust anchor has more than is read of one; none of it is taken over".into(),
        ));
    }
    for below in &found.cut {
        tracing::warn!(%below, anchor = %anchor.id, "more stands below a member of a federation than is read, and was left out");
    }
    for (entity, why) in &found.refused {
        tracing::info!(%entity, %why, anchor = %anchor.id, "an entity of a federation has no chain that holds");
    }
    Ok(Ok(register))
}

/// Reads and judges what strangers wrote on a thread that nobody else waits for.
async fn apart<T: Send + 'static>(
    mut collector: Collector,
    work: impl FnOnce(&mut Collector) -> T + Send + 'static,
) -> (Collector, T) {
    let done = tokio::task::spawn_blocking(move || {
        let done = work(&mut collector);
        (collector, done)
    });
    done.await
        .unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

/// The entities that are known now, by every identifier under which they issue, added to the entries that are kept from earlier.
pub fn register(anchor: &str, found: &Collected, kept: BTreeMap<String, Entry>) -> Registry {
    let mut issuers = kept;
    for known in &found.known {
        let up_to_the_anchor = |via: &[String]| {
            let between = via.iter().map(String::as_str).filter(|one| *one != anchor);
            between.chain([anchor]).map(str::to_owned).collect()
        };
        let entry = Entry {
            listing: Listing::Listed,
            valid_until: Some(known.valid_until),
            via: up_to_the_anchor(&known.resolved.via),
            marked_via: match known.marked_via.is_empty() {
                true => Vec::new(),
                false => up_to_the_anchor(&known.marked_via),
            },
            chain: known.resolved.links.clone(),
            mark: known.mark.clone(),
        };
        for id in issuers_of(&known.resolved.subject) {
            issuers.insert(id, entry.clone());
        }
    }
    Registry {
        form: Form::List,
        name: None,
        issuers,
    }
}

/// What was known before of entities that are open now, and has not ended.
fn kept(
    collector: &Collector,
    before: Option<&Registry>,
    now: Timestamp,
    is_open: impl Fn(&str, &Entry) -> bool,
) -> BTreeMap<String, Entry> {
    let mut entities: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in collector.listed_names() {
        for id in issuers_of(name) {
            entities.entry(id).or_default().push(name);
        }
    }
    let before = before.iter().flat_map(|before| &before.issuers);
    let kept = before.filter(|(id, entry)| {
        let named = entities.get(*id).into_iter().flatten().copied();
        let mut names = named.chain([id.as_str()]);
        entry.valid_until.is_some_and(|end| now < end) && names.any(|name| is_open(name, entry))
    });
    kept.map(|(id, entry)| (id.clone(), entry.clone()))
        .collect()
}

/// How long one federation is judged at most, once it was read.
const LONGEST_MS: i64 = 10 * 60_000;
const TOO_LONG: &str = "judging who is in the federation took longer than ten minutes";
/// How many chains are judged between two signs of life.
const AT_ONCE: usize = 8;
