//! Counting verifications off the path of a request.
//!
//! **Why no lock is on the hot path:** a page that is shown again holds its own counter, and counting it is one atomic
//! addition ([`Counter::add`]). The table of counters is locked only where a credential was judged anew, which takes a thousand
//! times longer than the lock, and once per [`EVERY`], when what was counted is taken out and written with one statement. No
//! request ever waits for the database because of a count.
//!
//! **Invariant:** a counter knows an achievement, a way and a result; never a person, an address or a credential. A process that
//! is killed loses at most what it counted since it last wrote; one that is stopped loses nothing.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use touchstone_service::World;
use touchstone_service::verifying::{Tally, Way, add_tallies, tally_of};
use touchstone_vc::{Credential, Presentation, PresentationReport, Report};

use crate::Web;

/// What was counted since it was last written.
#[derive(Debug, Default)]
pub struct Tallies {
    counters: Mutex<HashMap<Tally, Arc<AtomicU64>>>,
}

/// Counts one kind of verification.
#[derive(Clone, Debug)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Counts one.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Tallies {
    /// The counter for this kind.
    pub fn counter(&self, tally: Tally) -> Counter {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        Counter(Arc::clone(counters.entry(tally).or_default()))
    }

    /// Writes what was counted. What cannot be written is kept for the next time.
    pub async fn write(&self, world: &World) {
        let taken = self.take();
        if taken.is_empty() {
            return;
        }
        if let Err(error) = add_tallies(world, taken.iter().cloned()).await {
            tracing::warn!(%error, "counts of verifications wait to be written");
            for (tally, n) in taken {
                self.counter(tally).0.fetch_add(n, Ordering::Relaxed);
            }
        }
    }

    /// Writes every now and then until `stop` ends, and once more after it.
    pub async fn keep_writing(&self, world: &World, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let stopped = tokio::select! {
                () = tokio::time::sleep(EVERY) => false,
                () = &mut stop => true,
            };
            self.write(world).await;
            if stopped {
                return;
            }
        }
    }

    fn take(&self) -> Vec<(Tally, u64)> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = counters
            .iter()
            .map(|(tally, counter)| (tally.clone(), counter.swap(0, Ordering::Relaxed)))
            .filter(|(_, n)| *n > 0)
            .collect();
        // A counter that somebody still holds stays, or what they count next would be lost; a zero that nobody holds goes.
        counters.retain(|_, counter| {
            Arc::strong_count(counter) > 1 || counter.load(Ordering::Relaxed) > 0
        });
        taken
    }
}

/// Counts a check that was made for this request.
///
/// What is counted for nobody here (a credential of somebody else, or one that says it is ours and that we do not know)
/// still stands in the metrics.
pub async fn count(web: &Web, report: &Report, credential: &Credential<'_>, way: Way) {
    let found = report.verdict().into();
    web.edge.metrics.verified(found);
    let (Some(issuer), Some(id)) = (credential.issuer(), credential.id()) else {
        return;
    };
    match tally_of(&web.world, issuer, id, way, found).await {
        Ok(Some(tally)) => web.tallies.counter(tally).add(),
        Ok(None) => {}
        // Whoever asked gets an answer all the same.
        Err(error) => tracing::warn!(%error, "a verification was not counted"),
    }
}

/// Counts each credential of a presentation that was checked for this request.
pub async fn count_all(
    web: &Web,
    report: &PresentationReport,
    presentation: &Presentation<'_>,
    way: Way,
) {
    for (presented, enclosed) in report.credentials.iter().zip(presentation.credentials()) {
        if let (Ok(report), Ok(credential)) = (&presented.found, &enclosed.credential) {
            count(web, report, credential, way).await;
        }
    }
}

/// How often counts are written: what a killed process loses at most.
pub const EVERY: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use touchstone_service::rows::TenantId;
    use touchstone_service::verifying::{Found, Way};

    use super::*;

    fn tally(achievement: &str) -> Tally {
        Tally {
            tenant: TenantId::new("t"),
            achievement: achievement.into(),
            way: Way::Page,
            found: Found::Pass,
        }
    }

    #[test]
    fn counts_of_many_threads_are_all_there() {
        let tallies = Tallies::default();
        let taken: u64 = std::thread::scope(|scope| {
            for _ in 0..4 {
                let counter = tallies.counter(tally("a"));
                scope.spawn(move || (0..10_000).for_each(|_| counter.add()));
            }
            // Taking out while they count loses none.
            (0..100).flat_map(|_| tallies.take()).map(|(_, n)| n).sum()
        });
        let rest: u64 = tallies.take().into_iter().map(|(_, n)| n).sum();
        assert_eq!(taken + rest, 40_000);
    }

    #[test]
    fn a_counter_outlives_being_written_and_the_table_stays_small() {
        let tallies = Tallies::default();
        let held = tallies.counter(tally("held"));
        tallies.counter(tally("gone")).add();
        assert_eq!(tallies.take().len(), 1);
        assert_eq!(
            tallies.counters.lock().unwrap().len(),
            1,
            "only what is held"
        );
        held.add();
        assert_eq!(tallies.take(), [(tally("held"), 1)]);
    }
}
