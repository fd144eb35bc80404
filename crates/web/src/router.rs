//! Every address, and who answers it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::pages::{about, check, institution, verify};
use crate::state::Web;
use crate::{ApiError, assets, health};

/// The whole site.
pub fn router(web: Web) -> Router {
    let routes = Router::new()
        .merge(public())
        .merge(operating())
        .fallback(async || ApiError::no_such_page())
        .with_state(web.clone());
    web.edge.guard(routes)
}

/// What everybody may see.
fn public() -> Router<Web> {
    Router::new()
        .route("/", get(check::home))
        .route("/assets/{name}", get(assets::handler))
        .route("/how", get(about::how))
        .route("/privacy", get(about::privacy))
        .route(
            "/verify",
            get(check::ask).merge(post(check::answer).layer(DefaultBodyLimit::max(check::LARGEST))),
        )
        .route("/v/{link}", get(verify::public::page))
        .route("/v/{link}/credential.json", get(verify::public::json))
        .route("/i/{slug}", get(institution::handler))
        .route("/i/{slug}/did.json", get(institution::did))
        .route("/i/{slug}/profile", get(institution::profile))
        .route("/i/{slug}/mark", get(institution::mark))
        .route("/i/{slug}/status/{number}", get(institution::status))
        .route(
            "/i/{slug}/a/{achievement}/{version}",
            get(institution::achievement),
        )
}

/// For whoever runs it.
fn operating() -> Router<Web> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
}
