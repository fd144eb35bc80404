//! `GET /api/v1/batches/ID/mail` and `POST /api/v1/batches/ID/mail/test`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::holding::{self, ExampleMail, TestMail};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Issue, Read};
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Shows the mails that issuing the batch's ready rows would send
///
/// One for each language, as the first of its readers will get it. Only the link differs: the real one is made when the mail goes.
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}/mail",
    tag = "batches",
    operation_id = "previewBatchMail",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The batch")),
    responses(
        (status = 200, description = "The mails", body = Mails),
        (status = 404, description = "`batch_not_found`"),
    )
)]
pub(crate) async fn preview_mail(
    by: By<Read>,
    State(web): State<Web>,
    Path(batch): Path<String>,
) -> Result<Json<Mails>, ApiError> {
    let found = holding::preview_mail(&web.world, &by.tenant, &batch).await?;
    let found = found.ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    Ok(Json(Mails {
        mails: found.mails.into_iter().map(Mail::from).collect(),
        on_paper: found.on_paper,
    }))
}

/// Sends one of the mails to a member of the institution, to see it arrive
#[utoipa::path(
    post,
    path = "/api/v1/batches/{id}/mail/test",
    tag = "batches",
    operation_id = "testBatchMail",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The batch")),
    request_body = Test,
    responses(
        (status = 200, description = "It was handed to the mail server", body = Sent),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`batch_not_found`"),
        (status = 422, description = "`no_such_mail`, `not_a_member`, `wrong_body`"),
        (status = 502, description = "`mail_not_taken`: the mail server refused it"),
    )
)]
pub(crate) async fn test_mail(
    State(web): State<Web>,
    Path(batch): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let said: Test = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = TestMail {
                tenant: by.tenant,
                actor: by.actor,
                batch,
                language: said.language,
                to: said.to,
            };
            holding::test_mail(&world, &order).await?;
            Ok(Made::done(Sent { to: order.to }))
        })
        .await
}

/// The mails of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchMails)]
pub(crate) struct Mails {
    /// One for each language.
    mails: Vec<Mail>,
    /// How many have no address and get a code on paper.
    on_paper: u64,
}

/// A mail as the first of its readers will get it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchMail)]
pub(crate) struct Mail {
    /// Its language.
    language: String,
    /// How many get it in this language.
    readers: u64,
    /// Whom it speaks for.
    from_name: String,
    /// Where answers go.
    reply_to: Option<String>,
    /// To whom.
    to: String,
    /// Subject line.
    subject: String,
    /// Its plain text.
    text: String,
    /// The same as HTML.
    html: String,
}

impl From<ExampleMail> for Mail {
    fn from(mail: ExampleMail) -> Self {
        let message = mail.message;
        Self {
            language: message.language,
            readers: mail.readers,
            from_name: message.from_name,
            reply_to: message.reply_to,
            to: message.to,
            subject: message.subject,
            text: message.text,
            html: message.html,
        }
    }
}

/// Which mail, and to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailTest)]
pub(crate) struct Test {
    /// The language: one of those in the preview.
    language: String,
    /// The address of a member of the institution.
    to: String,
}

/// It was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailTested)]
pub(crate) struct Sent {
    /// To this address.
    to: String,
}
