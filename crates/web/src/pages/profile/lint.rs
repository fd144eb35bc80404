//! What achievements have to be ready for before they are issued, where they have no choice of their own.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::issuing::{Choice, Chosen, ProfileOrder, choose_profile};
use touchstone_service::operations::Permission;
use touchstone_vc::lint::Profile;

use crate::ApiError;
use crate::pages::desk::Desk;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::{Control, Field, field};

/// `POST /institution/lint`
pub async fn choose(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = ProfileOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        achievement: None,
        choice: Choice::parse(posted.fields.text("profile"))?,
    };
    choose_profile(&web.world, &order).await?;
    Ok(Redirect::to("/institution").into_response())
}

/// What was chosen, and the choice of it.
pub(super) fn asked(desk: &Desk, chosen: Chosen) -> Markup {
    let told = |profile: Profile| (profile.name(), format!("{} ({profile})", profile.about()));
    let words = Profile::ALL.map(told);
    let profiles = words.iter().map(|(name, words)| (*name, words.as_str()));
    let choices: Vec<_> = std::iter::once(("", "Nothing")).chain(profiles).collect();
    let value = chosen.profile.map_or("", Profile::name);
    html! {
        h2 { "Before anything is issued" }
        p { @match chosen.profile {
            Some(profile) => { "Achievements have to be ready for " (profile) ", unless something else was chosen on the page of one." }
            None => "Nothing is asked of achievements, unless something was chosen on the page of one."
        } }
        @if desk.may(Permission::Administer) {
            (desk.form("/institution/lint", &html! {
                (field(&Field { name: "profile", label: "Achievements have to be ready for", hint: Some("Until one is, no list is taken in for it. What was issued before stays as it is."), value, control: Control::Choice(&choices), ..Field::default() }))
                p.acts { button { "Choose" } }
            }))
        }
    }
}
