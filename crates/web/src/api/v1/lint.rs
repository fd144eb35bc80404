//! `POST /api/v1/lint`

use std::convert::Infallible;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;
use touchstone_service::issuing::{Links, links_to_look_up, look_up_links};
use touchstone_vc::lint::{Facts, LintError, LintReport, Profile, UnknownProfile, lint};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::caller::Read;
use crate::api::order::{Made, Order};
use crate::edge::ClientAddress;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(judge))
}

/// Looks whether a credential or an achievement can be understood
///
/// Says nothing about whether it is valid. Nothing is fetched unless `lookUp` says so, and nothing is kept but the answer, under the name of the request.
#[utoipa::path(
    post,
    path = "/api/v1/lint",
    tag = "achievements",
    operation_id = "lint",
    security(("key" = ["read"])),
    request_body = ToJudge,
    responses(
        (status = 200, description = "The report: `readiness` is `ready`, `not_ready` or `undecided`", body = Report),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`wrong_body`, `unknown_profile`, `cannot_be_linted`"),
    )
)]
pub(crate) async fn judge(
    State(web): State<Web>,
    from: AskedFrom,
    order: Order<Read>,
) -> Result<Response, ApiError> {
    let said: ToJudge = order.json()?;
    let profile = Profile::parse(&said.profile)?;
    let given = said.document.get();
    // A text is a token, or a document that was packed once more.
    let text = serde_json::from_str::<String>(given);
    let facts = Facts::of_document(
        text.as_deref().unwrap_or(given).as_bytes(),
        said.version.as_deref().map(str::as_bytes),
        said.issuer.as_deref().map(|issuer| issuer.get().as_bytes()),
        web.world.clock.now(),
        web.world.crypto,
    )?;
    // Before the request is done: that it came too soon is not what it is answered for good.
    if said.look_up {
        let urls = facts.alignment.iter().map(|one| one.target_url.as_str());
        from.may_look_up(&web, urls)?;
    }
    let links = links(said.look_up);
    order
        .once(&web, async move |world, _| {
            let mut facts = facts;
            if links == Links::LookedUp {
                look_up_links(&world.fetch, &mut facts).await;
            }
            Ok(Made::done(Report::of(&lint(&facts, profile)).0))
        })
        .await
}

/// From where links are to be looked up: one network may have as many asked as on the pages.
#[derive(Clone, Copy)]
pub(crate) struct AskedFrom(Option<ClientAddress>);

impl FromRequestParts<Web> for AskedFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied()))
    }
}

impl AskedFrom {
    /// Refuses to have others asked where too many were.
    pub(crate) fn may_look_up<'a>(
        self,
        web: &Web,
        urls: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), ApiError> {
        let links = links_to_look_up(urls).len();
        web.edge.hold_back_links(links, self.0.as_ref())
    }
}

/// What is to be looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LintRequest)]
pub(crate) struct ToJudge {
    /// A credential (JSON, or a JSON Web Token as a text), a definition document, or the published document of a version.
    #[schema(value_type = Object)]
    document: Box<RawValue>,
    /// For whom: `eu-mc`, `tmc-application`, `tmc-knowledge` or `ctdl-min`.
    profile: String,
    /// Of a credential: the document of its version, as a text that holds it byte for byte. What only it says is unknown without it.
    #[serde(default)]
    version: Option<String>,
    /// The issuer's Open Badges profile.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    issuer: Option<Box<RawValue>>,
    /// Whether the addresses of linked tasks and skills are asked, so that TS-012 knows whether they open: 50 at most, for 15 seconds.
    #[serde(default)]
    look_up: bool,
}

/// Whether the addresses of links are asked.
pub(crate) const fn links(look_up: bool) -> Links {
    match look_up {
        true => Links::LookedUp,
        false => Links::AsWritten,
    }
}

/// What every rule of the profile found: `profile`, `subject`, `readiness`, and `rules` with `id`, `severity`, `claim`, `source`,
/// `judgement` (`holds`, `not_applicable`, `unknown`, `broken`) and `findings` (`place`, `what`, `mend`).
#[derive(Debug, serde::Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = LintReport, value_type = Object)]
pub(crate) struct Report(pub(crate) serde_json::Value);

impl Report {
    pub(crate) fn of(report: &LintReport) -> Self {
        let json = serde_json::from_str(&report.to_json().to_string());
        Self(json.expect("a report is JSON"))
    }
}

impl From<UnknownProfile> for ApiError {
    fn from(error: UnknownProfile) -> Self {
        let words = sentence(&error.to_string());
        Self::unprocessable("unknown_profile").with_field("profile", words)
    }
}

impl From<LintError> for ApiError {
    fn from(error: LintError) -> Self {
        Self::unprocessable("cannot_be_linted").with_detail(sentence(&error.to_string()))
    }
}
