//! The audit record: to read, and to take away.

pub mod show;

use std::collections::HashMap;
use std::fmt::Write;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use touchstone_service::World;
use touchstone_service::issuing::escape_formula;
use touchstone_service::operations::{
    self, About, Audited, Permission, RootError, audit, audited, members, rooted,
};
use touchstone_service::rows::{AuditFilter, AuditRow, StoreError, TenantId};
use touchstone_vc::Timestamp;

pub use show::{Line, Root, View, words};

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::moment;

/// What is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    before: Option<i64>,
}

/// `GET /audit`
pub async fn page(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Audit)?;
    let names = names(&web, &by).await?;
    let filter = filter(&asked, &names);
    let mut rows = audit(&web.world, by.tenant(), &filter, asked.before, SHOWN + 1).await?;
    let more = rows.len() as u64 > SHOWN;
    rows.truncate(SHOWN as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("/audit?{}&before={}", query(&asked), row.seq));
    let mut things = audited(&web.world, by.tenant(), &rows).await?;
    let lines = rows.into_iter().map(|row| {
        let about = things.remove(&row.seq);
        line(row, about, &names)
    });
    let view = View {
        lines: lines.collect(),
        next,
        csv: format!("/audit.csv?{}", query(&asked)),
        json: format!("/audit.json?{}", query(&asked)),
        actor: asked.actor,
        action: asked.action,
        subject: asked.subject,
        root: rooted(&web.world, by.tenant()).await?.map(Root::from),
    };
    Ok(show::show(&by.desk, &view).into_response())
}

/// `POST /audit/root`: the root over all lines that there are now is queued for the public log.
pub async fn root(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Audit)?;
    let made = operations::root(&web.world, posted.by.tenant()).await;
    match made {
        Ok(()) => Ok(Redirect::to("/audit#roots").into_response()),
        Err(RootError::Store(error)) => Err(error.into()),
        Err(error) => Err(ApiError::internal(&error)),
    }
}

/// `GET /audit.csv`: for a spreadsheet; nothing in it runs there (threat 57).
pub async fn csv(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    const HEAD: &str = "\u{feff}seq,at,actor,action,subject,detail\r\n";
    let lines = exported(&web, &by, &asked, HEAD, |out, row| {
        let at = Timestamp::from_unix_millis(row.at).to_string();
        _ = write!(out, "{},{}", row.seq, at);
        for field in [&row.actor, &row.action, &row.subject, &row.detail] {
            _ = write!(out, ",\"{}\"", escape_formula(field).replace('"', "\"\""));
        }
        out.push_str("\r\n");
    });
    Ok(file("text/csv; charset=utf-8", "audit.csv", lines.await?))
}

/// `GET /audit.json`: one line of JSON for each line of the record.
pub async fn json(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    let lines = exported(&web, &by, &asked, "", |out, row| {
        let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let at = Timestamp::from_unix_millis(row.at).to_string();
        let line = serde_json::json!({"seq": row.seq, "at": at, "actor": row.actor, "action": row.action, "subject": row.subject, "detail": detail});
        _ = writeln!(out, "{line}");
    });
    Ok(file("application/x-ndjson", "audit.json", lines.await?))
}

/// `GET /audit.record`: the whole record with proofs that it was not altered.
pub async fn record(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Audit)?;
    recorded(&web.world, by.tenant()).await
}

/// The record as a file that is made while it is sent. If that fails half-way the connection is cut, so that nobody takes a part for
/// the whole.
pub(crate) async fn recorded(world: &World, tenant: &TenantId) -> Result<Response, ApiError> {
    let record = operations::record(world, tenant).await;
    let record = record.map_err(|error| ApiError::internal(&error))?;
    let record = record.ok_or_else(|| {
        ApiError::conflict("log_not_begun")
            .with_detail("There is no log yet: it is begun within a second of the first change.")
    })?;
    let parts = try_unfold(record, |mut record| async move {
        match record.next().await {
            Ok(part) => Ok(part.map(|bytes| (Bytes::from(bytes), record))),
            Err(error) => {
                tracing::error!(%error, "an audit record was not sent to its end");
                Err(error)
            }
        }
    });
    Ok(file(
        "application/vnd.touchstone.audit+jsonl",
        "record.audit",
        Body::from_stream(parts),
    ))
}

/// Every line that passes the filter, newest first, written while it is sent: a record may be longer than the memory is large. If that
/// fails half-way the connection is cut.
async fn exported(
    web: &Web,
    by: &SignedIn,
    asked: &Asked,
    head: &'static str,
    write: fn(&mut String, &AuditRow),
) -> Result<Body, ApiError> {
    by.may(Permission::Audit)?;
    let filter = filter(asked, &names(web, by).await?);
    let (world, tenant) = (web.world.clone(), by.tenant().clone());
    // What was not even begun is an answer of its own.
    let first = audit(&world, &tenant, &filter, None, AT_ONCE).await?;
    let parts = try_unfold((Some(first), head.to_owned()), move |(rows, mut out)| {
        let (world, tenant, filter) = (world.clone(), tenant.clone(), filter.clone());
        async move {
            let Some(rows) = rows else {
                return Ok::<_, StoreError>(None);
            };
            rows.iter().for_each(|row| write(&mut out, row));
            let next = match rows.last() {
                Some(last) if rows.len() as u64 == AT_ONCE => {
                    let next = audit(&world, &tenant, &filter, Some(last.seq), AT_ONCE).await;
                    Some(next.inspect_err(|error| {
                        tracing::error!(%error, "an audit record was not sent to its end");
                    })?)
                }
                _ => None,
            };
            Ok(Some((Bytes::from(out), (next, String::new()))))
        }
    });
    Ok(Body::from_stream(parts))
}

/// Members by id.
async fn names(web: &Web, by: &SignedIn) -> Result<HashMap<String, String>, ApiError> {
    let all = members(&web.world, by.tenant()).await?.into_iter();
    Ok(all.map(|member| (member.id, member.name)).collect())
}

/// A member may be named by id or by name.
fn filter(asked: &Asked, names: &HashMap<String, String>) -> AuditFilter {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let by_name = |text: String| {
        let found = names
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(&text));
        found.map_or(text, |(id, _)| id.clone())
    };
    AuditFilter {
        actor: some(&asked.actor).map(by_name),
        action: some(&asked.action),
        subject: some(&asked.subject),
        ..AuditFilter::default()
    }
}

fn query(asked: &Asked) -> String {
    let pairs = [
        ("actor", &asked.actor),
        ("action", &asked.action),
        ("subject", &asked.subject),
    ];
    let written = pairs
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| format!("{key}={}", crate::text::in_query(text)));
    written.collect::<Vec<_>>().join("&")
}

fn line(row: AuditRow, about: Option<About>, names: &HashMap<String, String>) -> Line {
    // A member is named as whoever did something is.
    let member = row.action.starts_with("member.");
    let member = names.get(&row.subject).filter(|_| member).cloned();
    let (name, href) = match about {
        Some(about) => (Some(about.name), page_of(&about.thing)),
        None => (member, None),
    };
    Line {
        seq: row.seq,
        at: moment(row.at),
        actor: names.get(&row.actor).cloned().unwrap_or(row.actor),
        words: words(&row.action).to_owned(),
        action: row.action,
        subject: row.subject,
        name,
        href,
        details: details(&row.detail),
    }
}

/// Where something has its page.
fn page_of(thing: &Audited) -> Option<String> {
    Some(match thing {
        Audited::Achievement(id) => format!("/achievements/{id}"),
        Audited::Batch(id) => format!("/cohorts/{id}"),
        Audited::Credential(id) => format!("/credentials/{id}"),
        Audited::Set(id) => format!("/mappings/{id}"),
        Audited::Mapping { set, id } => format!("/mappings/{set}/{id}"),
        Audited::Competency(id) => format!("/competencies/{id}"),
        Audited::Framework(id) => format!("/mappings/frameworks/{id}"),
        Audited::Role(id) => format!("/roles/{id}"),
        Audited::Endorsement => return None,
    })
}

/// What a line says besides, each thing by its name. What is not written like that is shown as it is recorded.
fn details(recorded: &str) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(recorded) else {
        return vec![(String::new(), recorded.to_owned())];
    };
    let said = |value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let named = object.into_iter();
    named.map(|(name, value)| (name, said(value))).collect()
}

const SHOWN: u64 = 100;
/// How many lines are read at once for an export.
const AT_ONCE: u64 = 10_000;
