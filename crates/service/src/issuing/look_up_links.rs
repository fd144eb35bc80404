//! Whether the addresses of linked tasks and skills open: each is asked once, when somebody wants to know (TS-012).
//!
//! **Invariant:** addresses are asked through the `Fetch` port alone, so many and for so long at most. What is not answered for a reason that
//! may lie here stays unknown, and so does what was not asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::{task::JoinSet, time::timeout};
use touchstone_vc::lint::Facts;

use crate::ports::{Fetch, FetchError};

/// Whether the addresses of links are asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Links {
    /// Nobody is asked: whether they open is unknown.
    AsWritten,
    /// Each is asked.
    LookedUp,
}

/// Asks the addresses that stand in `facts`, and writes down which of them answered.
#[crate::boxed]
pub async fn look_up_links(fetch: &Arc<dyn Fetch>, facts: &mut Facts) {
    let urls = facts.alignment.iter().map(|one| one.target_url.as_str());
    let urls = links_to_look_up(urls).into_iter().map(str::to_owned);
    let urls: BTreeSet<String> = urls.collect();
    let mut answers = BTreeMap::new();
    // What came before the time was over counts.
    let _ = timeout(LONGEST, ask(fetch, urls, &mut answers)).await;
    facts.looked_up(|url| answers.get(url).copied());
}

/// Those of these addresses that are asked: addresses of the web, each once, and so many at most.
pub fn links_to_look_up<'a>(urls: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let all: BTreeSet<&str> = urls.into_iter().filter(web).collect();
    all.into_iter().take(MOST_LOOKED_UP).collect()
}

async fn ask(fetch: &Arc<dyn Fetch>, urls: BTreeSet<String>, answers: &mut BTreeMap<String, bool>) {
    let (mut waiting, mut asked) = (urls.into_iter(), JoinSet::new());
    loop {
        while asked.len() < AT_ONCE
            && let Some(url) = waiting.next()
        {
            let fetch = fetch.clone();
            asked.spawn(async move {
                let answered = match fetch.fetch(&url).await {
                    Ok(_) | Err(FetchError::TooLarge) => Some(true),
                    Err(FetchError::Status(404 | 410)) => Some(false),
                    // Also a redirect that is not followed from here, what is not for everybody, and a name that our resolver did not find.
                    Err(_) => None,
                };
                (url, answered)
            });
        }
        let Some(done) = asked.join_next().await else {
            return;
        };
        let (url, answered) =
            done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        answers.extend(answered.map(|answered| (url, answered)));
    }
}

/// As many addresses as are asked of one achievement.
pub const MOST_LOOKED_UP: usize = 50;
const AT_ONCE: usize = 5;
/// After this, what did not answer stays unknown.
const LONGEST: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use touchstone_vc::{
        Timestamp,
        lint::{AlignmentFacts, Known, Stage},
    };

    use super::*;
    use crate::ports::Fetched;

    /// Is there at some addresses, and counts how often it was asked.
    #[derive(Default)]
    struct Sites(AtomicUsize);

    #[async_trait::async_trait]
    impl Fetch for Sites {
        async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            match url.rsplit_once('/').map(|(_, last)| last) {
                Some("gone") => Err(FetchError::Status(410)),
                Some("missing") => Err(FetchError::Status(404)),
                Some("nowhere") => Err(FetchError::NoSuchHost),
                Some(status) if status.parse().is_ok_and(|status: u16| status >= 300) => {
                    Err(FetchError::Status(status.parse().unwrap()))
                }
                Some("inside") => Err(FetchError::NotPublic),
                Some("large") => Err(FetchError::TooLarge),
                _ => Ok(Fetched {
                    bytes: Vec::new(),
                    media_type: String::new(),
                }),
            }
        }
    }

    async fn answers(urls: &[&str]) -> (Vec<Known<bool>>, usize) {
        let mut facts = Facts::none(Stage::Achievement, Timestamp::from_unix_millis(0));
        let links = urls.iter().map(|url| AlignmentFacts {
            target_url: (*url).to_owned(),
            ..AlignmentFacts::default()
        });
        facts.alignment = links.collect();
        let sites = Arc::new(Sites::default());
        let fetch: Arc<dyn Fetch> = sites.clone();
        look_up_links(&fetch, &mut facts).await;
        let answers = facts.alignment.into_iter().map(|one| one.answers);
        (answers.collect(), sites.0.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn each_address_is_asked_once_and_what_may_lie_here_stays_unknown() {
        let (found, asked) = answers(&[
            "https://a.example/1",
            "https://a.example/gone",
            "https://a.example/inside",
            "https://a.example/large",
            "https://a.example/1",
            "urn:uuid:1",
        ])
        .await;
        let expected = [
            Known::Stated(true),
            Known::Stated(false),
            Known::Unknown,
            Known::Stated(true),
            Known::Stated(true),
            Known::Unknown,
        ];
        assert_eq!(found, expected);
        assert_eq!(asked, 4);
    }

    #[tokio::test]
    async fn only_an_address_that_its_own_server_does_not_know_does_not_open() {
        let (found, _) = answers(&["https://a.example/gone", "https://a.example/missing"]).await;
        assert_eq!(found, [Known::Stated(false), Known::Stated(false)]);
        // A redirect to another host is not followed from here (w3id.org, purl.org, doi.org), and the others may answer somebody else.
        let (found, asked) = answers(&[
            "https://a.example/302",
            "https://a.example/401",
            "https://a.example/403",
            "https://a.example/429",
            "https://a.example/503",
            "https://a.example/nowhere",
        ])
        .await;
        assert!(found.iter().all(|one| *one == Known::Unknown), "{found:?}");
        assert_eq!(asked, 6);
    }

    #[test]
    fn an_address_counts_once_and_one_of_no_site_counts_not_at_all() {
        let urls = ["https://a.example/1", "https://a.example/1", "urn:uuid:1"];
        assert_eq!(links_to_look_up(urls).len(), 1);
    }

    #[tokio::test]
    async fn no_more_addresses_are_asked_than_there_may_be() {
        let urls: Vec<String> = (0..MOST_LOOKED_UP + 5)
            .map(|n| format!("https://a.example/{n}"))
            .collect();
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let (found, asked) = answers(&urls).await;
        assert_eq!(asked, MOST_LOOKED_UP);
        let unknown = found.iter().filter(|one| **one == Known::Unknown);
        assert_eq!(unknown.count(), 5);
    }
}
