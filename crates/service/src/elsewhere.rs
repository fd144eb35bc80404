//! What takes a processor long is done where no request waits for it.

use std::{sync::LazyLock, thread::available_parallelism};

use tokio::sync::Semaphore;

/// Does it on a thread of its own, so that others are answered meanwhile, and whoever waits too long for this one is told. What nobody waits for any
/// more goes on to its end: no more of them run at the same time than there are places.
pub(crate) async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    // It is never closed.
    let place = PLACES.acquire().await;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    let done = done.await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// One for each core and one more, so that somebody else's work leaves room for what is short.
static PLACES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(places()));

fn places() -> usize {
    available_parallelism().map_or(2, |cores| cores.get() + 1)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread::sleep,
        time::Duration,
    };

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_more_run_at_once_than_there_are_places_also_when_nobody_waits() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let all = (0..40).map(|number| {
            tokio::spawn(async move {
                let work = elsewhere(move || {
                    let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
                    MOST.fetch_max(running, Ordering::SeqCst);
                    sleep(Duration::from_millis(5));
                    RUNNING.fetch_sub(1, Ordering::SeqCst);
                });
                match number % 2 {
                    0 => work.await,
                    // Whoever gives up leaves it running.
                    _ => drop(tokio::time::timeout(Duration::from_millis(1), work).await),
                }
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert!((1..=places()).contains(&MOST.load(Ordering::SeqCst)));
    }
}
