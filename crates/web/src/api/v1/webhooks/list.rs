//! `GET /api/v1/webhooks`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::hiring;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::api::wire::time;
use crate::state::Web;

/// Lists the programs that are told what became of applications, and what they were told last
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    tag = "hiring",
    operation_id = "listWebhooks",
    security(("key" = ["hire"])),
    responses((status = 200, description = "All of them", body = Webhooks))
)]
pub(crate) async fn list(by: By<Hire>, State(web): State<Web>) -> Result<Json<Webhooks>, ApiError> {
    let all = hiring::webhooks(&web.world, &by.tenant).await?;
    Ok(Json(Webhooks {
        webhooks: all.into_iter().map(Webhook::of).collect(),
    }))
}

/// Webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// All of them, oldest first.
    webhooks: Vec<Webhook>,
}

/// A program that is told what became of applications. Its secret is told once, when it is added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Webhook {
    /// Its id.
    id: String,
    /// Where messages go.
    address: String,
    /// When it was added.
    made_at: String,
    /// Since when nothing goes there any more, because it answered 410.
    disabled_at: Option<String>,
    /// How many messages wait to be sent, or to be tried again.
    waiting: u64,
    /// How many were given up in the last 30 days.
    given_up: u64,
    /// The newest ten messages of the last 30 days.
    messages: Vec<WebhookMessage>,
}

/// What a program is or was told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookMessage {
    /// The value of `webhook-id`, the same at every try.
    id: String,
    /// `application.sent`, `application.withdrawn` or `application.in_doubt`.
    r#type: String,
    /// The application, by id.
    application: String,
    /// When it happened.
    at: String,
    /// `waiting`, `delivered` or `dead`.
    state: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried again.
    next_at: Option<String>,
    /// Why the last try failed.
    last_error: Option<String>,
}

impl Webhook {
    fn of(one: hiring::Webhook) -> Self {
        let messages = one.messages.into_iter().map(|row| WebhookMessage {
            id: row.id,
            r#type: row.kind,
            application: row.subject,
            at: time(row.at),
            state: row.state.as_str(),
            attempts: row.attempts,
            next_at: row.next_at.map(time),
            last_error: row.last_error,
        });
        Self {
            messages: messages.collect(),
            id: one.id,
            address: one.address,
            made_at: time(one.made_at),
            disabled_at: one.disabled_at.map(time),
            waiting: one.waiting,
            given_up: one.given_up,
        }
    }
}
