//! The first step: which achievement, and the list of people.
//!
//! Nothing is issued here, whatever is uploaded.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::governing::all_no_longer_used;
use touchstone_service::issuing::{
    Column, Hold, HoldError, Mapping, NotReady, Upload, UploadError, achievements, hold, upload,
};
use touchstone_service::operations::Permission;
use touchstone_vc::Timestamp;

use crate::ApiError;
use crate::edge::Activity;
use crate::pages::desk::{Desk, nothing, trail};
use crate::signed_in::{PostedList, Sent, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, error_summary, field, icon, note};
use crate::text::clean;

/// `GET /cohorts/new`
pub async fn ask(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Issue)?;
    Ok(show(
        &by.desk,
        &choices(&web, &by).await?,
        &Entered::default(),
        &[],
    )
    .into_response())
}

/// `POST /cohorts`: takes the list and leads to its preview. The same file again leads to the same preview.
pub async fn take(
    State(web): State<Web>,
    Extension(activity): Extension<Activity>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let posted = sent.list(&web, Permission::Issue).await?;
    let by = &posted.by;
    let entered = Entered {
        achievement: posted.fields.text("achievement").to_owned(),
        name: posted.fields.text("name").to_owned(),
        hold_until: posted.fields.text("hold_until").to_owned(),
        mapping: posted.fields.text("mapping").replace("\r\n", "\n"),
    };
    match taken(&web, &activity, &posted, &entered).await? {
        Ok(batch) => Ok(Redirect::to(&format!("/cohorts/{batch}")).into_response()),
        Err(problems) => {
            let page = show(&by.desk, &choices(&web, by).await?, &entered, &problems);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn taken(
    web: &Web,
    activity: &Activity,
    posted: &PostedList,
    entered: &Entered,
) -> Result<Result<String, Vec<Problem>>, ApiError> {
    let problem = |field: &str, words: String| {
        Ok(Err(vec![Problem {
            field: field.to_owned(),
            words,
        }]))
    };
    let until = match entered.hold_until.as_str() {
        "" => None,
        day => match Timestamp::parse(&format!("{day}T00:00:00Z")) {
            Ok(until) => Some(until),
            Err(_) => {
                return problem(
                    "hold_until",
                    "Not before: this is no day; write it as 2026-11-21.".into(),
                );
            }
        },
    };
    let mapping = match mapping(&entered.mapping) {
        Ok(mapping) => mapping,
        Err(words) => return problem("mapping", words),
    };
    let order = Upload {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        achievement: entered.achievement.clone(),
        name: Some(entered.name.clone()).filter(|name| !name.is_empty()),
        file_name: posted.name.clone(),
        list: posted.list.clone(),
        mapping,
    };
    let (world, taking) = (web.world.clone(), order.clone());
    let work = async move { upload(&world, &taking).await };
    let uploaded = match activity.during(work).await? {
        Ok(uploaded) => uploaded,
        Err(UploadError::NoSuchAchievement) => {
            return problem(
                "achievement",
                "What is awarded: this achievement is not in use; choose another.".into(),
            );
        }
        Err(
            error @ (UploadError::PilotEnded(_)
            | UploadError::NotReleased(_)
            | UploadError::NotAdmitted(_)),
        ) => {
            return problem("achievement", format!("What is awarded: {error}."));
        }
        Err(UploadError::NotReady(unready)) => return Ok(Err(not_ready(&unready))),
        Err(UploadError::Store(error)) => return Err(error.into()),
        Err(error) => return problem("file", format!("The list: {error}.")),
    };
    // Sending the form again with another day must not lose the day: the batch is known by then.
    if until.is_some() {
        let order = Hold {
            tenant: order.tenant,
            actor: order.actor,
            batch: uploaded.batch.clone(),
            until,
        };
        match hold(&web.world, &order).await {
            Ok(()) => {}
            Err(HoldError::Store(error)) => return Err(error.into()),
            Err(error) => return problem("hold_until", format!("Not before: {error}.")),
        }
    }
    Ok(Ok(uploaded.batch))
}

/// What keeps the achievement from being issued, and the way out.
fn not_ready(unready: &NotReady) -> Vec<Problem> {
    let first = format!(
        "What is awarded: it is not ready for {}, which was chosen for it. Mend what follows on its page, or choose another profile there.",
        unready.profile
    );
    let unmet = unready.unmet.iter();
    let lines = unmet.map(|unmet| format!("{}, {}: {}", unmet.rule, unmet.place, unmet.words));
    std::iter::once(first)
        .chain(lines)
        .map(|words| Problem {
            field: "achievement".into(),
            words,
        })
        .collect()
}

/// Reads what headers mean, one a line: `Vorname = given_name`; `Notes = -` leaves a column out.
fn mapping(text: &str) -> Result<Mapping, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let (header, column) = line.rsplit_once('=').unwrap_or((line, ""));
        let (header, column) = (header.trim().to_owned(), column.trim());
        match (column, Column::parse(column)) {
            ("-", _) => Ok((header, None)),
            (_, Some(column)) => Ok((header, Some(column))),
            (_, None) => Err(format!(
                "What headers mean: “{}” names no column; write it like Vorname = given_name, or Notes = - to leave a column out. The columns are {}.",
                clean(line),
                Column::ALL.map(Column::as_str).join(", ")
            )),
        }
    });
    read.collect()
}

async fn choices(web: &Web, by: &SignedIn) -> Result<Vec<(String, String)>, ApiError> {
    let listed = achievements(&web.world, by.tenant()).await?;
    let usable = listed
        .into_iter()
        .filter(|one| one.achievement.archived_at.is_none());
    let over = all_no_longer_used(&web.world, by.tenant()).await?;
    let named = usable.map(|one| {
        let id = one.achievement.id;
        let name = match over.contains_key(&id) {
            true => format!("{} (no longer to be used)", one.definition.name),
            false => one.definition.name,
        };
        (id, name)
    });
    Ok(named.collect())
}

/// What was entered so far.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// The achievement's id.
    pub achievement: String,
    /// What the cohort is called.
    pub name: String,
    /// Not before this day.
    pub hold_until: String,
    /// What headers mean that are not recognised, one a line.
    pub mapping: String,
}

/// Renders the form. `achievements` are id and name.
pub fn show(
    desk: &Desk,
    achievements: &[(String, String)],
    entered: &Entered,
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        problems
            .iter()
            .find(|problem| problem.field == name)
            .map(|problem| problem.words.as_str())
    };
    let choices: Vec<(&str, &str)> = achievements
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let main = html! {
        (trail(&[("/cohorts", "Cohorts")]))
        h1 { "Award a cohort" }
        @if choices.is_empty() {
            (nothing("Before people can be awarded, there must be something to award.", Some(("/achievements/new", "Write an achievement"))))
        } @else {
            p { "Upload a list of people. You will see what would be issued, and every row that needs you, before anything happens." }
            (error_summary("The list could not be taken", problems))
            div.cols {
                div { (desk.upload("/cohorts", &html! {
                    (field(&Field { name: "achievement", label: "What is awarded", value: &entered.achievement, error: error("achievement"), control: Control::Choice(&choices), required: true, ..Field::default() }))
                    (field(&Field { name: "name", label: "What to call this cohort", hint: Some("For your own lists, such as “Metrology autumn B”. Empty: the name of the file."), value: &entered.name, error: error("name"), ..Field::default() }))
                    (field(&Field { name: "file", label: "The list", hint: Some("A CSV file from any spreadsheet program, in any encoding. The first row names the columns."), error: error("file"), control: Control::File(".csv,.txt,text/csv"), required: true, ..Field::default() }))
                    (field(&Field { name: "hold_until", label: "Not before", hint: Some("Leave it empty to issue as soon as you confirm."), value: &entered.hold_until, error: error("hold_until"), control: Control::Typed("date"), ..Field::default() }))
                    details open[!entered.mapping.is_empty()] {
                        summary { "A column is called otherwise" }
                        (field(&Field { name: "mapping", label: "What headers mean", hint: Some("One a line, such as Matrikel = identifier. Notes = - leaves a column out. Only for those that are not understood by themselves."), value: &entered.mapping, error: error("mapping"), control: Control::Lines(3), ..Field::default() }))
                    }
                    p.acts { button.main { (icon("people")) " Upload and look" } }
                })) }
                (columns())
            }
        }
    };
    desk.page("Award a cohort", "/cohorts", &main)
}

fn columns() -> Markup {
    let line =
        |name: &str, meaning: &str| html! { div { dt { code { (name) } } dd { (meaning) } } };
    note(
        None,
        Some("file"),
        "The columns",
        &html! {
            dl.facts {
                (line("name", "The person’s name, as it should appear"))
                (line("email", "Where the credential is announced. May be empty: once it is issued, you print the person a code"))
                (line("identifier", "Your own number for the person"))
                (line("did", "The DID of the person’s wallet. The credential is then issued to it"))
                (line("level", "The level reached, by number or name"))
                (line("result", "A result in words or numbers"))
                (line("evidence", "An https address, or sha256: and the fingerprint of a file. Before it KIND=, where several kinds are asked for: photo-of-parts=https://…"))
                (line("assessor", "Who assessed"))
                (line("awarded_on", "The day, best as 2026-11-21"))
                (line("language", "The language of the mail: en, de, es or fr; in another it comes in English"))
            }
            p.hint { "Only a name, an address, an identifier or a DID is needed. Other words for these columns are usually understood." }
        },
    )
}
