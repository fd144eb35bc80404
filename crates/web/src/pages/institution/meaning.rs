//! `/i/SLUG/a/ACHIEVEMENT`: what an achievement means, and what it meant on any day before; the same for machines as `meaning.json`.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};
use touchstone_service::governing::{Mapped, Meaning, meaning};
use touchstone_service::issuing::Alignment;
use touchstone_vc::Timestamp;

use super::day::Day;
use super::documents::to_every_site;
use super::no_longer_used;
use crate::ApiError;
use crate::answer::{Cache, public};
use crate::pages::crosswalk::words::relation;
use crate::state::Web;
use crate::templates::{Layout, day_text, fact, facts, icon, markdown, moment, page as framed};
use crate::text::clean;

/// `GET /i/SLUG/a/ACHIEVEMENT`
pub async fn page(
    State(web): State<Web>,
    Path((slug, achievement)): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let (found, _) = find(&web, &slug, &achievement, &day).await?;
    let html = show(&web, &found, &achievement, &day).into_string();
    let cache = Cache::Seconds(60);
    Ok(public(
        &asked,
        "text/html; charset=utf-8",
        html.into(),
        cache,
    ))
}

/// `GET /i/SLUG/a/ACHIEVEMENT/meaning.json`
pub async fn document(
    State(web): State<Web>,
    Path((slug, achievement)): Path<(String, String)>,
    Query(day): Query<Day>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let (found, at) = find(&web, &slug, &achievement, &day).await?;
    let text = format!("{:#}\n", written(&web, &found, at));
    let cache = Cache::Seconds(60);
    Ok(to_every_site(public(
        &asked,
        "application/json",
        text.into(),
        cache,
    )))
}

async fn find(
    web: &Web,
    slug: &str,
    achievement: &str,
    day: &Day,
) -> Result<(Meaning, Timestamp), ApiError> {
    let now = web.world.clock.now();
    let past = day.past(now)?;
    let found = meaning(&web.world, slug, achievement, past).await?;
    let found = found.ok_or_else(|| {
        ApiError::not_found("achievement_not_issued_yet").with_detail(
            "There is no such achievement, or nobody had been awarded it by that day: nothing is told of drafts. Choose a later day.",
        )
    })?;
    Ok((found, past.unwrap_or(now)))
}

fn written(web: &Web, found: &Meaning, at: Timestamp) -> Value {
    let time = |at: i64| Timestamp::from_unix_millis(at).whole_seconds().to_string();
    let next =
        |(version, since): (i64, i64)| json!({ "version": version, "issuedSince": time(since) });
    let endorsed = found
        .endorsed
        .iter()
        .map(|(by, until)| json!({ "by": by, "validUntil": time(*until) }));
    let mapped = found.mapped.iter().map(|one| {
        json!({
            "subject": one.subject, "predicate": one.relation.iri(), "negated": one.negated, "object": one.object, "label": one.label,
            "mappingSet": { "id": one.url, "version": one.version, "sha256": one.sha256, "title": one.set },
        })
    });
    json!({
        "at": at.whole_seconds().to_string(),
        "issuer": { "id": found.institution.did, "name": found.institution.name },
        "name": found.definition.name,
        "description": found.definition.description,
        "version": found.version,
        "issuedSince": time(found.since),
        "followedBy": found.followed_by.map(next),
        "document": found.url,
        "sha256": found.sha256,
        "competencyRelease": release(web, found).map(|link| json!({ "document": link.target_url, "sha256": link.target_code, "title": link.target_name })),
        "deprecated": no_longer_used::written(&found.no_longer_used),
        "endorsements": endorsed.collect::<Vec<_>>(),
        "mappings": mapped.collect::<Vec<_>>(),
    })
}

/// The release in which its tasks and levels were agreed on, where that is the issuer's.
fn release<'a>(web: &Web, found: &'a Meaning) -> Option<&'a Alignment> {
    let own = format!("/i/{}/competencies/", found.institution.slug);
    let own = web.world.site.link(&own);
    let link = found.definition.release();
    link.filter(|link| link.target_url.starts_with(&own))
}

/// Which release it is, as its file is called.
fn number(link: &Alignment) -> Option<u64> {
    let (_, file) = link.target_url.rsplit_once('/')?;
    file.strip_suffix(".json")?.parse().ok()
}

fn show(web: &Web, found: &Meaning, achievement: &str, day: &Day) -> Markup {
    let definition = &found.definition;
    let here = format!("/i/{}/a/{achievement}", found.institution.slug);
    let json = day.of(&format!("{here}/meaning.json"));
    let title = clean(&definition.name);
    let levels = definition.rubric.iter().flat_map(|rubric| &rubric.levels);
    let levels: Vec<_> = levels.collect();
    let main = html! {
        p { a href={ "/i/" (found.institution.slug) } { bdi { (clean(&found.institution.name)) } } }
        h1 { bdi { (title) } }
        (day.told(&here, "What a credential says stays what it was when it was issued.", "What it means today"))
        (no_longer_used::told(&found.no_longer_used))
        p { bdi { (clean(&definition.description)) } }
        (facts(&html! {
            (fact("Version", &html! { (found.version) ", issued since " (day_text(moment(found.since)))
                @if let Some((next, at)) = found.followed_by { ", followed by version " (next) " on " (day_text(moment(at))) } }))
            (fact("Stands behind it", &html! {
                @if found.endorsed.is_empty() { "No organization other than the issuer" }
                @for (by, until) in &found.endorsed { bdi { (clean(by)) } ", until " (day_text(moment(*until))) br; }
                " " a href={ (here) "/" (found.version) "/endorsements" } { "Who said what" }
            }))
            @if let Some(link) = release(web, found) {
                (fact("Written together", &html! { a href=(link.target_url) { (icon("file")) " " bdi { (clean(&link.target_name)) } @if let Some(number) = number(link) { ", release " (number) } }
                    @if let Some(sha256) = &link.target_code { br; small { "SHA-256 " code { (sha256) } } } }))
            }
            (fact("Document", &html! { a href=(found.url) { (icon("file")) " Version " (found.version) } br; small { "SHA-256 " code { (found.sha256) } } }))
        }))
        section { h2 { "How it is earned" } div dir="auto" { (markdown(&definition.criteria.narrative)) } }
        @if !levels.is_empty() { section { h2 { "Levels" }
            dl.facts { @for level in &levels { (fact(&clean(&level.name), &html! { bdi { (clean(&level.description)) } })) } }
        } }
        section { h2 { "What others call it" }
            @if found.mapped.is_empty() { p { "No crosswalk that its issuer takes part in says anything of it." } } @else {
                ul.plain.items { @for one in &found.mapped { li { (mapping(one)) } } }
            }
        }
        (day.another(&here, &json, "What did it mean on another day?"))
    };
    let layout = Layout {
        robots: day.robots(),
        alternate: Some(("application/json", &json)),
        aside: Some(("/verify", "Check a credential")),
        ..Layout::reading(&title, &web.edge.site)
    };
    framed(&layout, &main)
}

/// One mapping, as a sentence about the achievement, and the version of the set that says so.
fn mapping(one: &Mapped) -> Markup {
    let other = match one.is_subject {
        true => &one.object,
        false => &one.subject,
    };
    let other = clean(one.label.as_deref().unwrap_or(other));
    let words = relation(&one.relation, one.negated);
    html! {
        p { @if one.is_subject { "It " (words) " " bdi { (other) } } @else { bdi { (other) } " " (words) " this" } }
        p.hint { bdi { (clean(&one.set)) } ", version " (one.version) ": " code { (one.subject) } " → " code { (one.object) } br; "SHA-256 " code { (one.sha256) } }
    }
}
