//! `POST /roles` and `POST /roles/ID`: writing a role; and the role as a question to wallets.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{
    self, DraftRoleError, RoleError, RoleOrder, TaskOrder, ask_wallet, dcql_document, draft_role,
    find_statements, role, write_role,
};
use touchstone_service::operations::Permission;
use touchstone_service::rows::RoleRow;

use super::form::{Form, had_link, looked_up, opened, show};
use crate::ApiError;
use crate::answer::file;
use crate::signed_in::{Fields, Posted, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::{clean, sentence};

/// Writes a new role.
pub async fn write(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    written(&web, &posted, None).await
}

/// Writes a role anew.
pub async fn rewrite(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let found = role(&web.world, posted.by.tenant(), &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    written(&web, &posted, Some(found.row)).await
}

/// `GET /roles/ID/dcql.json`
pub async fn dcql(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = role(&web.world, by.tenant(), &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    let compiled = ask_wallet(&web.world, &found).await?;
    let document = format!("{:#}\n", dcql_document(&found, &compiled));
    Ok(file("application/json", "dcql.json", document))
}

async fn written(
    web: &Web,
    posted: &Posted,
    before: Option<RoleRow>,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let fields = &posted.fields;
    let tenant = posted.by.tenant();
    let had_link = before.as_ref().is_some_and(had_link);
    let (id, name) = before.map(|row| (row.id, row.public)).unzip();
    // Whether it is open for applications does not depend on what was typed.
    let postings = match &id {
        Some(id) => opened(web, &posted.by, id).await?,
        None => Vec::new(),
    };
    let mut form = Form {
        id,
        postings,
        title: fields.text("title").to_owned(),
        public: fields.ticked("public"),
        had_link,
        new_link: fields.ticked("new_link"),
        name: name.unwrap_or_default(),
        seen: fields.text("seen").to_owned(),
        words: fields.text("find_words").to_owned(),
        pasted: fields.text("posting").to_owned(),
        ..Form::default()
    };
    let mut problems = Vec::new();
    form.tasks = tasks(fields, &mut problems);
    if ["find", "add", "add_nice", "draft", "say", "say_nice"]
        .iter()
        .any(|act| fields.ticked(act))
    {
        for (act, must) in [("add", true), ("add_nice", false)] {
            if let Some(uri) = fields.some(act)
                && let Some(found) = crosswalk::statement(&web.world, tenant, &uri).await?
                && form.tasks.iter().all(|task| task.id != uri)
            {
                form.tasks.push(TaskOrder {
                    id: uri,
                    label: clean(&found.statement.label).into_owned(),
                    must,
                    ..TaskOrder::default()
                });
            }
        }
        for (act, must) in [("say", true), ("say_nice", false)] {
            if let Some(words) = fields.some(act)
                && form.tasks.iter().all(|task| task.label != words)
            {
                form.tasks.push(TaskOrder {
                    label: words,
                    must,
                    ..TaskOrder::default()
                });
            }
        }
        if fields.ticked("find") || !form.words.is_empty() {
            let found = find_statements(&web.world, tenant, None, &form.words, MOST).await?;
            form.found = Some(found);
        }
        if fields.ticked("draft") || !form.pasted.is_empty() {
            match draft_role(&web.world, tenant, &form.pasted).await {
                Ok(draft) => {
                    if form.title.is_empty() {
                        form.title.clone_from(&draft.title);
                    }
                    form.draft = Some(draft);
                }
                Err(DraftRoleError::Store(error)) => return Err(error.into()),
                Err(DraftRoleError::Posting(fault)) => {
                    let problem = Problem {
                        field: "posting".into(),
                        words: sentence(&fault.to_string()),
                    };
                    return again(web, posted, form, &[problem]).await;
                }
            }
        }
        return again(web, posted, form, &[]).await;
    }
    if problems.is_empty() {
        let order = RoleOrder {
            tenant: tenant.clone(),
            actor: posted.by.member.id.clone(),
            id: form.id.clone(),
            title: form.title.clone(),
            tasks: form.tasks.clone(),
            public: form.public,
            new_link: form.new_link,
            seen: form.seen.parse().ok(),
            drawn: fields.drawn(),
        };
        match write_role(&web.world, &order).await {
            Ok(id) => return Ok(Redirect::to(&format!("/roles/{id}")).into_response()),
            Err(RoleError::Store(error)) => return Err(error.into()),
            Err(RoleError::InBetween) => return in_between(web, posted, form).await,
            Err(error) => problems.push(problem(&error)),
        }
    }
    again(web, posted, form, &problems).await
}

/// The form with what was typed, where somebody else saved theirs in between. Saved once more, it takes its place.
async fn in_between(web: &Web, posted: &Posted, form: Form) -> Result<Response, ApiError> {
    let id = form.id.as_deref().unwrap_or_default();
    let found = role(&web.world, posted.by.tenant(), id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    let form = Form {
        name: found.row.public.clone(),
        had_link: had_link(&found.row),
        seen: found.row.changed_at.to_string(),
        ..form
    };
    let problem = Problem {
        field: "seen".into(),
        words: sentence(&RoleError::InBetween.to_string()),
    };
    let mut page = again(web, posted, form, &[problem]).await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

/// The form once more, with what was typed.
async fn again(
    web: &Web,
    posted: &Posted,
    form: Form,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let form = looked_up(web, &posted.by, form).await?;
    Ok(show(web, &posted.by.desk, &form, problems))
}

/// The tasks that say something, in their order.
fn tasks(fields: &Fields, problems: &mut Vec<Problem>) -> Vec<TaskOrder> {
    let all = |name: &str| -> Vec<&str> { fields.all(name).collect() };
    let (labels, ids, needs) = (all("task_label"), all("task_id"), all("task_need"));
    let (levels, ages, kinds) = (all("task_level"), all("task_age"), all("task_evidence"));
    let rubrics = all("task_rubric");
    let at = |list: &[&str], place: usize| list.get(place).copied().unwrap_or_default().to_owned();
    let mut tasks = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        let id = at(&ids, place);
        if label.is_empty() && id.is_empty() {
            continue;
        }
        let mut number = |text: &str, field: &str, what: &str| match text {
            "" => None,
            text => {
                let read = text.parse().ok();
                if read.is_none() {
                    problems.push(Problem {
                        field: format!("{field}-{}", tasks.len() + 1),
                        words: format!("Task {}: “{text}” is no {what}.", tasks.len() + 1),
                    });
                }
                read
            }
        };
        let level = number(&at(&levels, place), "task_level", "level");
        let max_age_days = number(&at(&ages, place), "task_age", "number of days");
        let kinds = at(&kinds, place);
        let kinds = kinds
            .split(',')
            .map(str::trim)
            .filter(|kind| !kind.is_empty());
        tasks.push(TaskOrder {
            id,
            label: label.replace(['\r', '\n'], " "),
            must: at(&needs, place) != "nice",
            level,
            rubric: Some(at(&rubrics, place)).filter(|rubric| !rubric.is_empty()),
            evidence: kinds.map(str::to_owned).collect(),
            max_age_days,
        });
    }
    tasks
}

fn problem(error: &RoleError) -> Problem {
    let field = match error {
        RoleError::Label(place) => format!("task_label-{place}"),
        RoleError::Address(place) | RoleError::Twice(place) => format!("task_id-{place}"),
        RoleError::Level(place) => format!("task_level-{place}"),
        RoleError::Rubric(place) => format!("task_rubric-{place}"),
        RoleError::Age(place) => format!("task_age-{place}"),
        RoleError::Evidence(place) => format!("task_evidence-{place}"),
        RoleError::NotShown => "public-yes".to_owned(),
        RoleError::NoTask | RoleError::TooManyTasks => "task_label-1".to_owned(),
        _ => "title".to_owned(),
    };
    Problem {
        field,
        words: sentence(&error.to_string()),
    }
}

const MOST: usize = 10;
