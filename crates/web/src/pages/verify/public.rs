//! `/v/LINK`: the page that a holder switched on. Nothing is kept of who looked, nor of whose page it was.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::holding::{Format, file, shown};
use touchstone_service::verifying::{CheckError, Checked, Tally, Way, check_shown};
use touchstone_vc::Credential;

use super::cache::Shown;
use super::here::allowed;
use super::show::framed;
use super::view::{Links, Matching};
use super::{Known, LONGEST, View, change, trust_chain};
use crate::ApiError;
use crate::answer::{Cache, Prepared, public};
use crate::pages::endorsements::endorsers_line;
use crate::pages::institution::no_longer_awarded;
use crate::state::Web;

/// `GET /v/LINK`
pub async fn page(
    State(web): State<Web>,
    Path(link): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let now = web.world.clock.now().unix_millis();
    let shown = match web.recent.page(&link, now) {
        Some(shown) => shown,
        None => {
            let forgotten = web.recent.forgotten();
            let shown = Arc::new(judged(&web, &link).await?);
            web.recent.keep(&link, now, &shown, forgotten);
            shown
        }
    };
    shown.counter.add();
    web.edge.metrics.verified(shown.found);
    Ok(allowed(shown.page.answer(&asked, KEEP)))
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
        .map_err(ApiError::from)?;
    let mut response = public(&asked, format.media_type(), bytes, KEEP);
    let disposition = format!("attachment; filename=\"credential.{}\"", format.as_str());
    let disposition =
        HeaderValue::from_str(&disposition).expect("names of formats are header text");
    response
        .headers_mut()
        .insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// What a reader was told by the person before them.
#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    holder: String,
}

/// `POST /v/LINK`: is it about this person? The answer is made from the form alone and neither kept nor logged.
pub async fn compare(
    State(web): State<Web>,
    Path(link): Path<String>,
    Form(told): Form<Told>,
) -> Result<Response, ApiError> {
    let told = told.holder.trim();
    if told.is_empty() || told.len() > LONGEST {
        return Ok(axum::response::Redirect::to(&format!("/v/{link}#whom")).into_response());
    }
    let judged = judge(&web, &link).await?;
    let page = judged.show(&web, &link, Some(told))?;
    Ok(allowed(page.into_response()))
}

async fn judged(web: &Web, link: &str) -> Result<Shown, ApiError> {
    let judged = judge(web, link).await?;
    let found = judged.tally.found;
    let counter = web.tallies.counter(judged.tally.clone());
    let html = judged.show(web, link, None)?.into_string();
    Ok(Shown {
        page: Prepared::quick("text/html; charset=utf-8", html.into()),
        found,
        counter,
    })
}

/// What was found, and what we know besides.
struct Judged {
    checked: Checked,
    known: Known,
    /// Who stands behind the achievement, where somebody does, and that it is no longer used. It says nothing about this credential, so it stands
    /// below everything.
    besides: Markup,
    tally: Tally,
}

async fn judge(web: &Web, link: &str) -> Result<Judged, ApiError> {
    let shown = match check_shown(&web.world, link).await {
        Ok(shown) => shown.ok_or_else(closed)?,
        Err(CheckError::Store(error)) => return Err(ApiError::internal(&error)),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    let (row, institution) = (&shown.credential, &shown.institution);
    let known = Known {
        ours: true,
        trial: web.world.site.local,
        change: change(row),
        issuer_page: Some(format!("/i/{}", institution.slug)),
        issuer_mark: institution
            .mark
            .is_some()
            .then(|| format!("/i/{}/mark", institution.slug)),
        matching: Some(Matching {
            action: format!("/v/{link}#whom"),
            carried: None,
            answer: None,
        }),
        links: Some(Links {
            address: web.world.site.link(&format!("/v/{link}")),
            json: format!("/v/{link}/credential.json"),
            pdf: Some(format!("/v/{link}/credential.pdf")),
        }),
    };
    let tally = Tally {
        tenant: row.tenant.clone(),
        achievement: row.achievement.clone(),
        way: Way::Page,
        found: shown.checked.report.verdict().into(),
    };
    Ok(Judged {
        known,
        besides: html! {
            (trust_chain(shown.checked.trust_chain.as_ref()))
            (no_longer_awarded("it", shown.no_longer_awarded.as_ref()))
            @if let Some(found) = shown.endorsers { section { h2 { "Who stands behind what it certifies" } (endorsers_line(found)) } }
        },
        tally,
        checked: shown.checked,
    })
}

impl Judged {
    /// The page, with what comparing `told` came to.
    fn show(mut self, web: &Web, link: &str, told: Option<&str>) -> Result<Markup, ApiError> {
        let credential = Credential::parse(&self.checked.credential)
            .map_err(|error| ApiError::internal(&error))?;
        let read = credential.view();
        if let (Some(told), Some(matching)) = (told, &mut self.known.matching) {
            let found = read.subject.belongs_to(told, web.world.crypto.sha256);
            matching.answer = Some((told.to_owned(), found));
        }
        let view = View::of(&read, &self.checked.report, self.known);
        Ok(framed(
            &web.edge.site,
            &view,
            Some(link),
            Some(&self.besides),
        ))
    }
}

pub(super) fn closed() -> ApiError {
    ApiError::not_found("page_not_open")
}

/// Revocation is seen through any cache within a minute: 11 s here, 30 s there.
pub(super) const KEEP: Cache = Cache::Seconds(30);
