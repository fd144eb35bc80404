//! What every request passes before a handler sees it, and every answer on its way back.
//!
//! From the outside in: a number for the log, security headers, errors as pages or problem details, a net for panics, a time
//! limit, the client's address, rate limits, and the refusal of forms that come from other sites.

mod address;
mod errors;
mod headers;
mod limit;
mod origin;
mod time;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

pub use address::{ClientAddress, Network, NetworkError};
pub(crate) use errors::Presentable;
pub(crate) use headers::with_script;
pub use headers::{SANDBOX, confined, runs_verifier, sandboxed};
pub use limit::{Class, Limiter, Limits};
pub use time::Activity;
pub use trace::RequestId;

use crate::metrics::Metrics;
use crate::templates::SiteFrame;

/// What the outer layers and every page need to know. Cheap to clone.
#[derive(Clone)]
pub struct Edge {
    /// What pages say about the installation.
    pub site: Arc<SiteFrame>,
    /// How it is reached.
    pub settings: Arc<Settings>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    limiter: Arc<Limiter>,
    /// Milliseconds since 1970. The only source of time here.
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// How the installation is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme, host and port, without a path: `https://verify.example.edu`.
    pub origin: String,
    /// Proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// A request is given up to which nothing happened for so long: next to nothing arrived, and no answer was ready.
    pub timeout: Duration,
    /// How much one network may ask for.
    pub limits: Limits,
}

impl Settings {
    /// Reached over TLS: cookies are Secure, and browsers are told to stay on https.
    pub fn secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl Edge {
    /// Puts the parts together. `now` gives milliseconds since 1970.
    pub fn new(
        site: SiteFrame,
        settings: Settings,
        now: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            site: Arc::new(site),
            metrics: Arc::default(),
            limiter: Arc::new(Limiter::new(settings.limits)),
            settings: Arc::new(settings),
            now: Arc::new(now),
        }
    }

    /// Wraps `routes` in everything that each request passes.
    pub fn guard(&self, routes: Router) -> Router {
        let edge = || self.clone();
        routes
            .layer(from_fn_with_state(edge(), origin::same_origin))
            .layer(from_fn_with_state(edge(), limit::limit))
            .layer(from_fn_with_state(edge(), address::find))
            .layer(from_fn_with_state(edge(), time::within_time))
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(
                errors::panicked,
            ))
            .layer(from_fn_with_state(edge(), errors::presentable))
            .layer(from_fn_with_state(edge(), headers::secure))
            .layer(from_fn_with_state(edge(), trace::trace))
            .layer(from_fn(trace::number))
    }

    fn now_millis(&self) -> i64 {
        (self.now)()
    }
}
