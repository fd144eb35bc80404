//! The API: everything that the pages do, for programs.
//!
//! A program shows a key (`Authorization: Bearer ts_…`), which belongs to one institution and carries scopes. What belongs to
//! another institution does not exist for it. A request that changes something names itself (`Idempotency-Key`), so that
//! repeating it does nothing twice. Errors are problem details (RFC 9457) with a stable `code`.
//!
//! **Invariant:** a handler is reached only through [`caller::By`] or [`order::Order`], whose type names the scope it takes, or, for what
//! holders do for themselves, by the token in its address ([`holder::HolderOrder`]); the OpenAPI document is made from the handlers, and
//! there is no second list of routes.
//!
//! Start at [`v1`]; `docs/api.md` is the guide for those who write programs.

mod caller;
mod document;
mod holder;
mod no_longer_awarded;
mod order;
mod page;
mod query;
mod v1;
mod wire;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use caller::{By, Issue};
pub(crate) use no_longer_awarded::NoLongerAwarded;
pub(crate) use order::read;
pub use v1::reading_document;
pub(crate) use v1::{Answer, ApplicationAnswer};

use crate::answer::{Cache, Prepared};
use crate::edge::Edge;
use crate::protocols::vc_api;
use crate::state::Web;

/// All of the API, its description and the page that shows it.
pub fn routes() -> Router<Web> {
    let all = OpenApiRouter::new()
        .merge(v1::routes())
        .merge(vc_api::routes());
    let (routes, described) = all.split_for_parts();
    let document = Arc::new(document::complete(&described));
    let (json, page) = (Made::default(), Made::default());
    let shown = Arc::clone(&document);
    let describe = get(async move |asked: HeaderMap| {
        let made = json
            .get_or_init(|| Prepared::quick("application/json", document.to_string().into_bytes()));
        made.answer(&asked, Cache::Seconds(300))
    });
    let show = get(async move |State(edge): State<Edge>, asked: HeaderMap| {
        let made = page.get_or_init(|| {
            let text = page::page(&edge.site, &shown).into_string();
            Prepared::quick("text/html; charset=utf-8", text.into_bytes())
        });
        made.answer(&asked, Cache::Seconds(300))
    });
    routes.route("/openapi.json", describe).route("/api", show)
}

/// Made when it is first asked for, and kept.
type Made = Arc<OnceLock<Prepared>>;
