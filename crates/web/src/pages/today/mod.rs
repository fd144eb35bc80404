//! What waits, what runs and what happened lately.

pub mod show;

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use touchstone_service::holding::count_failed_deliveries;
use touchstone_service::issuing::achievements;
use touchstone_service::issuing::search::{self, Place};
use touchstone_service::operations::{
    Permission, audit, members,
    signing_key::{KeyState, signing_keys},
};
use touchstone_service::rows::{AuditFilter, BatchRow, BatchState, TenantId};
use touchstone_service::verifying::{Resolution, resolved};

pub use show::{Cohort, View, cohorts};

use crate::ApiError;
use crate::pages::audit::words;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Moment, Tone, moment};

/// `GET /today`
pub async fn handler(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let tenant = by.tenant();
    let place = Place {
        after: None,
        limit: Some(8),
    };
    let batches = search::batches(&web.world, tenant, "", &place).await?.rows;
    let rows = told(&web, tenant, &batches).await?;
    let view = View {
        waiting: waiting(&web, &by, &batches).await?,
        order: order(&web, tenant).await?,
        cohorts: rows,
        lately: lately(&web, &by).await?,
    };
    Ok(show::show(&by.desk, &view).into_response())
}

/// What waits for this member: nothing that only others can bring to an end.
async fn waiting(
    web: &Web,
    by: &SignedIn,
    batches: &[BatchRow],
) -> Result<Vec<show::Waiting>, ApiError> {
    let mut waiting = Vec::new();
    let open: Vec<&BatchRow> = batches.iter().filter(|row| waits(row)).collect();
    if !open.is_empty() && (by.desk.may(Permission::Confirm) || by.desk.may(Permission::Issue)) {
        let names: Vec<String> = open.iter().map(|row| told_open(row)).collect();
        waiting.push((
            open.len() as u64,
            "/cohorts",
            "Cohorts to look at",
            format!("{}.", names.join("; ")),
        ));
    }
    if !by.desk.may(Permission::Issue) {
        return Ok(waiting);
    }
    let failed = count_failed_deliveries(&web.world, by.tenant()).await?;
    if failed > 0 {
        waiting.push((
            failed,
            "/deliveries?state=failed",
            "Deliveries that failed",
            "Send again, or correct the address.".into(),
        ));
    }
    Ok(waiting)
}

/// Cohorts as rows of a table.
pub async fn told(
    web: &Web,
    tenant: &TenantId,
    batches: &[BatchRow],
) -> Result<Vec<Cohort>, ApiError> {
    let listed = achievements(&web.world, tenant).await?;
    let names: HashMap<&str, &str> = listed
        .iter()
        .map(|one| (one.achievement.id.as_str(), one.achievement.name.as_str()))
        .collect();
    let ids: Vec<String> = batches.iter().map(|row| row.id.clone()).collect();
    let claimed = search::claimed(&web.world, tenant, &ids).await?;
    Ok(batches
        .iter()
        .map(|row| {
            let (tone, state) = state(row);
            Cohort {
                href: format!("/cohorts/{}", row.id),
                name: row.name.clone(),
                achievement: names
                    .get(row.achievement.as_str())
                    .copied()
                    .unwrap_or("–")
                    .to_owned(),
                made: moment(row.created_at),
                people: row.rows_total.unsigned_abs(),
                claimed: (row.state == BatchState::Sealed)
                    .then(|| claimed.get(&row.id).copied().unwrap_or(0)),
                tone,
                state,
            }
        })
        .collect())
}

fn told_open(row: &BatchRow) -> String {
    match (row.rows_ready, row.rows_faulty) {
        (ready, 0) => format!("{}: {ready} ready", row.name),
        (ready, faulty) => format!("{}: {ready} ready, {faulty} to correct", row.name),
    }
}

fn waits(row: &BatchRow) -> bool {
    row.state == BatchState::Validated
}

fn state(row: &BatchRow) -> (Tone, String) {
    match row.state {
        BatchState::Draft => (Tone::Wait, "Being read".into()),
        BatchState::Validated if row.rows_ready > 0 => (Tone::Wait, "Waits to be confirmed".into()),
        BatchState::Validated => (Tone::Warn, "No row is ready".into()),
        BatchState::Held => (Tone::Wait, "Held".into()),
        BatchState::Reserved | BatchState::Approved | BatchState::Sealing => {
            (Tone::Wait, "Being issued".into())
        }
        BatchState::Sealed if row.rows_faulty > 0 => {
            (Tone::Warn, format!("Issued; {} rows left", row.rows_faulty))
        }
        BatchState::Sealed => (Tone::Pass, "Issued".into()),
        BatchState::Cancelled => (Tone::Wait, "Discarded".into()),
    }
}

async fn order(web: &Web, tenant: &TenantId) -> Result<Vec<String>, ApiError> {
    let keys = signing_keys(&web.world, tenant).await?;
    let key = keys.iter().find(|key| key.state == KeyState::Active);
    let mut order = vec![match key {
        Some(key) => format!("Signing key {} is in order.", key.id),
        None => "There is no signing key: nothing can be issued.".to_owned(),
    }];
    let resolved = resolved(&web.world, tenant).await?;
    match resolved.filter(|found| found.is_watched).map(|found| found.what) {
        Some(Resolution::Foreign) => order.push(
            "Somebody else’s document stands at the address of the institution’s DID. See Keys that sign.".to_owned(),
        ),
        Some(Resolution::GivenUp) => order.push(
            "A document in which a key counts that was given up stands at the address of the institution’s DID. See Keys that sign.".to_owned(),
        ),
        _ => {}
    }
    Ok(order)
}

/// When, who, what.
type Event = (Moment, String, String);

async fn lately(web: &Web, by: &SignedIn) -> Result<Option<Vec<Event>>, ApiError> {
    if !by.desk.may(Permission::Audit) && !by.desk.may(Permission::Issue) {
        return Ok(None);
    }
    let names: HashMap<String, String> = members(&web.world, by.tenant())
        .await?
        .into_iter()
        .map(|member| (member.id, member.name))
        .collect();
    let lines = audit(&web.world, by.tenant(), &AuditFilter::default(), None, 500).await?;
    // One line a credential would hide everything else.
    let lines = lines
        .into_iter()
        .filter(|line| line.action != "credential.issue")
        .take(8);
    let told = lines.map(|line| {
        let who = names.get(&line.actor).cloned().unwrap_or(line.actor);
        let who = if who == "holder" {
            "A holder".to_owned()
        } else {
            who
        };
        (moment(line.at), who, words(&line.action).to_owned())
    });
    Ok(Some(told.collect()))
}
