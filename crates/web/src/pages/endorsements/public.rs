//! `GET /i/SLUG/a/ACHIEVEMENT/VERSION/endorsements`: who says what about it, and until when; for everybody.

use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};
use touchstone_service::endorsing::{Endorsed, Endorsers, Published, State, endorsers, published};
use touchstone_service::rows::{InstitutionRow, StoreError};

use crate::ApiError;
use crate::answer::{Cache, public};
use crate::pages::endorse::{about, way};
use crate::state::Web;
use crate::templates::{
    Layout, Robots, Tone, day_text, fact, facts, icon, moment, outcome, page as framed,
};
use crate::text::clean;

/// The page.
pub async fn page(
    web: &Web,
    slug: &str,
    achievement: &str,
    version: i64,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let found = published(&web.world, slug, achievement, version).await?;
    let found = found.ok_or_else(|| ApiError::not_found("document_not_found"))?;
    let html = show(web, &found.0, &found.1, &found.2).into_string();
    Ok(public(
        asked,
        "text/html; charset=utf-8",
        html.into(),
        Cache::Seconds(60),
    ))
}

fn show(web: &Web, institution: &InstitutionRow, endorsed: &Endorsed, all: &[Published]) -> Markup {
    let title = format!("Who endorses “{}”", clean(&endorsed.title));
    let asker = clean(&institution.name);
    let json = format!("{}.endorsements.json", endorsed.url);
    let main = html! {
        p { a href={ "/i/" (institution.slug) } { bdi { (asker) } } }
        h1 { (title) }
        p { (counted(all)) }
        @for one in all { (entry(one, &asker)) }
        (about(endorsed))
        h2 { "For machines" }
        p.acts { a.button href=(json) { (icon("file")) " All of this as JSON" } }
        p.hint { "Each signed document is an Open Badges 3.0 endorsement; " a href="/verify" { "check it" } " like any credential. Its hash is in the public log." }
    };
    let layout = Layout {
        robots: Robots::Index,
        alternate: Some(("application/json", &json)),
        aside: Some(("/verify", "Check a credential")),
        ..Layout::reading(&title, &web.edge.site)
    };
    framed(&layout, &main)
}

/// How many organizations other than the issuer stand behind it now.
fn counted(all: &[Published]) -> String {
    match standing(all) {
        0 => "No other organization stands behind this version now.".to_owned(),
        1 => "One other organization stands behind this version now.".to_owned(),
        more => format!("{more} endorsements by others stand now."),
    }
}

fn standing(all: &[Published]) -> usize {
    let stands = |one: &&Published| one.state == State::Endorsed && one.row.own == 0;
    all.iter().filter(stands).count()
}

fn entry(one: &Published, asker: &str) -> Markup {
    let row = &one.row;
    let (tone, word) = match one.state {
        State::Endorsed => (Tone::Pass, "Stands"),
        State::Withdrawn => (Tone::Warn, "Taken back"),
        _ => (Tone::Warn, "Ended"),
    };
    html! {
        section.note {
            h2 { bdi { (clean(&row.organization)) } }
            p class=(tone.class()) { (outcome(tone, word)) }
            @if one.state == State::Withdrawn {
                p { "Given on " (day_text(moment(row.answered_at))) @if let Some(at) = row.withdrawn_at { ", taken back on " (day_text(moment(at))) } "." }
            } @else {
                @if !row.comment.is_empty() { blockquote { @for line in row.comment.lines() { p dir="auto" { (clean(line)) } } } }
                (facts(&html! {
                    (fact("Who says so", &html! { bdi { (clean(&row.person)) } ", " bdi { (clean(&row.organization)) } }))
                    (fact("Holds", &html! { "from " (day_text(moment(row.valid_from))) " until " (day_text(moment(row.valid_until))) }))
                    (fact("Signed", &way(row, asker)))
                    @if row.own == 1 { (fact("Counts", &html! { "No: it comes from the issuer’s own organization." })) }
                    (fact("Documents", &html! {
                        @if let Some(path) = &one.path { a href=(path) { "Signed endorsement" } }
                        @if let Some(path) = &one.evidence { " · " a href=(path) { "What the passkey signed" } }
                    }))
                }))
            }
        }
    }
}

/// One line about the endorsements of a version, where it has any that are shown.
pub(in crate::pages) async fn beside(
    web: &Web,
    institution: &InstitutionRow,
    achievement: &str,
    version: i64,
) -> Result<Option<Markup>, StoreError> {
    let found = endorsers(&web.world, institution, achievement, version).await?;
    Ok(found.map(endorsers_line))
}

/// Who stands behind a version, in one line.
pub(in crate::pages) fn endorsers_line(found: Endorsers) -> Markup {
    html! { p { a href=(found.path) { (endorsed_by(&found.names)) } } }
}

/// Who stands behind something of which endorsements are shown.
pub(in crate::pages) fn endorsed_by(names: &[String]) -> String {
    match names {
        [] => "Endorsed before; no endorsement stands now".to_owned(),
        [one] => format!("Endorsed by {}", clean(one)),
        [one, rest @ ..] => format!("Endorsed by {} and {} more", clean(one), rest.len()),
    }
}
