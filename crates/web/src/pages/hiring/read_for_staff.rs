//! `POST /staff/NAME`: what one's credentials show of every role that is open for an institution's own people. Nothing is kept.

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use touchstone_service::crosswalk::Verdict;
use touchstone_service::hiring::{
    MOST_CREDENTIALS, ReadForStaff, StaffPage, StaffReading, read_for_staff as read,
};

use super::{Refused, Still, follow, part, refused, staff_page};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::edge::{Activity, ClientAddress};
use crate::pages::brought::{Brought, files};
use crate::pages::roles::{reading, words};
use crate::state::Web;
use crate::templates::{Layout, icon, outcome, page};

/// Reads them.
pub async fn read_for_staff(
    State(web): State<Web>,
    Path(name): Path<String>,
    by: Option<Extension<ClientAddress>>,
    Extension(activity): Extension<Activity>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let found = staff_page::find(&web, &name).await?;
    let Brought {
        mut files, links, ..
    } = files(upload, MOST_CREDENTIALS).await?;
    if found.postings.is_empty() {
        return staff_page::show(&web, &found, &Still::default(), &[]).await;
    }
    let by = by.as_ref().map(|Extension(address)| address);
    let mut followed = follow(&web, &links, by).await?;
    activity.goes_on();
    files.append(&mut followed.had);
    if !followed.problems.is_empty() {
        let (still, problems) = refused(Refused::Links(followed), links, files).await?;
        return staff_page::show(&web, &found, &still, &problems).await;
    }
    match read(&web.world, &found, &files).await {
        Ok(read) => {
            let main = shown(&found, &read);
            let credits = staff_page::credits_of(&web, &found).await?;
            let layout = Layout {
                attributions: &credits,
                ..Layout::reading("What your credentials show", &web.edge.site)
            };
            Ok(keep(page(&layout, &main).into_response(), Cache::Never))
        }
        Err(error) => {
            let (still, problems) = refused(Refused::Read(error), links, files).await?;
            staff_page::show(&web, &found, &still, &problems).await
        }
    }
}

fn shown(found: &StaffPage, read: &ReadForStaff) -> Markup {
    html! {
        p { a href={ "/staff/" (found.row.public) } { "Roles for the people of " bdi { (found.institution.name) } } }
        h1 { "What your credentials show" }
        p { "Nothing was sent or kept. The roles stand by their titles: there is no score, and no order among them." }
        @if read.subjects_differ { p { (part::DIFFER) } }
        // One form carries the credentials, and each role has a button that leads on with them.
        form id="carry" method="post" enctype="multipart/form-data" {
            @for shared in &read.credentials { input type="hidden" name="carried" value=(BASE64.encode(&shared.bytes)); }
        }
        @for one in &read.roles { (role(one)) }
        @if read.left_out > 0 { p { (read.left_out) " more roles are open than are read at once. Look at those one by one." } }
    }
}

fn role(one: &StaffReading) -> Markup {
    let (row, kept) = (&one.posting.row, &one.posting.role);
    let tasks = &kept.role.tasks;
    let said = one.reading.tasks.iter();
    let said: Vec<_> = said
        .filter(|answer| answer.verdict != Verdict::NotShown)
        .collect();
    html! { section {
        h2 { bdi { (kept.role.title) } }
        @if said.is_empty() { p { "Nothing that you shared speaks of its tasks." } } @else {
            ul { @for answer in said {
                @let (tone, word) = words::verdict(answer.verdict);
                li { bdi { (tasks[answer.task].label) } " " span class=(tone.class()) { (outcome(tone, word)) } }
            } }
        }
        details { summary { "What is missing, and " @if tasks.len() == 1 { "the task" } @else { "all " (tasks.len()) " tasks" } span.vh { ": " (kept.role.title) } }
            (part::gaps(kept, &one.reading, &one.could_close))
            (reading::answers(kept, &one.reading))
        }
        p.acts { button form="carry" formaction={ "/apply/" (row.public) } { (icon("people")) " Look closer and apply" span.vh { ": " (kept.role.title) } } }
    } }
}
