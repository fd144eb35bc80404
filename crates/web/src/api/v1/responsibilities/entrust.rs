//! `PUT /api/v1/responsibilities/KIND/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::governing::{self, EntrustError, Entrusting, Thing, responsibility};
use utoipa::ToSchema;

use super::Responsibility;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::wire::moment;
use crate::pages::day::end_of;
use crate::state::Web;
use crate::text::sentence;

/// Says who answers for a thing, until when, and what takes its place
///
/// With `seen`, the `changedAt` of what was looked at, nothing is replaced that somebody else said since.
#[utoipa::path(
    put,
    path = "/api/v1/responsibilities/{kind}/{id}",
    tag = "institution",
    operation_id = "entrust",
    security(("key" = ["define"])),
    params(
        ("kind" = String, Path, description = "`achievement`, `role`, `mapping-set` or `competency`"),
        ("id" = String, Path, description = "Its id"),
    ),
    request_body = Wanted,
    responses(
        (status = 200, description = "It is said", body = Responsibility),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`responsibility_not_found`"),
        (status = 409, description = "`written_in_between`: it was said anew after `seen`"),
        (status = 422, description = "`faulty_responsibility`: each field is named; `wrong_body`, `bad_time`"),
    )
)]
pub(crate) async fn entrust(
    State(web): State<Web>,
    Path((kind, id)): Path<(String, String)>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let unknown = || ApiError::not_found("responsibility_not_found");
            let thing = Thing::parse(&kind).ok_or_else(unknown)?;
            let found = responsibility(&world, &by.tenant, thing, &id).await?;
            found.ok_or_else(unknown)?;
            let until = match &said.until {
                None => None,
                Some(day) => Some(end_of(day).ok_or_else(|| {
                    ApiError::unprocessable("faulty_responsibility")
                        .with_field("until", "Write the day as 2027-03-31.")
                })?),
            };
            let seen = match said.seen.as_deref() {
                None => None,
                Some("") => Some(0),
                Some(seen) => Some(moment("seen", seen)?.unix_millis()),
            };
            let order = Entrusting {
                tenant: by.tenant,
                actor: by.actor,
                thing,
                id,
                steward: said.steward,
                until,
                successor: said.successor,
                no_longer_used: said.deprecated,
                replaced_by: said.replaced_by,
                seen,
            };
            governing::entrust(&world, &order).await?;
            let made = responsibility(&world, &order.tenant, thing, &order.id).await?;
            Ok(Made::done(Responsibility::of(made.ok_or_else(unknown)?)))
        })
        .await
}

/// What is said of a thing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ResponsibilityWanted)]
pub(crate) struct Wanted {
    /// Who answers for it.
    #[schema(min_length = 1, max_length = 300)]
    steward: String,
    /// The last day, such as `2027-03-31`; left out: no end is set.
    #[serde(default)]
    until: Option<String>,
    /// Who takes over then.
    #[serde(default)]
    #[schema(max_length = 300)]
    successor: String,
    /// Whether it should no longer be used.
    #[serde(default)]
    deprecated: bool,
    /// What takes its place.
    #[serde(default)]
    #[schema(max_length = 300)]
    replaced_by: String,
    /// `changedAt` of what was looked at, and empty where nobody was named; left out, whatever was said is replaced.
    #[serde(default)]
    seen: Option<String>,
}

impl From<EntrustError> for ApiError {
    fn from(error: EntrustError) -> Self {
        let said = sentence(&error.to_string());
        let field = match error {
            EntrustError::NoSuchThing => return Self::not_found("responsibility_not_found"),
            EntrustError::InBetween => {
                return Self::conflict("written_in_between").with_detail(said);
            }
            EntrustError::Store(error) => return error.into(),
            EntrustError::Steward => "steward",
            EntrustError::Successor => "successor",
            EntrustError::ReplacedBy => "replacedBy",
            EntrustError::StillUsed => "deprecated",
        };
        Self::unprocessable("faulty_responsibility").with_field(field, said)
    }
}
