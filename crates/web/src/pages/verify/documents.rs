//! `/v/LINK/documents.json` and `/verify/documents.json`: what a verdict is judged from, for the verifier in the reader's browser.
//!
//! [`Supplied`], with whom we know as issuers of ours. All of it is public anyway.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use touchstone_service::holding::shown;
use touchstone_service::operations::{institutions, moving::former};
use touchstone_service::verifying::{supply, supply_all};
use touchstone_vc::Supplied;
use touchstone_vc::json::{Object, Value};

use super::cache::FRESH_MILLIS;
use super::public::{KEEP, closed};
use crate::ApiError;
use crate::answer::Prepared;
use crate::state::Web;

/// `GET /v/LINK/documents.json`
pub async fn of_page(
    State(web): State<Web>,
    Path(link): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let now = web.world.clock.now().unix_millis();
    let made = match web.page_documents.page(&link, now) {
        Some(made) => made,
        None => {
            let forgotten = web.page_documents.forgotten();
            let row = shown(&web.world, &link).await?.ok_or_else(closed)?;
            let supplied = supply(&web.world, &row.bytes)
                .await
                .map_err(|error| ApiError::internal(&error))?;
            let bytes = inputs(&web, &supplied).await?;
            let made = Arc::new(match bytes.len() > MOST_PACKED_HERE {
                true => packed(bytes).await?,
                false => Prepared::quick("application/json", bytes),
            });
            web.page_documents.keep(&link, now, &made, forgotten);
            made
        }
    };
    Ok(made.answer(&asked, KEEP))
}

/// `GET /verify/documents.json`
pub async fn of_site(State(web): State<Web>, asked: HeaderMap) -> Result<Response, ApiError> {
    let now = web.world.clock.now().unix_millis();
    let made = match web.site_documents.fresh(now) {
        Some(made) => made,
        None => {
            let bytes = inputs(&web, &supply_all(&web.world).await?).await?;
            web.site_documents.keep(now, packed(bytes).await?)
        }
    };
    Ok(made.answer(&asked, KEEP))
}

/// Packs them where nobody waits: there may be megabytes.
async fn packed(bytes: Vec<u8>) -> Result<Prepared, ApiError> {
    let pack = move || Prepared::quick("application/json", bytes).pack();
    let packed = tokio::task::spawn_blocking(pack).await;
    packed.map_err(|error| ApiError::internal(&error))
}

/// The documents of the whole site as they were put together last, for a few seconds.
#[derive(Default)]
pub struct SiteDocuments(Mutex<Option<(i64, Arc<Prepared>)>>);

impl SiteDocuments {
    fn fresh(&self, now_millis: i64) -> Option<Arc<Prepared>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_at, made) = last.as_ref()?;
        (0..FRESH_MILLIS)
            .contains(&(now_millis - made_at))
            .then(|| Arc::clone(made))
    }

    fn keep(&self, now_millis: i64, made: Prepared) -> Arc<Prepared> {
        let made = Arc::new(made);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((now_millis, Arc::clone(&made)));
        made
    }
}

/// What was supplied, and which issuers work here.
async fn inputs(web: &Web, supplied: &Supplied) -> Result<Vec<u8>, ApiError> {
    let institutions = institutions(&web.world).await?;
    let mut here = Object::new();
    for institution in institutions {
        let page = format!("/i/{}", institution.slug);
        for one in former(&web.world, &institution.id).await? {
            here.insert(one.did, page.clone());
        }
        if let Some(did) = institution.did {
            here.insert(did, page);
        }
    }
    let mut value = supplied.to_json();
    if let Some(inputs) = value.as_object_mut() {
        inputs.insert("issuedHere", Value::Object(here));
        inputs.insert("trial", web.world.site.local);
    }
    Ok(value.to_string().into_bytes())
}

/// How many bytes are packed at once, when the first reader asks. Text alone is less; files of evidence are more.
const MOST_PACKED_HERE: usize = 128 * 1024;
