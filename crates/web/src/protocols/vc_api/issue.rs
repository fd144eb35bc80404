//! `POST /credentials/issue`
//!
//! What can be issued here is what this institution defined, to somebody it names: a batch of one, on the way of every batch.
//! A credential of any other form is refused, not bent into shape: what is signed is composed from the achievement and the
//! learner, never taken from the request.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use touchstone_service::World;
use touchstone_service::issuing::{
    AchievementIds, Cancellation, Confirmation, Mapping, PreviewRow, Upload, achievements, cancel,
    confirm, preview, rows, search, upload,
};
use touchstone_service::operations::institution;
use touchstone_service::ports::Spooled;
use touchstone_service::rows::{RowState, TenantId};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::{By, Issue, read};
use crate::state::Web;

/// Issues an achievement of this institution to one learner
///
/// The subject names the learner (its `id` is a DID, and beside or instead of it identifiers that are not hashed: `emailAddress`,
/// `identifier` or `name`) and one of the institution's achievements by its id. Everything else is composed from the achievement. Awarding the same to the same
/// learner again answers with the credential that exists.
#[utoipa::path(
    post,
    path = "/credentials/issue",
    tag = "vc-api",
    operation_id = "issueCredential",
    security(("key" = ["issue"])),
    request_body = ToIssue,
    responses(
        (status = 201, description = "The signed credential", body = Issued),
        (status = 200, description = "The signed credential, which existed before", body = Issued),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`achievement_not_ready`: each finding is named"),
        (status = 422, description = "`cannot_issue_this`: it has parts that are not taken from a request; `unknown_achievement`, `other_issuer`, `faulty_row`. /api/v1/batches takes levels, results and evidence"),
        (status = 503, description = "`not_issued_yet`: it is confirmed and will be issued; send the same again"),
    )
)]
pub(crate) async fn issue(
    by: By<Issue>,
    State(web): State<Web>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let said: Value = read(&body)?;
    let wanted: ToIssue = serde_json::from_value(said).map_err(|error| cannot(&error))?;
    let learner = wanted.learner()?;
    let world = &web.world;
    own(world, &by.tenant, &wanted.credential.issuer).await?;
    let wanted_id = wanted.credential.credential_subject.achievement.id;
    let achievement = find(world, &by.tenant, &wanted_id).await?;
    let order = Upload {
        tenant: by.tenant,
        actor: by.actor,
        achievement,
        name: Some("Issued through the VC API".into()),
        file_name: None,
        list: Spooled::in_memory(learner, world.crypto),
        mapping: Mapping::default(),
    };
    let batch = upload(world, &order).await?.batch;
    let row = the_row(world, &order.tenant, &batch).await?;
    match row.state {
        RowState::Faulty => {
            give_up(world, &order, &batch).await?;
            let refused = ApiError::unprocessable("faulty_row");
            return Err(row.faults.iter().fold(refused, |error, fault| {
                let field = fault.column.map_or("", |column| column.as_str());
                error.with_field(field, fault.message.clone())
            }));
        }
        RowState::Duplicate => {
            give_up(world, &order, &batch).await?;
            let there = row.intent.unwrap_or_default();
            return sealed(world, &order.tenant, &there, StatusCode::OK)
                .await?
                .ok_or_else(not_yet);
        }
        RowState::Ready => agree(world, &order, &batch).await?,
        RowState::Reserved | RowState::Sealed => {}
    }
    wait(world, &order.tenant, &batch).await
}

/// What is to be issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IssueCredentialRequest)]
pub(crate) struct ToIssue {
    /// The credential, without a proof.
    credential: Unsigned,
    /// No option changes how it is issued.
    #[serde(default, rename = "options")]
    #[schema(rename = "options", value_type = Option<Object>)]
    _options: Option<Value>,
}

/// A credential without a proof.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = UnsignedCredential)]
pub(crate) struct Unsigned {
    /// The contexts of VC 2.0 and Open Badges 3.0.
    #[serde(rename = "@context")]
    #[schema(rename = "@context", value_type = Vec<String>)]
    _context: Value,
    /// `VerifiableCredential` and `OpenBadgeCredential`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: Vec<String>,
    /// The DID of the institution.
    issuer: String,
    /// Who earned what.
    credential_subject: Subject,
}

/// Who earned what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnsignedSubject)]
pub(crate) struct Subject {
    /// `AchievementSubject`.
    #[serde(rename = "type")]
    #[schema(rename = "type", value_type = Vec<String>)]
    _kind: Value,
    /// Who, as a DID.
    id: Option<String>,
    /// Who. May be left out where there is an `id`.
    #[serde(default)]
    identifier: Vec<Identity>,
    /// What.
    achievement: Named,
}

/// A name of somebody, in the clear.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = UnsignedIdentity)]
pub(crate) struct Identity {
    /// `IdentityObject`.
    #[serde(rename = "type")]
    #[schema(rename = "type", value_type = String)]
    _kind: Value,
    /// `false`: it is hashed when it is issued.
    hashed: bool,
    /// The address, the identifier or the name itself.
    identity_hash: String,
    /// `emailAddress`, `identifier` or `name`.
    identity_type: String,
}

/// An achievement of the institution.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnsignedAchievement)]
pub(crate) struct Named {
    /// Its id as it stands in credentials (`urn:uuid:…`), in its newest version.
    id: String,
    /// `Achievement`.
    #[serde(default, rename = "type")]
    #[schema(rename = "type", value_type = Option<Vec<String>>)]
    _kind: Value,
}

/// A signed credential.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IssueCredentialResponse)]
pub(crate) struct Issued {
    /// Byte for byte as it was sealed.
    #[schema(value_type = Object)]
    verifiable_credential: Box<RawValue>,
}

impl ToIssue {
    /// The learner as a list of one.
    fn learner(&self) -> Result<String, ApiError> {
        let credential = &self.credential;
        let badge = ["VerifiableCredential", "OpenBadgeCredential"];
        if credential.kind.len() != 2
            || !credential
                .kind
                .iter()
                .all(|kind| badge.contains(&kind.as_str()))
        {
            return Err(cannot(
                &"type: only VerifiableCredential and OpenBadgeCredential",
            ));
        }
        let (mut header, mut line) = (Vec::new(), Vec::new());
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        if let Some(did) = &credential.credential_subject.id {
            header.push("did");
            line.push(quoted(did));
        }
        for identity in &credential.credential_subject.identifier {
            let column = match identity.identity_type.as_str() {
                "emailAddress" => "email",
                "identifier" => "identifier",
                "name" => "name",
                _ => {
                    return Err(cannot(
                        &"identityType: only emailAddress, identifier and name",
                    ));
                }
            };
            if identity.hashed || header.contains(&column) {
                return Err(cannot(&"identifier: each kind once, and not hashed"));
            }
            header.push(column);
            line.push(quoted(&identity.identity_hash));
        }
        if header.is_empty() {
            return Err(cannot(&"credentialSubject: has neither id nor identifier"));
        }
        Ok(format!("{}\n{}\n", header.join(","), line.join(",")))
    }
}

async fn own(world: &World, tenant: &TenantId, issuer: &str) -> Result<(), ApiError> {
    let institution = institution(world, tenant).await?;
    let did = institution.and_then(|institution| institution.did);
    if did.as_deref() == Some(issuer) {
        return Ok(());
    }
    let words = format!("This key issues for {}.", did.unwrap_or_default());
    Err(ApiError::unprocessable("other_issuer").with_field("issuer", words))
}

/// The achievement whose newest version bears that id.
async fn find(world: &World, tenant: &TenantId, id: &str) -> Result<String, ApiError> {
    let listed = achievements(world, tenant).await?;
    let named = listed.into_iter().find(|one| {
        let (slug, version) = (one.definition.slug.as_str(), one.version.version);
        AchievementIds::new(world.crypto, tenant.as_str(), slug, version).achievement() == id
    });
    named.map(|one| one.achievement.id).ok_or_else(|| {
        ApiError::unprocessable("unknown_achievement").with_field(
            "credentialSubject.achievement.id",
            "This is no achievement of the institution in its newest version. GET /api/v1/achievements lists them.",
        )
    })
}

async fn the_row(world: &World, tenant: &TenantId, batch: &str) -> Result<PreviewRow, ApiError> {
    let found = rows(world, tenant, batch, None, -1, 1).await?;
    found.into_iter().next().ok_or_else(not_yet)
}

async fn agree(world: &World, order: &Upload, batch: &str) -> Result<(), ApiError> {
    let shown = preview(world, &order.tenant, batch).await?;
    let order = Confirmation {
        tenant: order.tenant.clone(),
        actor: order.actor.clone(),
        batch: batch.to_owned(),
        fingerprint: shown.ok_or_else(not_yet)?.fingerprint,
    };
    Ok(confirm(world, &order).await?)
}

/// A list of one that leads nowhere is not left lying about.
async fn give_up(world: &World, order: &Upload, batch: &str) -> Result<(), ApiError> {
    let order = Cancellation {
        tenant: order.tenant.clone(),
        actor: order.actor.clone(),
        batch: batch.to_owned(),
    };
    Ok(cancel(world, &order).await?)
}

/// Waits until a worker has sealed it.
async fn wait(world: &World, tenant: &TenantId, batch: &str) -> Result<Response, ApiError> {
    for _ in 0..LOOKS {
        let row = the_row(world, tenant, batch).await?;
        if let (RowState::Sealed, Some(id)) = (row.state, &row.intent)
            && let Some(issued) = sealed(world, tenant, id, StatusCode::CREATED).await?
        {
            return Ok(issued);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(not_yet())
}

async fn sealed(
    world: &World,
    tenant: &TenantId,
    id: &str,
    status: StatusCode,
) -> Result<Option<Response>, ApiError> {
    let Some(row) = search::credential(world, tenant, id).await? else {
        return Ok(None);
    };
    let json = String::from_utf8(row.bytes).map_err(|error| ApiError::internal(&error))?;
    let issued = Issued {
        verifiable_credential: RawValue::from_string(json)
            .map_err(|error| ApiError::internal(&error))?,
    };
    Ok(Some((status, axum::Json(issued)).into_response()))
}

fn cannot(why: &dyn std::fmt::Display) -> ApiError {
    ApiError::unprocessable("cannot_issue_this").with_detail(format!(
        "Here an achievement of this institution is issued to one learner; this cannot be taken from the request: {why}. \
         POST /api/v1/batches takes lists, with levels, results and evidence.",
    ))
}

fn not_yet() -> ApiError {
    ApiError {
        retry_after_seconds: Some(5),
        ..ApiError::unavailable("not_issued_yet").with_detail(
            "It is confirmed and will be issued. Send the same again in a moment: it is not issued twice.",
        )
    }
}

const PAUSE: Duration = Duration::from_millis(50);
/// Twenty seconds.
const LOOKS: u32 = 400;
