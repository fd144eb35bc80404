//! `/reminders/TOKEN`: where a learner switches reminders off, and on again. Opening it changes nothing; buttons do (threat 30).
//!
//! Mail programs send the same POST by themselves when somebody presses their "unsubscribe" (RFC 8058).

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::holding::{ReminderChoice, choose_reminders, reminder_choice};

use crate::ApiError;
use crate::state::Web;
use crate::templates::{Layout, SiteFrame, icon, page};
use crate::text::clean;

/// `GET /reminders/TOKEN`
pub async fn look(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, ApiError> {
    let choice = reminder_choice(&web.world, &token).await?;
    let choice = choice.ok_or_else(unknown)?;
    Ok(show(&web.edge.site, &token, &choice).into_response())
}

/// What is chosen. A mail program sends `List-Unsubscribe=One-Click` and no choice: off.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    reminders: String,
}

/// `POST /reminders/TOKEN`
pub async fn choose(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(choice): Form<Choice>,
) -> Result<Response, ApiError> {
    let on = choice.reminders == "on";
    if !choose_reminders(&web.world, &token, on).await? {
        return Err(unknown());
    }
    // No redirect: programs that send this by themselves do not follow one reliably (RFC 8058 §3.2).
    look(State(web), Path(token)).await
}

fn unknown() -> ApiError {
    ApiError::not_found("reminder_link_not_found")
        .with_detail("This link leads nowhere. Look whether the address was copied completely.")
}

fn show(site: &SiteFrame, token: &str, choice: &ReminderChoice) -> Markup {
    let issuer = clean(&choice.institution_name);
    let (heading, button, value) = if choice.on {
        (
            "You are reminded before a credential ends",
            "Switch reminders off",
            "off",
        )
    } else {
        (
            "You are not reminded before a credential ends",
            "Switch reminders on",
            "on",
        )
    };
    let main = html! {
        h1 { (heading) }
        p { "This is about mail from " bdi { (issuer) } " that says that a credential of yours is about to end, and how to renew it. Your credentials themselves stay as they are." }
        form action={ "/reminders/" (token) } method="post" {
            input type="hidden" name="reminders" value=(value);
            p.acts { button.main { (icon("clock")) " " (button) } }
        }
    };
    page(&Layout::reading("Reminders", site), &main)
}
