//! Answering requests until told to stop.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::router::router;
use crate::state::Web;

/// Answers on `listener` until `stop` ends; then finishes what is under way and takes nothing new.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let site = router(web).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, site)
        .with_graceful_shutdown(stop)
        .await
}
