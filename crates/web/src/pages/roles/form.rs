//! `GET /roles/new` and `GET /roles/ID`: the form in which a role is described.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::{
    Found, JobPart, JobWish, KeptRole, Need, RoleDraft, TaskOrder, role,
};
use touchstone_service::governing::{SaidOver, sets_over};
use touchstone_service::hiring::{Posting, postings};
use touchstone_service::issuing::evidence_kinds;
use touchstone_service::operations::Permission;
use touchstone_service::rows::RoleRow;

use crate::ApiError;
use crate::credits;
use crate::pages::desk::{Desk, trail};
use crate::pages::hiring;
use crate::pages::responsibilities::over as told_over;
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, error_summary, fact, facts, field, icon, option};
use crate::text::clean;

/// What stands in the form.
#[derive(Clone, Debug, Default)]
pub(in crate::pages) struct Form {
    /// The role that is written anew, by id.
    pub(in crate::pages) id: Option<String>,
    pub(in crate::pages) title: String,
    pub(in crate::pages) tasks: Vec<TaskOrder>,
    pub(in crate::pages) public: bool,
    /// Whether it has a link for everybody, or had one before it was closed.
    pub(in crate::pages) had_link: bool,
    /// Whether it is to have another one.
    pub(in crate::pages) new_link: bool,
    /// Its public name, where it has one.
    pub(in crate::pages) name: String,
    /// When what the form was opened with was last written, in milliseconds since 1970; empty: it is a new role.
    pub(in crate::pages) seen: String,
    /// What is looked for in the frameworks, and what was found.
    pub(in crate::pages) words: String,
    pub(in crate::pages) found: Option<Vec<Found>>,
    /// A job posting that was pasted, and what it says.
    pub(in crate::pages) pasted: String,
    pub(in crate::pages) draft: Option<RoleDraft>,
    /// Where it is, or was, open for applications; for who may read them.
    pub(in crate::pages) postings: Vec<Posting>,
    /// What was typed to open it.
    pub(in crate::pages) opening: Fields,
    /// What the licences of the frameworks ask to be said where its tasks are shown.
    pub(in crate::pages) credits: Vec<String>,
    /// The kinds of evidence that are in use.
    pub(in crate::pages) kinds: Vec<String>,
    /// Crosswalks that its tasks are read through and that are no longer to be used.
    pub(in crate::pages) over: Vec<SaidOver>,
}

/// An empty form.
pub async fn ask(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Define)?;
    let form = looked_up(&web, &by, Form::default()).await?;
    Ok(show(&web, &by.desk, &form, &[]))
}

/// A role, to be looked at or written anew.
pub async fn open(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = role(&web.world, by.tenant(), &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    let form = Form {
        postings: opened(&web, &by, &id).await?,
        credits: credits::of(&web, &found, &by.desk.institution).await?,
        ..Form::of(&found)
    };
    let form = looked_up(&web, &by, form).await?;
    Ok(show(&web, &by.desk, &form, &[]))
}

/// The form with what is told beside it, whenever it is shown: of the crosswalks that its tasks are read through, and the kinds of evidence for
/// who may write it.
pub(in crate::pages) async fn looked_up(
    web: &Web,
    by: &SignedIn,
    form: Form,
) -> Result<Form, ApiError> {
    let tasks = form.tasks.iter().map(|task| task.id.as_str());
    let tasks: Vec<&str> = tasks.collect();
    let over = sets_over(&web.world, by.tenant(), &tasks).await?;
    let kinds = match by.desk.may(Permission::Define) {
        true => evidence_kinds(&web.world, by.tenant()).await?,
        false => Vec::new(),
    };
    Ok(Form {
        over,
        kinds,
        ..form
    })
}

/// Where a role is, or was, open for applications; for who may read them.
pub(super) async fn opened(web: &Web, by: &SignedIn, id: &str) -> Result<Vec<Posting>, ApiError> {
    Ok(match by.desk.may(Permission::Hire) {
        true => postings(&web.world, by.tenant(), Some(id)).await?,
        false => Vec::new(),
    })
}

impl Form {
    pub(in crate::pages) fn of(kept: &KeptRole) -> Self {
        let tasks = kept.role.tasks.iter().map(|task| TaskOrder {
            id: task.id.clone(),
            label: task.label.clone(),
            must: task.need == Need::Must,
            level: task.level,
            rubric: task.rubric.clone(),
            evidence: task.evidence.clone(),
            max_age_days: task.max_age_days,
        });
        Self {
            id: Some(kept.row.id.clone()),
            title: kept.row.title.clone(),
            tasks: tasks.collect(),
            public: !kept.row.public.is_empty(),
            had_link: had_link(&kept.row),
            name: kept.row.public.clone(),
            seen: kept.row.changed_at.to_string(),
            ..Self::default()
        }
    }
}

/// Whether a role has a link for everybody, or had one before it was closed.
pub(super) fn had_link(row: &RoleRow) -> bool {
    row.name.is_some() || !row.public.is_empty()
}

pub(in crate::pages) fn show(
    web: &Web,
    desk: &Desk,
    form: &Form,
    problems: &[Problem],
) -> Response {
    let title = match &form.id {
        None => "A new role".to_owned(),
        Some(_) => form.title.clone(),
    };
    let action = match &form.id {
        None => "/roles".to_owned(),
        Some(id) => format!("/roles/{id}"),
    };
    let main = html! {
        (trail(&[("/roles", "Roles")]))
        h1 { bdi { (title) } }
        (error_summary("It was not saved", problems))
        @for one in &form.over { (told_over("A crosswalk that it is read through is no longer to be used", Some(one), &html! { a href={ "/mappings/" (one.id) } { bdi { (one.title) } } })) }
        @if let Some(id) = &form.id { (about(web, form, id)) }
        @if !desk.may(Permission::Define) { (told(form)) }
        @else if form.id.is_none() { (desk.form_once(&action, &fields(&action, form, problems))) }
        @else { (desk.form(&action, &fields(&action, form, problems))) }
        @if let Some(id) = form.id.as_ref().filter(|_| desk.may(Permission::Hire)) { (hiring::section(web, desk, id, &form.postings, &form.opening, problems)) }
        @for line in &form.credits { p { small { (line) } } }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, desk.page(&title, "/roles", &main)).into_response()
}

fn about(web: &Web, form: &Form, id: &str) -> Markup {
    facts(&html! {
        @if !form.name.is_empty() {
            @let path = format!("/r/{}", form.name);
            (fact("Page for everybody", &html! { a href=(path) { (web.world.site.link(&path)) } }))
        }
        (fact("For wallets", &html! { a href={ "/roles/" (id) "/dcql.json" } download { (icon("download")) " As a question to wallets (DCQL)" } }))
    })
}

fn fields(action: &str, form: &Form, problems: &[Problem]) -> Markup {
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let here = format!("{action}#found");
    let empty = TaskOrder {
        must: true,
        ..TaskOrder::default()
    };
    let room = form.tasks.len().max(2) + 2;
    html! {
        @if !form.seen.is_empty() { input type="hidden" name="seen" value=(form.seen); }
        @if error("seen").is_some() { p id="f-seen" { a href=(action) target="_blank" { "See what stands there now" } " (opens a new tab). What you typed is below." } }
        (field(&Field { name: "title", label: "Title", hint: Some("As people at work call it."), value: &form.title, error: error("title"), required: true, ..Field::default() }))
        // Once for all tasks, and not beside each field: it is long, and hints are read aloud.
        @if !form.kinds.is_empty() { p.hint { "Evidence meets a task that asks for it in the same words. In use already: " (form.kinds.join(", ")) "." } }
        @for place in 0..room { (task(place + 1, form.tasks.get(place).unwrap_or(&empty), problems)) }
        fieldset {
            legend { "Who may read for it" }
            (option("checkbox", "public", "yes", &html! { "Everybody who has its link " span.hint { "Applicants see what is asked, and anybody can read a credential for it. Closed and opened again, it has the same link." } }, form.public))
            @if form.had_link { (option("checkbox", "new_link", "yes", &html! { "With a new link " span.hint { "The one that it has, or had before it was closed, leads nowhere from then on." } }, form.new_link)) }
        }
        p.acts { button.main { "Save" } }
        section aria-labelledby="found" {
            h2 id="found" { "Tasks from your frameworks" }
            p { "Nothing is added unless you ask for it, and nothing is saved by looking." }
            // With room for lines: the key Enter in a field of one line would press Save.
            (field(&Field { name: "find_words", label: "Look for", value: &form.words, control: Control::Lines(1), ..Field::default() }))
            p.acts { button name="find" value="yes" formaction=(here) formnovalidate { "Look" } }
            @match form.found.as_deref() {
                None => {},
                Some([]) => p { "Nothing was found. Use other words, or take in a framework under Crosswalks." },
                Some(found) => ul { @for one in found { li {
                    bdi { (clean(&one.statement.label)) } " " span.hint { (one.framework_name()) ", " (one.statement.kind.word()) } " "
                    button name="add" value=(one.statement.uri) formaction=(here) formnovalidate { (icon("file")) " Add" span.vh { ": " (clean(&one.statement.label)) } }
                } } },
            }
        }
        (pasted(action, form, error("posting")))
    }
}

/// A job posting becomes suggestions; nothing of it is in the role before somebody adds it.
fn pasted(action: &str, form: &Form, error: Option<&str>) -> Markup {
    let here = format!("{action}#draft");
    html! { section aria-labelledby="draft" {
        h2 id="draft" { "From a job posting" }
        p { "Its text, or what it says as schema.org JobPosting or JDX JobSchema+ (JSON-LD). Nothing is added unless you ask for it, and nothing is saved by reading." }
        (field(&Field { name: "posting", label: "The posting", value: &form.pasted, error, control: Control::Lines(4), ..Field::default() }))
        p.acts { button name="draft" value="yes" formaction=(here) formnovalidate { "Read it" } }
        @if let Some(draft) = &form.draft {
            @if !draft.title.is_empty() { p { "It is called " strong { bdi { (draft.title) } } "." } }
            @if draft.statements.is_empty() { p { "Nothing in it reads like a task." } }
            ul { @for (statement, found) in &draft.statements { li {
                @let must = statement.wish.need() == Need::Must;
                bdi { (statement.text) } " " span.hint { (part(statement.part)) (wish(statement.wish)) } " "
                button name=(if must { "say" } else { "say_nice" }) value=(statement.text) formaction=(here) formnovalidate { (icon("file")) " Add in these words" span.vh { ": " (statement.text) } }
                @if !found.is_empty() { ul { @for one in found { li {
                    bdi { (clean(&one.statement.label)) } " " span.hint { (one.framework_name()) ", " (one.statement.kind.word()) } " "
                    button name=(if must { "add" } else { "add_nice" }) value=(one.statement.uri) formaction=(here) formnovalidate { (icon("file")) " Add" span.vh { ": " (clean(&one.statement.label)) } }
                } } } }
            } } }
        }
    } }
}

/// Behind the part in which it stands.
fn wish(wish: JobWish) -> &'static str {
    match wish {
        JobWish::Required => "",
        JobWish::Preferred => ", preferred",
        JobWish::InPlace => ", in place of something required",
    }
}

fn part(part: JobPart) -> &'static str {
    match part {
        JobPart::Responsibilities => "Responsibility",
        JobPart::Qualifications => "Qualification",
        JobPart::Skills => "Skill",
        JobPart::EducationRequirements => "Education",
        JobPart::ExperienceRequirements => "Experience",
        JobPart::Description => "Description",
    }
}

fn task(place: usize, task: &TaskOrder, problems: &[Problem]) -> Markup {
    let apart = place.to_string();
    let error = |name: &str| {
        let here = format!("{name}-{place}");
        let found = problems.iter().find(|problem| problem.field == here);
        found.map(|problem| problem.words.as_str())
    };
    let number = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
    let (level, age) = (number(task.level), number(task.max_age_days));
    let needs = [("must", "Must"), ("nice", "Wanted")];
    let evidence = task.evidence.join(", ");
    html! {
        fieldset.level {
            legend { "Task " (place) }
            (field(&Field { name: "task_label", apart: Some(&apart), label: "What is done", value: &task.label, error: error("task_label"), control: Control::Lines(2), ..Field::default() }))
            (field(&Field { name: "task_id", apart: Some(&apart), label: "Its address in a framework", hint: Some("Empty: your own words."), value: &task.id, error: error("task_id"), ..Field::default() }))
            (field(&Field { name: "task_need", apart: Some(&apart), label: "Needed", value: if task.must { "must" } else { "nice" }, control: Control::Choice(&needs), ..Field::default() }))
            (field(&Field { name: "task_level", apart: Some(&apart), label: "Least level", hint: Some("Counted from the lowest, which is 1. Empty: any."), value: &level, error: error("task_level"), control: Control::Typed("number"), ..Field::default() }))
            (field(&Field { name: "task_rubric", apart: Some(&apart), label: "Rubric of that level", hint: Some("The address of a released competency, as https://school.example/i/school/competencies/welding/1.json. Without the number of a release all count, also those with more or fewer levels, where one number means different things. Empty: levels are compared by number, whatever stands on them."), value: task.rubric.as_deref().unwrap_or_default(), error: error("task_rubric"), ..Field::default() }))
            (field(&Field { name: "task_age", apart: Some(&apart), label: "At most how many days old", hint: Some("Empty: any age."), value: &age, error: error("task_age"), control: Control::Typed("number"), ..Field::default() }))
            (field(&Field { name: "task_evidence", apart: Some(&apart), label: "Kinds of evidence", hint: Some("One of these must be there, with commas between. Empty: any or none."), value: &evidence, error: error("task_evidence"), ..Field::default() }))
        }
    }
}

/// The role for who may not write it.
fn told(form: &Form) -> Markup {
    html! { ol { @for task in &form.tasks { li { bdi { (task.label) } " " span.hint { @if task.must { "Must" } @else { "Wanted" } @if let Some(level) = task.level { ", level " (level) } @if let Some(days) = task.max_age_days { ", at most " (days) " days old" } } } } } }
}
