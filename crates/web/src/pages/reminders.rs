//! `/reminders/TOKEN`: where a learner switches reminders off, and on again. Opening it changes nothing; buttons do (threat 30).
//!
//! Mail programs send the same POST by themselves when somebody presses their "unsubscribe" (RFC 8058), as `multipart/form-data` or as our form does.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::holding::{ReminderChoice, choose_reminders, reminder_choice};
use touchstone_service::spoken_or_english;

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

/// What is chosen on our page. A mail program sends `List-Unsubscribe=One-Click`, in one form or another, and no choice: off.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    reminders: String,
}

/// `POST /reminders/TOKEN`
pub async fn choose(
    State(web): State<Web>,
    Path(token): Path<String>,
    choice: Result<Form<Choice>, FormRejection>,
) -> Result<Response, ApiError> {
    let on = choice.is_ok_and(|Form(choice)| choice.reminders == "on");
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
    let words = words(choice.language);
    let issuer = clean(&choice.institution_name);
    let ([heading, button], value) = match choice.on {
        true => (words.on, "off"),
        false => (words.off, "on"),
    };
    let main = html! {
        h1 { (heading) }
        p { (words.about[0]) bdi { (issuer) } (words.about[1]) }
        form action={ "/reminders/" (token) } method="post" {
            input type="hidden" name="reminders" value=(value);
            p.acts { button.main { (icon("clock")) " " (button) } }
        }
    };
    let layout = Layout {
        language: words.language,
        ..Layout::reading(words.title, site)
    };
    page(&layout, &main)
}

struct Words {
    language: &'static str,
    title: &'static str,
    /// While they are on: what is so, and the button that changes it.
    on: [&'static str; 2],
    off: [&'static str; 2],
    /// Before and after who issued.
    about: [&'static str; 2],
}

fn words(language: &str) -> &'static Words {
    spoken_or_english(&LANGUAGES, |words| words.language, language)
}

/// As the mails that lead here.
const LANGUAGES: [Words; 4] = [
    Words {
        language: "en",
        title: "Reminders",
        on: [
            "You are reminded before a credential ends",
            "Switch reminders off",
        ],
        off: [
            "You are not reminded before a credential ends",
            "Switch reminders on",
        ],
        about: [
            "This is about mail from ",
            " that says that a credential of yours is about to end, and how to renew it. Your credentials themselves stay as they are.",
        ],
    },
    Words {
        language: "de",
        title: "Erinnerungen",
        on: [
            "Sie werden erinnert, bevor ein Nachweis endet",
            "Erinnerungen abschalten",
        ],
        off: [
            "Sie werden nicht erinnert, bevor ein Nachweis endet",
            "Erinnerungen einschalten",
        ],
        about: [
            "Es geht um Mails von ",
            ", die sagen, dass einer Ihrer Nachweise bald endet und wie Sie ihn erneuern. Ihre Nachweise selbst bleiben, wie sie sind.",
        ],
    },
    Words {
        language: "es",
        title: "Recordatorios",
        on: [
            "Recibe un recordatorio antes de que termine una credencial",
            "Desactivar los recordatorios",
        ],
        off: [
            "No recibe recordatorios antes de que termine una credencial",
            "Activar los recordatorios",
        ],
        about: [
            "Se trata de los correos enviados por ",
            " que dicen que una credencial suya está a punto de terminar y cómo renovarla. Sus credenciales no cambian.",
        ],
    },
    Words {
        language: "fr",
        title: "Rappels",
        on: [
            "Vous recevez un rappel avant qu’une attestation prenne fin",
            "Désactiver les rappels",
        ],
        off: [
            "Vous ne recevez pas de rappel avant qu’une attestation prenne fin",
            "Activer les rappels",
        ],
        about: [
            "Il s’agit des courriels envoyés par ",
            " qui disent qu’une de vos attestations prend bientôt fin et comment la renouveler. Vos attestations elles-mêmes ne changent pas.",
        ],
    },
];
