//! `POST /api/v1/endorsements`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::endorsing::{AskEndorsement, ask_endorsement};
use touchstone_service::rows::EndorsedKind;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::wire::moment;
use crate::state::Web;

/// Asks somebody outside, by mail, to endorse a version of an achievement or a release of a mapping set
///
/// The version does not change any more from then on. One address gets five such mails in 30 days, whoever asks.
#[utoipa::path(
    post,
    path = "/api/v1/endorsements",
    tag = "endorsements",
    operation_id = "askForEndorsement",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "A mail is on its way", body = EndorsementRequestId),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`nothing_to_endorse`"),
        (status = 409, description = "`asked_already`: about this version, and an answer may still come; `not_to_be_asked`, `asked_too_often`, `no_key`, `domain_not_shown`, `site_moved`"),
        (status = 422, description = "`faulty_request`: each field is named; `bad_time`, `wrong_body`"),
    )
)]
pub(crate) async fn ask(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    let ends_at = moment("endsAt", &said.ends_at)?.unix_millis();
    order
        .once(&web, async move |world, by| {
            let kind = EndorsedKind::parse(&said.kind);
            let order = AskEndorsement {
                tenant: by.tenant,
                actor: by.actor,
                kind: kind.ok_or_else(|| {
                    ApiError::unprocessable("faulty_request")
                        .with_field("kind", "“kind” is achievement or mapping-set.")
                })?,
                thing: said.thing,
                version: said.version,
                email: said.email,
                language: said.language,
                message: said.message,
                ends_at,
                drawn: None,
            };
            let asked = ask_endorsement(&world, &order).await?;
            Ok(Made::new(EndorsementRequestId { id: asked.id }))
        })
        .await
}

/// Whom to ask, about what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = EndorsementWanted)]
pub(crate) struct Wanted {
    /// `achievement` or `mapping-set`.
    kind: String,
    /// The achievement’s id or short name, or the mapping set’s id.
    thing: String,
    /// The version, or the number of the release; left out: the latest.
    #[serde(default)]
    #[schema(minimum = 1)]
    version: Option<i64>,
    /// Whom to ask: a mail address.
    email: String,
    /// The language of the mail: `en`, `de`, `es` or `fr`; left out: English.
    #[serde(default)]
    language: String,
    /// What to tell them.
    #[serde(default)]
    #[schema(max_length = 1000)]
    message: String,
    /// Until when an answer is wanted, within half a year: `2026-12-31T23:59:59Z`.
    ends_at: String,
}

/// Which request it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndorsementRequestId {
    /// Its id.
    id: String,
}
