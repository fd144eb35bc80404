//! What logs ask of a witness: [C2SP tlog-witness](https://c2sp.org/tlog-witness) over HTTP.
//!
//! A site of its own, beside the one for people: it has no page and no session. Who sent a request does not matter; who signed the
//! checkpoint in it does.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use touchstone_service::World;
use touchstone_service::witnessing::{
    SIZE_MEDIA_TYPE, Witness, WitnessError, add_checkpoint, cosigned,
};

use crate::edge::{Edge, Presentable};

type Room = State<Arc<(World, Witness)>>;

/// Answers logs on `listener` until `stop` ends.
pub async fn serve(
    listener: TcpListener,
    world: World,
    witness: Witness,
    edge: &Edge,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let routes = Router::new()
        .route("/add-checkpoint", post(add))
        .route("/{origin}/checkpoint", get(show))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Arc::new((world, witness)));
    let site = edge.guard(routes);
    axum::serve(
        listener,
        site.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stop)
    .await
}

async fn add(State(room): Room, body: Bytes) -> Response {
    let (world, witness) = &*room;
    match add_checkpoint(world, witness, &body).await {
        Ok(lines) => text(StatusCode::OK, TEXT, lines),
        Err(error) => {
            let status = StatusCode::from_u16(error.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            match error.conflict() {
                Some(size) => text(status, SIZE_MEDIA_TYPE, format!("{size}\n")),
                None if matches!(error, WitnessError::Restored) => {
                    tracing::error!(%error, "a checkpoint was not cosigned");
                    text(status, TEXT, format!("{error}\n"))
                }
                // What failed here is nobody else's to know.
                None if status.is_server_error() => {
                    tracing::error!(%error, "a checkpoint was not cosigned");
                    text(status, TEXT, "not now; ask again\n".into())
                }
                None => text(status, TEXT, format!("{error}\n")),
            }
        }
    }
}

async fn show(State(room): Room, Path(origin): Path<String>) -> Response {
    let (world, _) = &*room;
    match cosigned(world, &origin).await {
        Ok(Some(note)) => text(StatusCode::OK, TEXT, note),
        Ok(None) => text(
            StatusCode::NOT_FOUND,
            TEXT,
            "nothing was cosigned of this log\n".into(),
        ),
        Err(error) => {
            tracing::error!(%error, "a cosigned checkpoint was not read");
            text(
                StatusCode::SERVICE_UNAVAILABLE,
                TEXT,
                "not now; ask again\n".into(),
            )
        }
    }
}

fn text(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut answer = (status, [(CONTENT_TYPE, media_type)], body).into_response();
    // Logs read what the specification says, not a page.
    answer.extensions_mut().insert(Presentable);
    answer
}

const TEXT: &str = "text/plain; charset=utf-8";

/// A checkpoint with many post-quantum signatures, and a proof.
const LARGEST: usize = 256 * 1024;
