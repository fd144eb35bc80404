//! `POST /institution/domain` and `POST /institution/domain/check`: the institution's domain; and the part of its page about that.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::operations::Permission;
use touchstone_service::operations::domain::{
    self, Domain, DomainError, DomainOrder, check_domain, name_domain,
};

use super::show::{View, show};
use crate::ApiError;
use crate::pages::desk::Desk;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Field, Problem, Tone, day_text, field, icon, moment, outcome};
use crate::text::sentence;

/// Names the domain.
pub async fn name(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let typed = posted.fields.text("domain");
    let done = name_domain(&web.world, &order(&posted.by), typed).await;
    told(&web, &posted.by, done, Some(typed)).await
}

/// Looks whether it is the institution's.
pub async fn check(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let done = check_domain(&web.world, &order(&posted.by)).await;
    told(&web, &posted.by, done, None).await
}

fn order(by: &SignedIn) -> DomainOrder {
    DomainOrder {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
    }
}

async fn told(
    web: &Web,
    by: &SignedIn,
    done: Result<(), DomainError>,
    typed: Option<&str>,
) -> Result<Response, ApiError> {
    let error = match done {
        Ok(()) => return Ok(Redirect::to("/institution#domain").into_response()),
        Err(DomainError::Store(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let view = View {
        problems: vec![Problem {
            field: "domain".into(),
            words: sentence(&error.to_string()),
        }],
        domain_typed: typed.map(str::to_owned),
        ..super::as_it_is(web, by).await?
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&by.desk, &view)).into_response())
}

/// Whether the domain is the institution's, and how an owner shows that.
pub(super) fn section(
    desk: &Desk,
    domain: Option<&Domain>,
    typed: Option<&str>,
    problems: &[Problem],
) -> Markup {
    let named = domain.map_or("", |domain| &domain.name);
    let error = problems.iter().find(|problem| problem.field == "domain");
    html! { section aria-labelledby="domain" {
        h2 id="domain" { "Its domain" }
        p { (stands(domain)) }
        @if desk.may(Permission::Administer) {
            @if let Some(domain) = domain {
                p { "Put a text file at " code { (domain.address) } " with this line in it:" }
                pre.scroll tabindex="0" { code { (domain.line) } }
                (desk.button("/institution/domain/check", &html! { (icon("retry")) " Look whether it is there" }))
            }
            (desk.form("/institution/domain", &html! {
                (field(&Field { name: "domain", label: "Domain", hint: Some("Such as example.edu. Another one than before has to be shown anew."), value: typed.unwrap_or(named), error: error.map(|problem| problem.words.as_str()), required: true, ..Field::default() }))
                p.acts { button { "Name it" } }
            }))
        }
    } }
}

/// What is known of a domain, for everybody.
pub(in crate::pages) fn stands(domain: Option<&Domain>) -> Markup {
    match domain.and_then(|domain| Some((&domain.name, domain.verified_at?))) {
        Some((name, at)) => html! {
            span.pass { (outcome(Tone::Pass, "Shown")) } " " bdi { (name) } " was this institution’s on " (day_text(moment(at))) "."
        },
        None => html! {
            span.unsure { (outcome(Tone::Unsure, "Not shown")) } " This institution has not shown that a domain is its own."
        },
    }
}

/// The same for the institution of a public page.
pub(in crate::pages) async fn of(
    web: &Web,
    tenant: &touchstone_service::rows::TenantId,
) -> Result<Markup, ApiError> {
    let known = domain::domain(&web.world, tenant).await?;
    Ok(stands(known.as_ref()))
}
