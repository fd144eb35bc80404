//! `POST /api/v1/batches/ID/paper-codes`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::holding::{self, PaperCode, PaperCodes};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;

/// Makes codes for paper, for everybody of a batch who has no mail address
///
/// Who took theirs, and whose credential was withdrawn, gets none. With `again`, those who have a code get a new one, and the old one
/// stops working. A request makes 5,000 at most: `left` says how many people have none yet. The codes are told this once: a repeated
/// request is answered without them.
#[utoipa::path(
    post,
    path = "/api/v1/batches/{id}/paper-codes",
    tag = "batches",
    operation_id = "makeBatchPaperCodes",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The batch")),
    request_body = Wanted,
    responses(
        (status = 201, description = "The codes, by name", body = MadeCodes),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`batch_not_found`"),
        (status = 409, description = "`codes_made_before`: everybody has one; ask with `again`. `nobody_on_paper`"),
        (status = 422, description = "`wrong_body`"),
    )
)]
pub(crate) async fn paper_codes(
    State(web): State<Web>,
    Path(batch): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let Wanted { again } = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = PaperCodes {
                tenant: by.tenant,
                actor: by.actor,
                batch,
                again,
            };
            let made = holding::paper_codes(&world, &order).await?;
            let codes: Vec<Code> = made.codes.into_iter().map(Code::from).collect();
            let answer = MadeCodes {
                batch: order.batch,
                made: codes.len(),
                left: made.left,
                enter_at: made.enter_at,
                expires_at: time(made.expires_at),
                codes: None,
            };
            let codes = serde_json::to_value(codes).map_err(|error| ApiError::internal(&error))?;
            Ok(Made::new(answer).and_secret("codes", codes))
        })
        .await
}

/// Whose codes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WantedPaperCodes)]
pub(crate) struct Wanted {
    /// Also of those who have one that they did not use; it stops working. `false` if it is left out.
    #[serde(default)]
    again: bool,
}

/// Codes for paper.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchPaperCodes)]
pub(crate) struct MadeCodes {
    /// The batch.
    batch: String,
    /// How many were made.
    made: usize,
    /// How many more people of the batch have no code yet.
    left: u64,
    /// The address where they are entered.
    enter_at: String,
    /// When they stop working.
    expires_at: String,
    /// The codes; `null` where the request was repeated.
    codes: Option<Vec<Code>>,
}

/// One code and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchPaperCode)]
pub(crate) struct Code {
    /// The credential that it claims.
    credential: String,
    /// The person's name; may be empty.
    person: String,
    /// The institution's own identifier of the person.
    identifier: Option<String>,
    /// The code.
    code: String,
    /// The language to tell them in: the learner's, where it is `en`, `de`, `es` or `fr`, else `en`.
    language: &'static str,
}

impl From<PaperCode> for Code {
    fn from(one: PaperCode) -> Self {
        Self {
            credential: one.credential,
            person: one.person,
            identifier: one.identifier,
            code: one.code,
            language: one.language,
        }
    }
}
