//! What an applicant handed in as links: each is had once, now, and what stands there is a file like any other from then on.
//!
//! **Invariant:** a link is followed through the `Fetch` port alone, to public addresses alone; so many links, so many bytes and so much
//! time, whatever stands behind them. A page of this site is not fetched: what it shows is here.

use std::{collections::BTreeMap, time::Duration};

use tokio::{task::JoinSet, time::timeout};
use touchstone_store::StoreError;

use super::{apply::MOST_BYTES, shared::taken_out};
use crate::{
    World,
    holding::shown,
    ports::{FetchError, Fetched},
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
    let _ = timeout(LONGEST, follow(world, elsewhere, &mut found)).await;
    let all = addresses.iter().enumerate().map(|(place, address)| {
        let in_time = found.remove(&place);
        Followed {
            address: address.clone(),
            found: in_time.unwrap_or(Err(FetchError::TimedOut.into())),
        }
    });
    Ok(all.collect())
}

async fn follow(
    world: &World,
    addresses: Vec<(usize, String)>,
    found: &mut BTreeMap<usize, Result<Vec<u8>, LinkError>>,
) {
    let (mut waiting, mut asked) = (addresses.into_iter(), JoinSet::new());
    let mut bytes = 0;
    loop {
        while asked.len() < AT_ONCE
            && let Some((place, address)) = waiting.next()
        {
            let fetch = world.fetch.clone();
            asked.spawn(async move { (place, linked(&*fetch, &address).await) });
        }
        let Some(done) = asked.join_next().await else {
            return;
        };
        let (place, came) =
            done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        let read = read(came, MOST_BYTES - bytes);
        bytes += read.as_ref().map_or(0, Vec::len);
        found.insert(place, read);
    }
}

/// The credential in what came, if there is room for it.
fn read(came: Result<Fetched, FetchError>, room: usize) -> Result<Vec<u8>, LinkError> {
    let credential = taken_out(&came?.bytes).map_err(LinkError::NoCredential)?;
    match credential.len() > room {
        true => Err(LinkError::TooMuch),
        false => Ok(credential),
    }
}

/// As many links as are followed at once for one applicant: each may lead anywhere.
pub const MOST_LINKS: usize = 10;
const AT_ONCE: usize = 5;
/// After this, what was not had is as good as away.
const LONGEST: Duration = Duration::from_secs(15);
