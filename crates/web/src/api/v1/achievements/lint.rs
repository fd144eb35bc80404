//! `GET` and `PUT /api/v1/achievements/ID/lint`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{
    Choice, ChooseError, Chosen, NotReady, ProfileOrder, achievement, choose_profile,
    chosen_profile, lint_achievement,
};
use touchstone_vc::lint::Profile;
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;
use crate::api::caller::{By, Define, Read};
use crate::api::order::{Made, Order};
use crate::api::query::Asked;
use crate::api::v1::lint::{AskedFrom, Report, links};
use crate::state::Web;

/// Looks whether an achievement can be understood by whoever must act on it
#[utoipa::path(
    get,
    path = "/api/v1/achievements/{id}/lint",
    tag = "achievements",
    operation_id = "lintAchievement",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id or its short name"), Which),
    responses(
        (status = 200, description = "What was chosen for it, and the report", body = Linted),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`achievement_not_found`"),
        (status = 422, description = "`unknown_profile`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    from: AskedFrom,
    Path(id): Path<String>,
    Asked(asked): Asked<Which>,
) -> Result<Json<Linted>, ApiError> {
    let profile = asked.profile.as_deref().map(Profile::parse).transpose()?;
    let gone = || ApiError::not_found("achievement_not_found");
    let found = achievement(&web.world, &by.tenant, &id, asked.version).await?;
    let found = found.ok_or_else(gone)?;
    if asked.look_up {
        let urls = found.definition.alignment.iter();
        from.may_look_up(&web, urls.map(|link| link.target_url.as_str()))?;
    }
    let found = found.achievement.id;
    let chosen = chosen_profile(&web.world, &by.tenant, Some(&found)).await?;
    let profile = profile.or(chosen.profile).unwrap_or(Profile::EuMc);
    let (version, links) = (asked.version, links(asked.look_up));
    let report = lint_achievement(&web.world, &by.tenant, &found, version, profile, links).await?;
    Ok(Json(Linted {
        chosen: chosen.into(),
        report: Report::of(&report.ok_or_else(gone)?),
    }))
}

/// Chooses what the achievement has to be ready for before it is issued
///
/// Until somebody chooses, nothing is asked.
#[utoipa::path(
    put,
    path = "/api/v1/achievements/{id}/lint",
    tag = "achievements",
    operation_id = "chooseAchievementProfile",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "Its id or its short name")),
    request_body = Wanted,
    responses(
        (status = 200, description = "What holds from now on", body = Holds),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`achievement_not_found`"),
        (status = 422, description = "`wrong_body`, `unknown_profile`"),
    )
)]
pub(crate) async fn choose(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let known = achievement(&web.world, &order.by.tenant, &id, None).await?;
    let known = known.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let id = known.achievement.id;
    let choice = order.json::<Wanted>()?.choice()?;
    order
        .once(&web, async move |world, by| {
            let order = ProfileOrder {
                tenant: by.tenant,
                actor: by.actor,
                achievement: Some(id.clone()),
                choice,
            };
            choose_profile(&world, &order).await?;
            let chosen = chosen_profile(&world, &order.tenant, Some(&id)).await?;
            Ok(Made::done(Holds::from(chosen)))
        })
        .await
}

/// Which version, and for whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The version; left out, the newest.
    version: Option<i64>,
    /// For whom; left out, the profile that was chosen, or else `eu-mc`.
    profile: Option<String>,
    /// Whether the addresses of linked tasks and skills are asked, so that TS-012 knows whether they open: 50 at most, for 15 seconds.
    #[serde(default, rename = "lookUp")]
    look_up: bool,
}

/// What an achievement is asked, and how it fares.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Linted {
    /// What was chosen for it.
    chosen: Holds,
    /// The report.
    report: Report,
}

/// A choice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LintChoice)]
pub(crate) struct Wanted {
    /// A profile, `none` for nothing, or `null` for what the institution chose (of the institution: nothing).
    #[serde(deserialize_with = "Deserialize::deserialize")]
    profile: Option<String>,
}

impl Wanted {
    pub(crate) fn choice(&self) -> Result<Choice, ApiError> {
        match self.profile.as_deref() {
            None => Ok(Choice::AsInstitution),
            Some("") => Err(touchstone_vc::lint::UnknownProfile.into()),
            Some(name) => Ok(Choice::parse(name)?),
        }
    }
}

/// What holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LintChosen)]
pub(crate) struct Holds {
    /// The profile; `null`: nothing is asked.
    profile: Option<&'static str>,
    /// Who chose: `achievement`, `institution` or `nobody`.
    chosen_by: &'static str,
}

impl From<Chosen> for Holds {
    fn from(chosen: Chosen) -> Self {
        Self {
            profile: chosen.profile.map(Profile::name),
            chosen_by: chosen.by.as_str(),
        }
    }
}

impl From<ChooseError> for ApiError {
    fn from(error: ChooseError) -> Self {
        match error {
            ChooseError::NoSuchAchievement => Self::not_found("achievement_not_found"),
            ChooseError::Store(error) => error.into(),
        }
    }
}

impl From<NotReady> for ApiError {
    fn from(error: NotReady) -> Self {
        let words = format!(
            "The achievement is not ready for {}, which was chosen for it. Mend what is named here, or choose another profile on its page.",
            error.profile
        );
        error.unmet.into_iter().fold(
            Self::conflict("achievement_not_ready").with_detail(words),
            |all, unmet| {
                all.with_field(
                    unmet.place.clone(),
                    format!("{} {}: {}", unmet.rule, unmet.place, unmet.words),
                )
            },
        )
    }
}
