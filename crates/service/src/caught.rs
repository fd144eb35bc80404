//! A panic ends what it happened in, and nothing beside it.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

/// A fault of this program stopped it in the middle. What was said goes to standard error alone, with the place: it may be somebody's text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a fault of this program stopped it (a panic); standard error has where")]
pub struct Panicked;

/// Waits for `work`; if it panics, that is the answer. What it held open is dropped, so a transaction of it is undone.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // It is not asked again after a panic, and what others see of it is locked or in the database.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_also_after_a_while() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
        let fails = async |at: u8| {
            for step in 0..3 {
                assert!(step != at, "planted");
                tokio::task::yield_now().await;
            }
        };
        assert_eq!(caught(fails(0)).await, Err(Panicked));
        assert_eq!(caught(fails(2)).await, Err(Panicked));
        assert_eq!(caught(fails(3)).await, Ok(()));
    }
}
