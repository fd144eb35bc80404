//! What conformance suites drive: the [VC API](https://w3c-ccg.github.io/vc-api/), one path for each suite and kind of key, and a
//! DID resolver. `docs/conformance.md` is the guide.
//!
//! **Invariant:** these addresses are a site of their own. The site for people ([`crate::router`]) knows nothing of them, so there
//! they are 404; and this one has no page, no session and no key of an institution.

mod check;
mod check_presentation;
mod found;
mod issue;
mod list;
mod manifest;
mod present;
mod problem;
mod resolve;
mod serve;
mod set_status;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use touchstone_service::conformance::{Conformance, Instance, Scope};

use crate::ApiError;
use crate::edge::Edge;

pub use manifest::manifest;
pub use serve::{Opened, serve};

use problem::{MALFORMED, PARSING, Problem};

/// What the handlers share.
type Room = State<Arc<Conformance>>;

/// The whole site of `serve --conformance`.
pub fn router(room: Arc<Conformance>, edge: &Edge) -> Router {
    let routes = Router::new()
        .route("/conformance", get(manifest::show))
        .route(&under("credentials/issue"), post(issue::issue))
        .route(&under("credentials/verify"), post(check::check))
        .route(&under("credentials/status"), post(set_status::set_status))
        .route(&under("presentations"), post(present::present))
        .route(
            &under("presentations/verify"),
            post(check_presentation::check_presentation),
        )
        .route(&under("lists/{purpose}"), get(list::list))
        .route("/1.0/identifiers/{*did}", get(resolve::resolve))
        .fallback(async || ApiError::no_such_page())
        .with_state(room);
    edge.guard(routes)
}

fn under(action: &str) -> String {
    format!("/conformance/{{name}}/{{key}}/{action}")
}

/// The instance that an address names.
struct Of(&'static Instance);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Segments {
            name: String,
            key: String,
        }
        let Ok(Path(segments)) = Path::<Segments>::from_request_parts(parts, state).await else {
            return Err(ApiError::no_such_page());
        };
        Instance::find(&segments.name, &segments.key)
            .map(Self)
            .ok_or_else(|| {
                ApiError::not_found("no_such_instance").with_detail(
                    "No suite and key of this name is driven here. GET /conformance lists those that are.",
                )
            })
    }
}

/// The options of a request; those that are not known are passed over, as VC API has it.
#[derive(Debug, Default, Deserialize)]
struct Options {
    #[serde(default)]
    checks: Vec<String>,
    #[serde(default)]
    challenge: Option<String>,
    #[serde(default)]
    domain: Option<String>,
}

impl Options {
    fn scope(&self, usual: Scope) -> Result<Scope, Problem> {
        Scope::of(&self.checks, usual).ok_or_else(|| {
            Problem::new(MALFORMED, "unknown_check")
                .with_detail("options.checks knows \"proof\" and \"credentialStatus\"; leave it out for what is usual here.")
                .at("/options/checks")
        })
    }
}

/// Reads the body of a request.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let kind = if error.is_data() { MALFORMED } else { PARSING };
        Problem::new(kind, "wrong_body").with_detail(format!("The body: {error}."))
    })
}
