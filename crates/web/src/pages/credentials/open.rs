//! `GET /credentials/ID`, and its files.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use touchstone_service::holding::{Format, export as make};
use touchstone_service::issuing::record;
use touchstone_service::operations::{Permission, members};
use touchstone_service::rows::{CredentialRow, DeliveryKind, DeliveryRow};
use touchstone_vc::Credential;

use super::one::{Delivery, View, show};
use super::search::standing;
use crate::ApiError;
use crate::answer::file;
use crate::pages::deliveries::state_words;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Problem, moment};

/// What was entered in a form that was refused.
#[derive(Debug, Default)]
pub(super) struct Refused {
    pub(super) problems: Vec<Problem>,
    pub(super) reason: String,
    pub(super) code: Option<String>,
}

/// Everything about one credential.
pub async fn open(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let view = view(&web, &by, &id, Refused::default()).await?;
    Ok(show(&by.desk, &view).into_response())
}

/// `GET /credentials/ID/credential.FORMAT`
pub async fn export(
    State(web): State<Web>,
    by: SignedIn,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let format = name
        .strip_prefix("credential.")
        .and_then(Format::parse)
        .ok_or_else(ApiError::no_such_page)?;
    let made = make(&web.world, by.tenant(), &id, format)
        .await
        .map_err(ApiError::from)?;
    let bytes = made.ok_or_else(|| ApiError::not_found("credential_not_found"))?;
    Ok(file(format.media_type(), &name, bytes))
}

pub(super) async fn view(
    web: &Web,
    by: &SignedIn,
    id: &str,
    refused: Refused,
) -> Result<View, ApiError> {
    let tenant = by.tenant();
    let found = record(&web.world, tenant, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("credential_not_found"))?;
    let (row, learner) = (found.credential, found.learner);
    let now = web.world.clock.now().unix_millis();
    let change = row
        .revoked_at
        .map(|at| (at, row.revoked_by.clone(), row.revoke_reason.clone()))
        .or(row
            .suspended_at
            .map(|at| (at, row.suspended_by.clone(), row.suspend_reason.clone())));
    let names = members(&web.world, tenant).await?;
    let name_of = |id: String| {
        names
            .iter()
            .find(|member| member.id == id)
            .map_or(id, |member| member.name.clone())
    };
    let read = read(&row)?;
    let name = learner
        .as_ref()
        .map(|learner| learner.name.clone())
        .filter(|name| !name.is_empty());
    Ok(View {
        id: row.id.clone(),
        learner: row.learner.clone(),
        person: name
            .or(read.name)
            .unwrap_or_else(|| "Somebody without a name".into()),
        address: learner.as_ref().and_then(|learner| learner.email.clone()),
        identifier: learner
            .as_ref()
            .and_then(|learner| learner.identifier.clone()),
        did: learner.and_then(|learner| learner.did),
        achievement: read.achievement,
        version: row.version,
        level: read.level,
        result: read.result,
        levels: read.levels,
        batch: found.batch.map(|batch| (batch.id, batch.name)),
        issued: moment(row.issued_at),
        until: row.valid_until.map(moment),
        state: standing(
            row.revoked_at,
            row.suspended_at,
            row.valid_until,
            row.replaced_by.is_some(),
            now,
        ),
        sha256: row.sha256,
        key: row.key_id,
        change: change.map(|(at, who, why)| {
            (
                moment(at),
                name_of(who.unwrap_or_default()),
                why.unwrap_or_default(),
            )
        }),
        replaces: row.replaces,
        replaced_by: row.replaced_by,
        claimed: found.claimed_at.map(moment),
        public: found.public_link.is_some(),
        deliveries: found.deliveries.iter().map(delivery).collect(),
        revocable: row.status_list.is_some(),
        suspendable: row.suspension_list.is_some(),
        problems: refused.problems,
        reason: refused.reason,
        code: refused.code,
    })
}

struct Read {
    achievement: String,
    name: Option<String>,
    level: Option<String>,
    levels: Vec<(String, String)>,
    result: Option<String>,
}

/// What stands in the sealed bytes.
fn read(row: &CredentialRow) -> Result<Read, ApiError> {
    let credential = Credential::parse(&row.bytes).map_err(|error| ApiError::internal(&error))?;
    let view = credential.view();
    let rubric = view.results.iter().find(|result| !result.levels.is_empty());
    let told = |level: &touchstone_vc::view::LevelView<'_>| {
        let number = level.level.unwrap_or_default().to_owned();
        let words = format!("{number} {}", level.name.unwrap_or_default());
        (number, words.trim().to_owned())
    };
    let levels: Vec<(String, String)> = rubric
        .iter()
        .flat_map(|rubric| rubric.levels.iter().map(told))
        .collect();
    let reached = rubric.and_then(|rubric| rubric.levels.iter().find(|level| level.reached));
    Ok(Read {
        achievement: view.title().unwrap_or_default().to_owned(),
        name: view.subject.names.first().map(|name| (*name).to_owned()),
        level: reached.map(|level| told(level).1),
        result: view
            .results
            .iter()
            .find_map(|result| result.value)
            .map(str::to_owned),
        levels,
    })
}

fn delivery(row: &DeliveryRow) -> Delivery {
    Delivery {
        way: match row.kind {
            DeliveryKind::Mail => "Mail",
            DeliveryKind::Paper => "Code on paper",
        },
        address: row.address.clone().unwrap_or_default(),
        state: match &row.last_error {
            Some(error) => format!("{}: {error}", state_words(row.kind, row.state).1),
            None => state_words(row.kind, row.state).1.to_owned(),
        },
        at: moment(row.sent_at.unwrap_or(row.created_at)),
    }
}
