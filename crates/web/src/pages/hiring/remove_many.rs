//! `POST /postings/ID/choose` and `/postings/ID/remove`: deleting many applications at once. First it is shown which.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::hiring::{
    Posting, RemovalOfMany, Whom, application_names, posting, remove_applications,
};
use touchstone_service::operations::Permission;

use super::show::called_by;
use crate::ApiError;
use crate::pages::desk::{Desk, nothing, trail};
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::{csrf, icon};

/// Shows which applications would be deleted. Nothing is deleted.
pub async fn choose(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let tenant = posted.by.tenant();
    // Before it is counted: what comes in between stays.
    let shown_at = web.world.clock.now().unix_millis();
    let found = posting(&web.world, tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    let which = match whom(&posted) {
        Whom::All => Which::All,
        Whom::These(ids) => {
            let named = application_names(&web.world, tenant, &id, &ids).await?;
            let named = named.unwrap_or_default().into_iter().map(|one| {
                let called = called_by(&one.id, one.name.as_deref());
                (one.id, called)
            });
            Which::These(named.collect())
        }
    };
    let none = match &which {
        Which::All => found.applications == 0,
        Which::These(named) => named.is_empty(),
    };
    let status = match none {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let main = ask(&posted.by.desk, &found, &which, shown_at, none);
    let page = (posted.by.desk).page("Delete applications", "/roles", &main);
    Ok((status, page).into_response())
}

/// Deletes exactly those; of all, those that were there when it was asked. Whoever was not asked is.
pub async fn remove_many(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let until: Option<i64> = posted.fields.text("until").parse().ok();
    let whom = whom(&posted);
    if whom == Whom::All && until.is_none() {
        return choose(State(web), Path(id), posted).await;
    }
    let order = RemovalOfMany {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        posting: id.clone(),
        whom,
        until,
    };
    let removed = remove_applications(&web.world, &order).await?;
    let removed = removed.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    let to = match removed.waiting {
        0 => format!("/postings/{id}"),
        waiting => format!("/postings/{id}?waiting={waiting}"),
    };
    Ok(Redirect::to(&to).into_response())
}

enum Which {
    All,
    These(Vec<(String, String)>),
}

fn whom(posted: &Posted) -> Whom {
    match posted.fields.ticked("all") {
        true => Whom::All,
        false => Whom::These(posted.fields.all("one").map(str::to_owned).collect()),
    }
}

fn ask(desk: &Desk, posting: &Posting, which: &Which, shown_at: i64, none: bool) -> Markup {
    let here = format!("/postings/{}", posting.row.id);
    let title = &posting.role.role.title;
    let count = match which {
        Which::All => posting.applications,
        Which::These(named) => named.len() as u64,
    };
    html! {
        (trail(&[("/roles", "Roles"), (&here, title)]))
        h1 { @match count { 1 => "Delete one application?", count => { "Delete " (count) " applications?" } } }
        @if none {
            (nothing("None is chosen. Go back and tick which.", Some((&here, "Back to the applications"))))
        } @else {
            p { "Nothing is deleted yet. With an application goes everything that was sent, and its sender’s link leads nowhere. It cannot be undone." }
            @match which {
                Which::All => p { "These are all applications to " bdi { (title) } " that came until now." },
                Which::These(named) => ul { @for (_, name) in named { li { bdi { (name) } } } },
            }
            form.acts method="post" action={ (here) "/remove" } {
                (csrf(&desk.form_token))
                @match which {
                    Which::All => { input type="hidden" name="all" value="1"; input type="hidden" name="until" value=(shown_at); }
                    Which::These(named) => { @for (id, _) in named { input type="hidden" name="one" value=(id); } }
                }
                button { (icon("lock")) " Delete " @match count { 1 => "it", _ => "them" } } " "
                a.button href=(here) { "Keep them" }
            }
        }
    }
}
