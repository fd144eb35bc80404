//! A time limit: a request is given up when nothing happened to it for too long.
//!
//! What a person sends on a slow line takes its time: while enough of it arrives, something happens. So a long list is taken in, and who
//! sends nothing, or next to nothing, is let go.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::Instrument;

use super::Edge;
use crate::error::ApiError;

/// That something happens to a request: it arrives, or is worked on. Stands among its extensions.
#[derive(Clone, Debug, Default)]
pub struct Activity(Arc<Notify>);

impl Activity {
    /// Something happened just now.
    pub fn goes_on(&self) {
        self.0.notify_one();
    }

    /// Waits for work that may take longer than a request may, and is done to its end also if nobody waits for it any more.
    pub async fn during<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let mut work = tokio::spawn(work.in_current_span());
        loop {
            match timeout(STEP, &mut work).await {
                Ok(done) => return done.map_err(|error| ApiError::internal(&error)),
                Err(_) => self.goes_on(),
            }
        }
    }

    /// Returns once nothing happened for this long, or it took too long altogether.
    async fn ended(&self, most: Duration) {
        let idle = async { while timeout(most, self.0.notified()).await.is_ok() {} };
        // Whether it was idle or too long makes no difference.
        let _ = timeout(most * LONGEST, idle).await;
    }
}

/// Gives up what takes too long.
pub(super) async fn within_time(
    State(edge): State<Edge>,
    mut request: Request,
    next: Next,
) -> Response {
    let activity = Activity::default();
    request.extensions_mut().insert(activity.clone());
    let arrives = activity.clone();
    let mut arrived = 0;
    let request = request.map(|body| match body.is_end_stream() {
        true => body,
        false => Body::from_stream(body.into_data_stream().inspect_ok(move |bytes| {
            arrived += bytes.len();
            if arrived >= ENOUGH {
                arrived = 0;
                arrives.goes_on();
            }
        })),
    });
    tokio::select! {
        answer = next.run(request) => answer,
        () = activity.ended(edge.settings.timeout) => ApiError::unavailable("took_too_long").into_response(),
    }
}

/// A request may take so many times its time limit, however slowly it arrives: with thirty seconds, twenty minutes.
const LONGEST: u32 = 40;
/// So many bytes have to arrive within the time limit to count: with thirty seconds, some 17 kilobits a second.
const ENOUGH: usize = 64 << 10;
/// How often work that goes on says so.
const STEP: Duration = Duration::from_millis(500);
