//! `GET /roles`

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use touchstone_service::crosswalk::{Need, roles};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::desk::nothing;
use crate::pages::hiring::staff_section;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Act, Column, acts, day_text, ledger, moment};

/// All roles of the institution.
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let all = roles(&web.world, by.tenant()).await?;
    let staff = match by.desk.may(Permission::Hire) {
        true => staff_section(&web, &by).await?,
        false => html! {},
    };
    let main = html! {
        h1 { "Roles" }
        p { "What somebody does all day, task by task. Credentials are read for a role without a score: each task is met, met at a lower level, out of date, related only, or nothing was shared." }
        @if by.desk.may(Permission::Define) { (acts(&[Act { href: "/roles/new", icon: Some("people"), label: "Describe a role", main: true, ..Act::default() }])) }
        @if all.is_empty() { (nothing("There is none yet.", None)) } @else {
            (ledger("By title", [Column::words("Title"), Column::numbers("Must"), Column::numbers("Wanted"), Column::words("For everybody"), Column::words("Written")],
                all.iter().map(|one| {
                    let must = one.role.tasks.iter().filter(|task| task.need == Need::Must).count();
                    [
                        html! { a href={ "/roles/" (one.row.id) } { bdi { (one.row.title) } } },
                        html! { (must) },
                        html! { (one.role.tasks.len() - must) },
                        html! { @if one.row.public.is_empty() { "No" } @else { a href={ "/r/" (one.row.public) } { "Its page" span.vh { ": " (one.row.title) } } } },
                        html! { (day_text(moment(one.row.changed_at))) },
                    ]
                })))
        }
        (staff)
        @if by.desk.may(Permission::Hire) { p { a href="/webhooks" { "Programs that are told of applications" } } }
    };
    Ok(by.desk.page("Roles", "/roles", &main).into_response())
}
