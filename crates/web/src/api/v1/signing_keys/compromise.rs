//! `POST /api/v1/signing-keys/ID/compromise`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::operations::signing_key::{self, Compromise, KeyAct};
use utoipa::ToSchema;

use super::{Shown, shown};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::api::wire::moment;
use crate::state::Web;

/// Says that a key is, or may be, in other hands
///
/// Nothing is signed with it any more, the issuer's document says that it is revoked, the log gets an entry, the owners get
/// mail, and so do employers here that were handed a credential which names it; a new key is made if no other signs, or as soon as what makes keys answers again. Of a `did:webvh` that one signs, and has
/// the status lists signed anew, only once its line of the DID's history is out. With `rehearse`, nothing is changed: the answer says what would be.
/// Which employers are told, and how many, it says in no case.
#[utoipa::path(
    post,
    path = "/api/v1/signing-keys/{id}/compromise",
    tag = "signing-keys",
    operation_id = "compromiseSigningKey",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The key")),
    request_body = Wanted,
    responses(
        (status = 200, description = "What came of it, or would", body = GivenUp),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`signing_key_not_found`"),
        (status = 409, description = "`wrong_key_state`"),
        (status = 422, description = "`bad_reason`, `bad_time`, `wrong_body`"),
        (status = 503, description = "`signer_unavailable`"),
    )
)]
pub(crate) async fn compromise(
    State(web): State<Web>,
    Path(key): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    let since = match &said.since {
        Some(text) => Some(moment("since", text)?),
        None => None,
    };
    order
        .once(&web, async move |world, by| {
            let order = Compromise {
                act: KeyAct {
                    tenant: by.tenant.clone(),
                    actor: by.actor,
                    key: key.clone(),
                    reason: said.reason,
                },
                since: since.unwrap_or_else(|| world.clock.now()),
                rehearse: said.rehearse,
            };
            let found = signing_key::compromise(&world, &order).await?;
            Ok(Made::done(GivenUp {
                key: shown(&world, &by.tenant, &key).await?,
                rehearsed: said.rehearse,
                needs_successor: found.needs_successor,
                successor: found.successor,
                successor_waits: found.successor_waits,
                signed: found.affected.signed,
                standing: found.affected.standing.len() as u64,
                issued_since: found.affected.issued_since,
                waiting: found.affected.waiting,
                status_lists: found.affected.lists as u64,
            }))
        })
        .await
}

/// A key to be given up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyCompromise)]
pub(crate) struct Wanted {
    /// What happened: 1 to 1,000 characters, for the record.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The moment before which nobody else had it; now, if it is left out.
    since: Option<String>,
    /// Change nothing; only say what would be.
    #[serde(default)]
    rehearse: bool,
}

/// What came of giving a key up, or would.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KeyGivenUp)]
pub(crate) struct GivenUp {
    /// The key, as it is now.
    key: Shown,
    /// Nothing was changed.
    rehearsed: bool,
    /// No other key signs.
    needs_successor: bool,
    /// The key that was made for it; with `needsSuccessor`, `null` while what makes keys is away.
    successor: Option<String>,
    /// That key does not sign yet, and until it does nothing is signed: it is not made, or its line of the DID's history is not out.
    successor_waits: bool,
    /// Credentials that it signed.
    signed: u64,
    /// Of these, those that were not withdrawn.
    standing: u64,
    /// Of the standing ones, those that were issued since, by our clock.
    issued_since: u64,
    /// Approved credentials that waited to be signed with it.
    waiting: u64,
    /// Status lists that are signed anew.
    status_lists: u64,
}
