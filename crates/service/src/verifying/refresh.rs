//! Looking for documents of others before somebody needs them, so that looking at many credentials waits for nobody.
//!
//! **Invariant:** a document of which a copy is young is not asked for again, and one that was looked for in vain is left alone for a while.

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use touchstone_store::{ApplicationCopyRow, StoreError};
use touchstone_vc::{
    Credential, Resource, Timestamp, bake::unbake_any, open_badges_2::Assertion, required,
};
use url::Url;

use super::gather::{Source, gather_hosted, is_own, keep, miss};
use crate::{
    World,
    ports::{FetchError, Fetched},
};

/// A document that a check takes.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Wanted {
    /// Where it is published.
    pub(crate) url: String,
    /// It says what one person earned: a copy of it belongs to whatever that person handed in, and to nothing else.
    pub(crate) personal: bool,
}

/// The documents of others that checking `file` takes, as far as the copies say which, and whether each is due to be looked for. `own` are
/// the copies that belong to what the file came with. A file that cannot be read takes none.
pub(crate) async fn wanted(
    world: &World,
    file: &[u8],
    own: &[ApplicationCopyRow],
) -> Result<Vec<(Wanted, bool)>, StoreError> {
    let Ok((_, json)) = unbake_any(file) else {
        return Ok(Vec::new());
    };
    let (resources, personal): (Vec<Resource>, _) = match Assertion::parse(&json) {
        Ok(assertion) => {
            let known = gather_hosted(world, &assertion, Source::Copies(own)).await?;
            (
                known.into_keys().collect(),
                assertion.id().map(str::to_owned),
            )
        }
        Err(_) => match Credential::parse(&json) {
            Ok(credential) => (required(&credential), None),
            Err(_) => return Ok(Vec::new()),
        },
    };
    let mut all = Vec::new();
    for resource in resources.iter().filter(|one| one.decides()) {
        let Some(url) = resource.address() else {
            continue;
        };
        let personal = personal.as_ref() == Some(&url);
        if !is_own(world, &url).await? {
            let due = is_due(world, &url, personal, own).await?;
            all.push((Wanted { url, personal }, due));
        }
    }
    Ok(all)
}

async fn is_due(
    world: &World,
    url: &str,
    personal: bool,
    own: &[ApplicationCopyRow],
) -> Result<bool, StoreError> {
    let (fetched_at, error_at) = match personal {
        true => own
            .iter()
            .find(|row| row.url == url)
            .map_or((None, None), |row| (row.fetched_at, row.error_at)),
        false => (world.store.read().remote_document(url).await?)
            .map_or((None, None), |row| (row.fetched_at, row.error_at)),
    };
    let since = world.clock.now().unix_millis() - INTERVAL_MS;
    let lately = |at: Option<i64>| at.is_some_and(|at| at > since);
    Ok(!lately(fetched_at) && !lately(error_at))
}

/// What became of looking for a document.
pub(crate) type Found = (Wanted, Result<Fetched, FetchError>);

/// How long is looked in all, and which hosts were slow so far.
pub(crate) struct Looking {
    until: i64,
    slow: BTreeSet<Option<String>>,
}

impl Looking {
    /// Begins now.
    pub(crate) fn begin(world: &World) -> Self {
        Self {
            until: world.clock.now().unix_millis() + LONGEST_MS,
            slow: BTreeSet::new(),
        }
    }
}

/// Looks for documents, some at a time and for a while: of a host that was slow once, nothing more is asked. `each` gets what became of every
/// one that was asked for.
pub(crate) async fn look_for<E: From<StoreError>>(
    world: &World,
    looking: &mut Looking,
    wanted: impl IntoIterator<Item = Wanted>,
    mut each: impl AsyncFnMut(Found) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = wanted.into_iter();
    let mut asked = JoinSet::new();
    loop {
        while asked.len() < AT_ONCE
            && world.clock.now().unix_millis() < looking.until
            && let Some(next) = waiting.next()
        {
            if !looking.slow.contains(&host(&next.url)) {
                let (fetch, clock) = (world.fetch.clone(), world.clock.clone());
                asked.spawn(async move {
                    let begun = clock.now().unix_millis();
                    let found = fetch.fetch(&next.url).await;
                    (next, found, clock.now().unix_millis() - begun)
                });
            }
        }
        let Some(done) = asked.join_next().await else {
            return Ok(());
        };
        let (wanted, found, took) =
            done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        if took > SLOW_MS || found == Err(FetchError::TimedOut) {
            looking.slow.insert(host(&wanted.url));
        }
        each((wanted, found)).await?;
    }
}

/// Keeps a copy that is everybody's, or the reason for which there is none.
pub(crate) async fn keep_for_all(
    world: &World,
    url: &str,
    found: &Result<Fetched, FetchError>,
    now: Timestamp,
) {
    match found {
        Ok(fetched) => keep(world, url, &fetched.bytes, now).await,
        Err(error) => miss(world, url, *error, now).await,
    }
}

fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// How long a copy is young, and what was looked for in vain is left alone: a quarter of an hour.
pub(crate) const INTERVAL_MS: i64 = 15 * 60 * 1_000;
/// How many are asked at a time.
const AT_ONCE: usize = 8;
/// How long one looks: what is left then has its turn another time.
const LONGEST_MS: i64 = 30_000;
/// After so long a host is slow.
const SLOW_MS: i64 = 2_000;
