//! What an applicant handed in as links: each is had once, now, and what stands there is a file like any other from then on.
//!
//! **Invariant:** a link is followed through the `Fetch` port alone, to public addresses alone; so many links, so many bytes and so much
//! time, whatever stands behind them. A page of this site is not fetched: what it shows is here.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{
    task::{JoinSet, spawn_blocking},
    time::timeout,
};
use touchstone_store::StoreError;

use super::{apply::MOST_BYTES, shared::taken_out};
use crate::{
    World,
    holding::shown,
    ports::{Fetch, FetchError, Fetched},
    verifying::{CheckError, linked},
};

/// A link, and what came of it.
#[derive(Debug)]
pub struct Followed {
    /// As it was given.
    pub address: String,
    /// The credential or the proof bundle, out of what it came in; or why there is none.
    pub found: Result<Vec<u8>, LinkError>,
}

/// Why a link led to no credential.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nothing could be had there.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What stands there is no credential that is read here.
    #[error(transparent)]
    NoCredential(CheckError),
    /// With what the other links led to it is more than one application has.
    #[error("more than {} MB stand behind these links together", MOST_BYTES >> 20)]
    TooMuch,
}

/// Follows `addresses`, some at a time, and answers in their order.
#[crate::boxed]
pub async fn follow_links(
    world: &World,
    addresses: &[String],
) -> Result<Vec<Followed>, StoreError> {
    let (mut found, mut elsewhere) = (BTreeMap::new(), Vec::new());
    for (place, address) in addresses.iter().enumerate() {
        match world.site.shown_at(address) {
            Some(link) => {
                let row = shown(world, link).await?;
                let row = row.ok_or(LinkError::Fetch(FetchError::Status(404)));
                found.insert(place, row.map(|row| row.bytes));
            }
            None => elsewhere.push((place, address.clone())),
        }
    }
    // What came before the time was over counts.
    let followed = follow(&world.fetch, elsewhere, MOST_BYTES, &mut found);
    let _ = timeout(LONGEST, followed).await;
    let all = addresses.iter().enumerate().map(|(place, address)| {
        let in_time = found.remove(&place);
        Followed {
            address: address.clone(),
            found: in_time.unwrap_or(Err(FetchError::TimedOut.into())),
        }
    });
    Ok(all.collect())
}

/// Follows them as far as there is room for what stands there.
async fn follow(
    fetch: &Arc<dyn Fetch>,
    addresses: Vec<(usize, String)>,
    mut room: usize,
    found: &mut BTreeMap<usize, Result<Vec<u8>, LinkError>>,
) {
    let (mut waiting, mut asked) = (addresses.into_iter(), JoinSet::new());
    loop {
        while asked.len() < AT_ONCE
            && let Some((place, address)) = waiting.next()
        {
            let fetch = fetch.clone();
            asked.spawn(async move {
                let came = linked(&*fetch, &address).await;
                // Pictures and documents are unpacked: not on a thread that others wait for.
                let read = spawn_blocking(move || read(came)).await;
                let read =
                    read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
                (place, read)
            });
        }
        let Some(done) = asked.join_next().await else {
            return;
        };
        let (place, read) =
            done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let read = read.and_then(|credential| match room.checked_sub(credential.len()) {
            Some(left) => {
                room = left;
                Ok(credential)
            }
            None => Err(LinkError::TooMuch),
        });
        found.insert(place, read);
    }
}

/// The credential in what came.
fn read(came: Result<Fetched, FetchError>) -> Result<Vec<u8>, LinkError> {
    taken_out(&came?.bytes).map_err(LinkError::NoCredential)
}

/// As many links as are followed at once for one applicant: each may lead anywhere.
pub const MOST_LINKS: usize = 10;
const AT_ONCE: usize = 5;
/// After this, what was not had is as good as away.
const LONGEST: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &[u8] = br#"{"type":["VerifiableCredential"]}"#;

    /// Answers with the same everywhere but at `https://slow.example/`, where nobody answers.
    struct Sites;

    #[async_trait::async_trait]
    impl Fetch for Sites {
        async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
            if url.starts_with("https://slow.example/") {
                std::future::pending::<()>().await;
            }
            Ok(Fetched {
                bytes: SMALL.to_vec(),
                media_type: "application/vc".into(),
            })
        }
    }

    async fn followed(addresses: &[&str], room: usize) -> Vec<Result<Vec<u8>, LinkError>> {
        let fetch: Arc<dyn Fetch> = Arc::new(Sites);
        let all = addresses.iter().map(|one| (*one).to_owned()).enumerate();
        let mut found = BTreeMap::new();
        follow(&fetch, all.collect(), room, &mut found).await;
        found.into_values().collect()
    }

    #[tokio::test]
    async fn what_stands_behind_all_links_together_has_its_bounds() {
        let three = [
            "https://a.example/1",
            "https://a.example/2",
            "https://a.example/3",
        ];
        let found = followed(&three, 3 * SMALL.len()).await;
        assert!(found.iter().all(Result::is_ok), "{found:?}");
        let found = followed(&three, 3 * SMALL.len() - 1).await;
        let (had, refused): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
        assert_eq!((had.len(), refused.len()), (2, 1));
        assert!(matches!(refused[0], Err(LinkError::TooMuch)), "{refused:?}");
    }

    #[tokio::test]
    async fn what_came_in_time_counts_and_what_did_not_is_away() {
        let fetch: Arc<dyn Fetch> = Arc::new(Sites);
        let all = ["https://slow.example/1", "https://a.example/1"];
        let all = all.map(str::to_owned).into_iter().enumerate();
        let mut found = BTreeMap::new();
        // Seconds, so that a busy machine has the other one in time.
        let end = Duration::from_secs(3);
        let over = timeout(end, follow(&fetch, all.collect(), MOST_BYTES, &mut found)).await;
        assert!(over.is_err(), "somebody is waited for no longer");
        assert!(matches!(&found[&1], Ok(had) if had == SMALL), "{found:?}");
        assert!(!found.contains_key(&0));
    }
}
