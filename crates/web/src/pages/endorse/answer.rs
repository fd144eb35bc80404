//! `POST /endorse/TOKEN/decline`, and `/endorse/TOKEN/never`: saying no, once or for good.

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use touchstone_service::endorsing::{self, look, refuse};

use super::{again, show::Typed, unknown};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::state::Web;
use crate::templates::{Layout, icon, page};
use crate::text::clean;

/// Says no to this request.
pub async fn decline(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, ApiError> {
    match endorsing::decline(&web.world, &token, &typed.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/endorse/{token}")).into_response()),
        Err(error) => again(&web, &token, &typed, Some(error)).await,
    }
}

/// Asks whether one wants to be asked no more.
pub async fn never(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let found = look(&web.world, &token).await?.ok_or_else(unknown)?;
    let main = html! {
        h1 { "Be asked no more?" }
        p { bdi { (clean(&found.institution.name)) } " wrote to you. The button keeps every institution on this site from asking you for endorsements, for good. We keep a hash of your address for it. The institutions that asked you before keep your address with their requests." }
        @if found.state == endorsing::State::Asked { p { "This request stays open: you can still answer it, or leave it." } }
        form action={ "/endorse/" (token) "/never" } method="post" {
            p.acts { button.main { (icon("mail")) " Ask me no more" } " " a.button href={ "/endorse/" (token) } { "Back to the request" } }
        }
    };
    let page = page(&Layout::reading("Be asked no more?", &web.edge.site), &main);
    Ok(keep(page.into_response(), Cache::Never))
}

/// Keeps everybody here from asking. Mail programs do this by themselves when somebody presses their "unsubscribe".
pub async fn never_again(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    if !refuse(&web.world, &token).await? {
        return Err(unknown());
    }
    let main = html! {
        p.verdict.pass { (icon("pass")) " " strong { "Noted" } }
        h1 { "Nobody here asks you again" }
        p { "No institution on this site can write to your address for an endorsement from now on. Should you want to be asked after all, write to whoever runs this site." }
        p.acts { a.button href={ "/endorse/" (token) } { "Back to the request" } }
    };
    let page = page(
        &Layout::reading("Nobody here asks you again", &web.edge.site),
        &main,
    );
    Ok(keep(page.into_response(), Cache::Never))
}
