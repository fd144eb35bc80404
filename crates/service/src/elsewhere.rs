//! What takes a processor long is done where no request waits for it.

/// Does it on a thread of its own, so that others are answered meanwhile, and whoever waits too long for this one is told.
pub(crate) async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
