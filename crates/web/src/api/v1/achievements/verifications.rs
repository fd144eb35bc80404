//! `GET /api/v1/achievements/ID/verifications`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::achievement;
use touchstone_service::verifying::{Counts, FEWEST, Found, Tallies, Way, tallies};
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::state::Web;

/// Counts how often credentials of an achievement were checked
///
/// By day (UTC), way and result. Neither who looked nor whose credential it was is counted or kept. Under an achievement with
/// fewer than 10 credentials no counts are told.
#[utoipa::path(
    get,
    path = "/api/v1/achievements/{id}/verifications",
    tag = "achievements",
    operation_id = "countVerifications",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id or its short name"), Span),
    responses(
        (status = 200, description = "The counts; days without a check are left out", body = Verifications),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`achievement_not_found`"),
    )
)]
pub(crate) async fn verifications(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Span>,
) -> Result<Json<Verifications>, ApiError> {
    let days = asked.days.unwrap_or(30);
    if !(1..=366).contains(&days) {
        return Err(
            ApiError::bad_request("bad_query").with_detail("“days” is a number from 1 to 366.")
        );
    }
    let found = achievement(&web.world, &by.tenant, &id, None).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let counted = tallies(&web.world, &by.tenant, &found.achievement.id, days).await?;
    Ok(Json(match counted {
        Tallies::TooFew => Verifications {
            enough: false,
            fewest: FEWEST,
            days: Vec::new(),
        },
        Tallies::Days(days) => Verifications {
            enough: true,
            fewest: FEWEST,
            days: days
                .into_iter()
                .map(|day| Day {
                    day: day.at.to_string().chars().take(10).collect(),
                    page: Results::of(&day.counts, Way::Page),
                    handed_in: Results::of(&day.counts, Way::HandedIn),
                    api: Results::of(&day.counts, Way::Api),
                })
                .collect(),
        },
    }))
}

/// Over which time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// How many days back, today included; left out, 30.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u16>,
}

/// How often credentials of an achievement were checked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verifications {
    /// Enough credentials were awarded for counts that tell of nobody in particular.
    enough: bool,
    /// How many credentials that takes.
    fewest: u64,
    /// Days on which any was checked, the latest first.
    days: Vec<Day>,
}

/// Counts of one day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerificationsOfDay)]
pub(crate) struct Day {
    /// The day, UTC.
    #[schema(example = "2026-11-21")]
    day: String,
    /// On public pages.
    page: Results,
    /// Handed in as a file, a text or a link.
    handed_in: Results,
    /// By programs.
    api: Results,
}

/// Counts by result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerificationResults)]
pub(crate) struct Results {
    /// Everything that decides passed.
    pass: i64,
    /// Something that decides failed.
    fail: i64,
    /// Something that decides could not be checked.
    unknown: i64,
    /// It stands, and something should be known besides.
    warn: i64,
}

impl Results {
    fn of(counts: &Counts, way: Way) -> Self {
        Self {
            pass: counts.of(way, Found::Pass),
            fail: counts.of(way, Found::Fail),
            unknown: counts.of(way, Found::Unknown),
            warn: counts.of(way, Found::Warn),
        }
    }
}
