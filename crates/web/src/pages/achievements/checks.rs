//! How often credentials of an achievement were checked, without saying by whom or whose.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::issuing::achievement;
use touchstone_service::operations::Permission;
use touchstone_service::verifying::{Counts, FEWEST, Found, Tallies, Way, tallies};

use crate::ApiError;
use crate::pages::desk::{Desk, nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Column, day_text, ledger, note};

/// `GET /achievements/ID/checks`
pub async fn checks(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = achievement(&web.world, by.tenant(), &id, None).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let counted = tallies(&web.world, by.tenant(), &found.achievement.id, DAYS).await?;
    let place = (
        found.achievement.id.as_str(),
        found.definition.name.as_str(),
    );
    Ok(show(&by.desk, place, &counted).into_response())
}

/// Renders it. `of` is the achievement's id and name.
pub(super) fn show(desk: &Desk, of: (&str, &str), counted: &Tallies) -> Markup {
    let (id, name) = of;
    let own = format!("/achievements/{id}");
    let main = html! {
        (trail(&[("/achievements", "Achievements"), (&own, name)]))
        h1 { "How often it was checked " small { bdi { (name) } } }
        p { "By day (UTC), over the last " (DAYS) " days. A check counts once, whatever came of it." }
        @match counted {
            Tallies::TooFew => (note(None, Some("people"), "Not enough data", &html! {
                p { "Counts are shown once " (FEWEST) " credentials of this achievement were awarded. With fewer, a count would tell of single people." }
            })),
            Tallies::Days(days) if days.is_empty() => (nothing("Nobody checked one in this time.", None)),
            Tallies::Days(days) => (ledger("Latest first", COLUMNS, days.iter().map(|day| {
                let counts = &day.counts;
                [
                    html! { (day_text(day.at.into())) },
                    html! { (counts.all()) },
                    html! { (counts.by(Way::Page)) },
                    html! { (counts.by(Way::HandedIn)) },
                    html! { (counts.by(Way::Api)) },
                    results(counts),
                ]
            }))),
        }
        (note(None, Some("lock"), "What is counted", &html! {
            p { "An achievement, a day, the way and the result. Not who looked, and not whose credential it was: neither is kept anywhere. Programs that follow links count as well, copies in caches and checks without this server do not." }
        }))
    };
    desk.page("How often it was checked", "/achievements", &main)
}

fn results(counts: &Counts) -> Markup {
    let told = [
        (Found::Pass, "passed"),
        (Found::Warn, "passed with a remark"),
        (Found::Fail, "failed"),
        (Found::Unknown, "could not be checked"),
    ];
    let words: Vec<String> = told
        .into_iter()
        .map(|(found, words)| (counts.with(found), words))
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| format!("{n} {words}"))
        .collect();
    html! { (words.join(", ")) }
}

const COLUMNS: [Column; 6] = [
    Column::words("Day"),
    Column::numbers("Checks"),
    Column::numbers("On the public page"),
    Column::numbers("Handed in"),
    Column::numbers("By programs"),
    Column::words("What came of them"),
];
const DAYS: u16 = 30;
