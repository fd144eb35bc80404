//! `/i/SLUG/mappings/SET` and `/i/SLUG/competencies/COMPETENCY`: what was released, and what was the latest on any day; the same for machines as
//! `releases.json`.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};
use touchstone_service::governing::{Release, Releases, Thing, releases};
use touchstone_vc::Timestamp;

use super::day::Day;
use super::documents::to_every_site;
use super::no_longer_used;
use crate::ApiError;
use crate::answer::{Cache, public};
use crate::state::Web;
use crate::templates::{
    Layout, Tone, day_text, fact, facts, icon, moment, outcome, page as framed,
};
use crate::text::clean;

/// `GET /i/SLUG/mappings/SET`
pub async fn of_set(
    State(web): State<Web>,
    Path(named): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    page(&web, &named, Thing::MappingSet, &day, &asked).await
}

/// `GET /i/SLUG/mappings/SET/releases.json`
pub async fn of_set_document(
    State(web): State<Web>,
    Path(named): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    document(&web, &named, Thing::MappingSet, &day, &asked).await
}

/// `GET /i/SLUG/competencies/COMPETENCY`
pub async fn of_competency(
    State(web): State<Web>,
    Path(named): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    page(&web, &named, Thing::Competency, &day, &asked).await
}

/// `GET /i/SLUG/competencies/COMPETENCY/releases.json`
pub async fn of_competency_document(
    State(web): State<Web>,
    Path(named): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    document(&web, &named, Thing::Competency, &day, &asked).await
}

async fn page(
    web: &Web,
    named: &(String, String),
    kind: Thing,
    day: &Day,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let (found, at) = find(web, named, kind, day).await?;
    let here = address(named, kind);
    let html = show(web, &found, kind, &here, day, at).into_string();
    let cache = Cache::Seconds(60);
    Ok(public(
        asked,
        "text/html; charset=utf-8",
        html.into(),
        cache,
    ))
}

async fn document(
    web: &Web,
    named: &(String, String),
    kind: Thing,
    day: &Day,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let (found, at) = find(web, named, kind, day).await?;
    let text = format!("{:#}\n", written(&found, at));
    let cache = Cache::Seconds(60);
    let answer = public(asked, "application/json", text.into(), cache);
    Ok(to_every_site(answer))
}

async fn find(
    web: &Web,
    (institution, slug): &(String, String),
    kind: Thing,
    day: &Day,
) -> Result<(Releases, Timestamp), ApiError> {
    let now = web.world.clock.now();
    let past = day.past(now)?;
    let found = releases(&web.world, institution, (kind, slug), past).await?;
    let found = found.ok_or_else(|| {
        ApiError::not_found("not_released_yet").with_detail(match day.is_today() {
            true => "There is no such thing, or nothing of it was released: nothing is told of drafts. Compare the address with what you were given.",
            false => "There is no such thing, or nothing of it had been released by that day: nothing is told of drafts. Choose a later day.",
        })
    })?;
    Ok((found, past.unwrap_or(now)))
}

pub(super) fn address((institution, slug): &(String, String), kind: Thing) -> String {
    let folder = match kind {
        Thing::Competency => "competencies",
        Thing::MappingSet | Thing::Achievement | Thing::Role => "mappings",
    };
    format!("/i/{institution}/{folder}/{slug}")
}

fn written(found: &Releases, at: Timestamp) -> Value {
    let time = |at: i64| Timestamp::from_unix_millis(at).whole_seconds().to_string();
    let endorser = |(by, until): &(String, i64)| json!({ "by": by, "validUntil": time(*until) });
    let one = |release: &Release| {
        let endorsed = release.endorsed.iter().map(endorser);
        json!({
            "number": release.number, "releasedAt": time(release.at), "validUntil": time(release.valid_until),
            "document": release.url, "sha256": release.sha256, "statement": release.statement,
            "endorsements": endorsed.collect::<Vec<_>>(), "allEndorsements": release.all_endorsements,
        })
    };
    json!({
        "at": at.whole_seconds().to_string(),
        "publisher": { "id": found.institution.did, "name": found.institution.name },
        "title": found.title,
        "latest": one(&found.latest),
        "before": found.before.iter().map(one).collect::<Vec<_>>(),
        "followedBy": found.followed_by.as_ref().map(one),
        "deprecated": no_longer_used::written(&found.no_longer_used),
    })
}

fn show(web: &Web, found: &Releases, kind: Thing, here: &str, day: &Day, at: Timestamp) -> Markup {
    let json = day.of(&format!("{here}/releases.json"));
    let title = clean(&found.title);
    let latest = &found.latest;
    let main = html! {
        p { a href={ "/i/" (found.institution.slug) } { bdi { (clean(&found.institution.name)) } } }
        h1 { bdi { (title) } }
        (day.told(here, "A release stays what it was when it was made.", "What is released today"))
        (no_longer_used::told(&found.no_longer_used))
        (facts(&html! {
            (fact("Release", &html! { (latest.number) ", made on " (day_text(moment(latest.at)))
                @if let Some(next) = &found.followed_by { ", followed by release " (next.number) " on " (day_text(moment(next.at))) } }))
            (fact("Good until", &html! { (day_text(moment(latest.valid_until)))
                @if latest.valid_until <= at.unix_millis() { " " small.warn { (outcome(Tone::Warn, "Out of date")) } } }))
            @if kind == Thing::MappingSet { (fact("Endorsed by", &endorsed(latest))) }
            (fact("Document", &document_of(latest)))
        }))
        @if !found.before.is_empty() { section { h2 { "Releases before it" }
            (facts(&html! { @for one in &found.before {
                (fact(&format!("Release {}", one.number), &html! { "Made on " (day_text(moment(one.at))) br; (document_of(one)) @if !one.endorsed.is_empty() { br; "Endorsed by " (endorsed(one)) } }))
            } }))
        } }
        (day.another(here, &json, "What was released by another day?"))
    };
    let layout = Layout {
        robots: day.robots(),
        alternate: Some(("application/json", &json)),
        aside: Some(("/verify", "Check a credential")),
        ..Layout::reading(&title, &web.edge.site)
    };
    framed(&layout, &main)
}

/// Who besides the publisher stood behind a release, until when, and where all of it is told.
fn endorsed(one: &Release) -> Markup {
    html! {
        @if one.endorsed.is_empty() { "No organization other than the publisher" }
        @for (place, (by, until)) in one.endorsed.iter().enumerate() {
            @if place > 0 { br; }
            bdi { (clean(by)) } ", until " (day_text(moment(*until)))
        }
        @if let Some(address) = &one.all_endorsements { br; small { a href=(address) { "All endorsements" span.vh { " of release " (one.number) } } } }
    }
}

/// Where a release is to be had, and by what it is known to be that.
fn document_of(one: &Release) -> Markup {
    html! {
        a href=(one.url) download { (icon("download")) " Release " (one.number) } " " a href=(one.statement) download { "Statement" span.vh { " about release " (one.number) } }
        br; small { "SHA-256 " code { (one.sha256) } }
    }
}
