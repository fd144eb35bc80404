//! `/v/LINK`: the page that a holder switched on. Nothing is kept of who looked, nor of whose page it was.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use touchstone_service::holding::{Format, file, shown};
use touchstone_service::verifying::{CheckError, Reach, check};
use touchstone_vc::{Credential, Verdict};

use super::view::{Change, Links};
use super::{Known, View, show};
use crate::ApiError;
use crate::answer::{Cache, Prepared, public};
use crate::metrics::Verified;
use crate::state::Web;
use crate::templates::Moment;

/// `GET /v/LINK`
pub async fn page(
    State(web): State<Web>,
    Path(link): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let now = web.world.clock.now().unix_millis();
    if let Some(page) = web.recent.page(&link, now) {
        return Ok(page.answer(&asked, KEEP));
    }
    let html = judged(&web, &link).await?;
    let page = Arc::new(Prepared::quick("text/html; charset=utf-8", html.into()));
    web.recent.keep(&link, now, &page);
    Ok(page.answer(&asked, KEEP))
}

/// `GET /v/LINK/credential.FORMAT`
pub async fn export(
    State(web): State<Web>,
    Path((link, name)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let format = name
        .strip_prefix("credential.")
        .and_then(Format::parse)
        .ok_or_else(ApiError::no_such_page)?;
    let row = shown(&web.world, &link).await?.ok_or_else(closed)?;
    let bytes = file(&web.world, &row, format)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let mut response = public(&asked, format.media_type(), bytes, KEEP);
    let disposition = format!("attachment; filename=\"credential.{}\"", format.as_str());
    let disposition =
        HeaderValue::from_str(&disposition).expect("names of formats are header text");
    response
        .headers_mut()
        .insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

async fn judged(web: &Web, link: &str) -> Result<String, ApiError> {
    let reader = web.world.store.read();
    let opened = reader
        .open_public_link(link)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let (opened, row) = opened.ok_or_else(closed)?;
    let institution = reader
        .institution(&opened.tenant)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let institution = institution.ok_or_else(closed)?;
    let checked = match check(&web.world, &row.bytes, None, Reach::Own).await {
        Ok(checked) => checked,
        Err(CheckError::Store(error)) => return Err(ApiError::internal(&error)),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    let credential =
        Credential::parse(&checked.credential).map_err(|error| ApiError::internal(&error))?;
    let change = row
        .revoked_at
        .map(|at| (at, row.revoke_reason))
        .or(row.suspended_at.map(|at| (at, row.suspend_reason)));
    let known = Known {
        ours: true,
        trial: web.world.site.local,
        change: change.map(|(at, reason)| Change {
            at: Moment(at.div_euclid(1000)),
            reason,
        }),
        issuer_page: Some(format!("/i/{}", institution.slug)),
        issuer_mark: institution
            .mark
            .is_some()
            .then(|| format!("/i/{}/mark", institution.slug)),
        links: Some(Links {
            address: web.world.site.link(&format!("/v/{link}")),
            json: format!("/v/{link}/credential.json"),
            pdf: Some(format!("/v/{link}/credential.pdf")),
        }),
    };
    web.edge.metrics.verified(match checked.report.verdict() {
        Verdict::Pass => Verified::Pass,
        Verdict::Failed => Verified::Fail,
        Verdict::Unknown => Verified::Unknown,
        Verdict::NotListed | Verdict::TakeCare => Verified::Warn,
    });
    let view = View::of(&credential.view(), &checked.report, known);
    Ok(show(&web.edge.site, &view).into_string())
}

fn closed() -> ApiError {
    ApiError::not_found("page_not_open")
}

/// Revocation is seen through any cache within a minute: 10 s here, 30 s there.
const KEEP: Cache = Cache::Seconds(30);
