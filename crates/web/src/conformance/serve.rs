//! Answering suites until told to stop.

use std::future::pending;
use std::io;

use axum::Router;
use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

/// Answers on `listener` until `stop` ends; then finishes what is under way and takes nothing new.
pub async fn serve<L>(
    listener: L,
    routes: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()>
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    axum::serve(listener, routes)
        .with_graceful_shutdown(stop)
        .await
}

/// Connections that something else opens: behind TLS.
pub struct Opened<S>(pub mpsc::Receiver<S>);

impl<S> Listener for Opened<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Io = S;
    type Addr = ();

    async fn accept(&mut self) -> (S, ()) {
        match self.0.recv().await {
            Some(connection) => (connection, ()),
            // Nobody opens any more; `stop` ends this.
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}
