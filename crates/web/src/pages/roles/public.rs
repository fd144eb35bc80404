//! `/r/NAME`: a role for everybody who has its link, and what credentials show of it. Nothing that is handed in is kept.

use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::crosswalk::{
    KeptRole, MOST_READ, Need, ReadError, RoleReading, public_role, read_for_role, role_on,
};
use touchstone_service::governing::{Thing, responsibility};
use touchstone_service::hiring::unpacked_up_to;
use touchstone_service::holding::shown_by;
use touchstone_service::verifying::Reach;
use touchstone_vc::{Timestamp, bake::unbake_any};

use super::{
    name_of,
    paper::{self, Sheet},
    reading,
};
use crate::ApiError;
use crate::answer::{Cache, file, keep};
use crate::api::Answer;
use crate::credits;
use crate::edge::{Activity, ClientAddress};
use crate::pages::brought::{Brought, files};
use crate::pages::day::end_of_asked;
use crate::pages::hiring::{Refused, Still, WHOSE, WITH_BUNDLES, credentials, follow, refused};
use crate::pages::profile::domain;
use crate::state::Web;
use crate::templates::{
    Control, Field, Layout, Problem, Tone, error_summary, fact, facts, field, note, page as framed,
};
use crate::text::{clean, in_query, sentence};

/// The role.
pub async fn page(
    State(web): State<Web>,
    Path(name): Path<String>,
    Query(day): Query<Day>,
) -> Result<Response, ApiError> {
    let (role, institution) = find(&web, &name).await?;
    let (role, day) = then(&web, role, &day.on).await?;
    show(
        &web,
        &role,
        &institution,
        day.as_ref(),
        &Still::default(),
        &[],
    )
    .await
}

/// The day on which the role is read; empty: today.
#[derive(Debug, Default, Deserialize)]
pub struct Day {
    #[serde(default)]
    on: String,
}

/// The end of a day, and how it was asked for.
pub(super) struct Then {
    pub(super) on: String,
    at: Timestamp,
}

impl Then {
    /// What is told wherever a role is read as of a day that is past.
    pub(super) fn note(&self, kept: &KeptRole) -> Markup {
        note(
            None,
            Some("clock"),
            &format!("As it was on {}", self.on),
            &html! {
                p { "Credentials are read by their dates and by the crosswalks that were released then. Whether one was withdrawn is only known as of today. " a href={ "/r/" (kept.row.public) } { "Read it as it is today" } }
            },
        )
    }
}

/// The role as it was at the end of a day.
async fn then(web: &Web, role: KeptRole, on: &str) -> Result<(KeptRole, Option<Then>), ApiError> {
    if on.is_empty() {
        return Ok((role, None));
    }
    let at = end_of_asked(on, web.world.clock.now())?;
    let found = role_on(&web.world, &role, at).await?;
    let found = found.ok_or_else(|| {
        ApiError::not_found("role_not_written_yet").with_detail(
            "It is not known what this role asked for on that day. Choose a later one.",
        )
    })?;
    Ok((
        found,
        Some(Then {
            on: on.to_owned(),
            at,
        }),
    ))
}

/// Reads the credentials that were handed in.
pub async fn answer(
    State(web): State<Web>,
    Path(name): Path<String>,
    by: Option<Extension<ClientAddress>>,
    Extension(activity): Extension<Activity>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let (role, institution) = find(&web, &name).await?;
    let Brought {
        mut files,
        links,
        on,
    } = files(upload, MOST_READ).await?;
    let (role, day) = then(&web, role, &on).await?;
    let by = by.as_ref().map(|Extension(address)| address);
    let mut followed = follow(&web, &links, by).await?;
    activity.goes_on();
    files.append(&mut followed.had);
    if !followed.problems.is_empty() {
        let (still, problems) = refused(Refused::Links(followed), links, files).await?;
        return show(&web, &role, &institution, day.as_ref(), &still, &problems).await;
    }
    let at = day.as_ref().map(|day| day.at);
    match unpacked_and_read(&web, &role, &files, at).await {
        Ok((read, credentials)) => {
            let again = Again::with(&role, day.as_ref(), &credentials);
            shown(&web, &role, &institution, day.as_ref(), &read, &again).await
        }
        Err(error) => {
            let (still, problems) = refused(Refused::Read(error.into()), links, files).await?;
            show(&web, &role, &institution, day.as_ref(), &still, &problems).await
        }
    }
}

/// Reads what was handed in; of a proof bundle the credentials that it proves. Beside the answer stand the credentials that were read.
async fn unpacked_and_read(
    web: &Web,
    role: &KeptRole,
    files: &[Vec<u8>],
    at: Option<Timestamp>,
) -> Result<(RoleReading, Vec<Vec<u8>>), ReadError> {
    let credentials = unpacked_up_to(files, MOST_READ)?;
    let read = read_for_role(&web.world, role, &credentials, Reach::Network, at).await?;
    Ok((read, credentials))
}

/// `POST /r/NAME/answer.pdf`: the same on paper, from what the page of the answer carried along.
pub async fn answer_on_paper(
    State(web): State<Web>,
    Path(name): Path<String>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let (role, institution) = find(&web, &name).await?;
    let Brought { files, on, .. } = files(upload, MOST_READ).await?;
    let (role, day) = then(&web, role, &on).await?;
    let at = day.as_ref().map(|day| day.at);
    let read = unpacked_and_read(&web, &role, &files, at).await;
    let read = read.map(|(read, _)| read);
    on_paper(&web, &role, &institution, day.as_ref(), read).await
}

/// `GET /v/LINK/role.pdf`: a page that its holder switched on, read for a role, on paper.
pub async fn of_page_on_paper(
    State(web): State<Web>,
    Path(link): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    let bytes = page_of(&web, &link).await?;
    let (role, institution) = find(&web, name_of(&asked.role)).await?;
    let read = read_for_role(&web.world, &role, &[bytes], Reach::Own, None).await;
    on_paper(&web, &role, &institution, None, read).await
}

/// The credential of a page that its holder switched on.
async fn page_of(web: &Web, link: &str) -> Result<Vec<u8>, ApiError> {
    let page = shown_by(&web.world, link).await;
    let page = page.map_err(|error| ApiError::internal(&error))?;
    let (row, _) = page.ok_or_else(|| ApiError::not_found("page_not_open"))?;
    Ok(row.bytes)
}

async fn on_paper(
    web: &Web,
    role: &KeptRole,
    institution: &str,
    day: Option<&Then>,
    read: Result<RoleReading, ReadError>,
) -> Result<Response, ApiError> {
    let reading = match read {
        Ok(reading) => reading,
        Err(ReadError::Store(error)) => return Err(error.into()),
        Err(error) => {
            return Err(
                ApiError::unprocessable("cannot_be_read").with_detail(sentence(&error.to_string()))
            );
        }
    };
    let json = serde_json::to_string_pretty(&Answer::of(&role.role, &reading));
    let json = json.map_err(|error| ApiError::internal(&error))?;
    let sheet = Sheet {
        role: &role.role,
        institution,
        reading: &reading,
        heading: paper::heading(&reading.shown),
        note: WHOSE.to_owned(),
        id: reading
            .shown
            .first()
            .map_or_else(String::new, |one| one.id.clone()),
        day: day.map(|day| day.on.as_str()),
        credits: credits::of(web, role, institution).await?,
    };
    let pdf = paper::drawn(web, &sheet, json).await?;
    Ok(keep(
        file("application/pdf", "answer.pdf", pdf),
        Cache::Never,
    ))
}

/// How the same is read once more, on paper.
pub(super) enum Again {
    /// From an address.
    Link(String),
    /// From what the page carries along: where it goes, the day, and the credentials as texts.
    Carried {
        /// Where it goes.
        action: String,
        /// The day as of which it is read.
        on: Option<String>,
        /// The credentials.
        texts: Vec<String>,
    },
    /// There is too much of it to be carried along.
    No,
}

impl Again {
    fn with(role: &KeptRole, day: Option<&Then>, files: &[Vec<u8>]) -> Self {
        let texts = files.iter().map(|file| {
            let (_, json) = unbake_any(file).ok()?;
            String::from_utf8(json.into_owned()).ok()
        });
        match texts.collect::<Option<Vec<String>>>() {
            Some(texts) if texts.iter().map(String::len).sum::<usize>() <= MOST_CARRIED => {
                Self::Carried {
                    action: format!("/r/{}/answer.pdf", role.row.public),
                    on: day.map(|day| day.on.clone()),
                    texts,
                }
            }
            _ => Self::No,
        }
    }
}

/// Which role.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    role: String,
}

/// `GET /v/LINK/role`: a page that its holder switched on, read for a role.
pub async fn of_page(
    State(web): State<Web>,
    Path(link): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    let bytes = page_of(&web, &link).await?;
    let again = Again::Link(format!(
        "/v/{link}/role.pdf?role={}",
        in_query(name_of(&asked.role))
    ));
    read_one(&web, &asked.role, bytes, Reach::Own, Some(again)).await
}

/// A credential that a page of ours carried along.
#[derive(Debug, Deserialize)]
pub struct Carried {
    #[serde(default)]
    role: String,
    #[serde(default)]
    credential: String,
}

/// `POST /verify/role`: what was just checked, read for a role.
pub async fn handed_in(
    State(web): State<Web>,
    Form(carried): Form<Carried>,
) -> Result<Response, ApiError> {
    read_one(
        &web,
        &carried.role,
        carried.credential.into_bytes(),
        Reach::Network,
        None,
    )
    .await
}

async fn read_one(
    web: &Web,
    typed: &str,
    bytes: Vec<u8>,
    reach: Reach,
    again: Option<Again>,
) -> Result<Response, ApiError> {
    let (role, institution) = find(web, name_of(typed)).await?;
    let files = [bytes];
    match read_for_role(&web.world, &role, &files, reach, None).await {
        Ok(read) => {
            let again = again.unwrap_or_else(|| Again::with(&role, None, &files));
            shown(web, &role, &institution, None, &read, &again).await
        }
        Err(ReadError::Store(error)) => Err(error.into()),
        Err(error) => {
            Err(ApiError::unprocessable("cannot_be_read").with_detail(sentence(&error.to_string())))
        }
    }
}

async fn find(web: &Web, name: &str) -> Result<(KeptRole, String), ApiError> {
    let found = public_role(&web.world, name).await?;
    found.ok_or_else(|| {
        ApiError::not_found("role_not_found").with_detail(
            "There is no role with this link, or it is no longer open to everybody. Ask the employer for the link.",
        )
    })
}

async fn shown(
    web: &Web,
    role: &KeptRole,
    institution: &str,
    day: Option<&Then>,
    read: &RoleReading,
    again: &Again,
) -> Result<Response, ApiError> {
    let credits = credits::of(web, role, institution).await?;
    let main = reading::show(role, institution, day, read, again);
    let title = format!("Read for {}", role.role.title);
    let layout = Layout {
        attributions: &credits,
        ..Layout::reading(&title, &web.edge.site)
    };
    Ok(keep(framed(&layout, &main).into_response(), Cache::Never))
}

async fn show(
    web: &Web,
    kept: &KeptRole,
    institution: &str,
    day: Option<&Then>,
    still: &Still,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let role = &kept.role;
    let domain = domain::of(web, &kept.row.tenant).await?;
    let said = responsibility(&web.world, &kept.row.tenant, Thing::Role, &kept.row.id).await?;
    let said = said.and_then(|found| found.said);
    let over = said.filter(|said| said.deprecated_at.is_some());
    let main = html! {
        h1 { bdi { (role.title) } }
        p { "A role of " bdi { (institution) } ", as tasks." }
        @if let Some(day) = day { (day.note(kept)) }
        @if let Some(said) = &over { (note(Some(Tone::Warn), None, "This role is no longer used", &html! {
            p { @if said.replaced_by.is_empty() { "Nothing takes its place." } @else { "In its place: " bdi { (clean(&said.replaced_by)) } } }
        })) }
        (error_summary("It was not read", problems))
        ol { @for task in &role.tasks { (line(task)) } }
        (facts(&html! { (fact("Its institution’s domain", &domain)) }))
        section { h2 { "Read credentials for this role" }
            p { "You see task by task what they show. They are checked, and forgotten once the page is made." }
            form method="post" action={ "/r/" (kept.row.public) } enctype="multipart/form-data" {
                (credentials(still, problems, "Credentials", WITH_BUNDLES))
                @if let Some(day) = day { input type="hidden" name="on" value=(day.on); }
                p.acts { button.main { "Read" } }
            }
        }
        details {
            summary { "What did it ask for on another day?" }
            form method="get" action={ "/r/" (kept.row.public) } {
                (field(&Field { name: "on", label: "The day", value: day.map_or("", |day| &day.on), control: Control::Typed("date"), required: true, ..Field::default() }))
                p.acts { button { "Show" } }
            }
        }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let credits = credits::of(web, kept, institution).await?;
    let layout = Layout {
        attributions: &credits,
        ..Layout::reading(&role.title, &web.edge.site)
    };
    Ok((status, framed(&layout, &main)).into_response())
}

/// A task, and what is asked of it.
pub(in crate::pages) fn line(task: &touchstone_service::crosswalk::Task) -> Markup {
    html! { li {
        bdi { (task.label) } " "
        span.hint {
            @match task.need { Need::Must => "Must", Need::Nice => "Wanted" }
            @if let Some(level) = task.level { ", level " (level) " or higher" }
            @if let Some(rubric) = &task.rubric { " of " a href=(rubric) rel="noopener noreferrer" { "this rubric" } }
            @if let Some(days) = task.max_age_days { ", at most " (days) " days old" }
            @if !task.evidence.is_empty() { ", with " (task.evidence.join(" or ")) }
        }
    } }
}

/// As much as the page of an answer carries along, so that it can be had on paper.
const MOST_CARRIED: usize = 2 << 20;
