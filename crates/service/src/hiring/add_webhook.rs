//! Naming an address that is told what becomes of applications.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use touchstone_store::{AuditLine, StoreError, TenantId, WebhookRow};
use url::Url;

use crate::World;

/// A request to tell an address.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// The institution.
    pub tenant: TenantId,
    /// Who adds it, as proven by the caller.
    pub actor: String,
    /// Where messages go.
    pub address: String,
}

/// A webhook that was added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AddedWebhook {
    /// Its id.
    pub id: String,
    /// By which messages are signed. It is told once.
    pub secret: String,
}

/// Adds a webhook, with a secret of its own.
#[crate::boxed]
pub async fn add_webhook(world: &World, order: &NewWebhook) -> Result<AddedWebhook, WebhookError> {
    let address = order.address.trim();
    if !is_address(world, address) {
        return Err(WebhookError::Address);
    }
    let host = Url::parse(address).map(|url| url.host_str().map(str::to_owned));
    let host = &host.ok().flatten().unwrap_or_default();
    let now = world.clock.now().unix_millis();
    let added = &AddedWebhook {
        id: world.rng.uuid().to_string(),
        secret: format!("{SECRET_PREFIX}{}", BASE64.encode(world.rng.bytes::<32>())),
    };
    world
        .store
        .write(|mut tx| async move {
            let told = tx.webhooks(&order.tenant).await?;
            // One that answered that it is gone is told nothing any more.
            let mut still = told.iter().filter(|one| one.disabled_at.is_none());
            if still.any(|one| one.address == address) {
                return Err(WebhookError::Known);
            }
            if told.len() >= MOST_WEBHOOKS {
                return Err(WebhookError::TooMany);
            }
            tx.add_webhook(WebhookRow {
                id: added.id.clone(),
                tenant: order.tenant.clone(),
                address: address.to_owned(),
                secret: added.secret.clone(),
                made_at: now,
                made_by: order.actor.clone(),
                disabled_at: None,
            })
            .await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "webhook.add".into(),
                subject: added.id.clone(),
                // Of many services the address itself is the secret: the record, which is kept, says where it leads and no more.
                detail: serde_json::json!({"host": host}).to_string(),
            }])
            .await?;
            Ok(added.clone())
        })
        .await
}

/// Whether it can be an address at all; whether it is public is looked at by whoever connects, each time.
fn is_address(world: &World, address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    // On a trial, programs on the same machine may listen.
    let here = world.site.local && url.scheme() == "http";
    address.len() <= LONGEST_ADDRESS
        && (url.scheme() == "https" || here)
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

/// Why a webhook was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Not an address where something can be told.
    #[error("write an address that begins with https://, without a name or password in it")]
    Address,
    /// It would be told everything twice.
    #[error("this address is told already: if its secret is not known, remove it and add it anew")]
    Known,
    /// There are enough.
    #[error("{MOST_WEBHOOKS} addresses are told already: remove one first")]
    TooMany,
    /// There is no such webhook for this institution.
    #[error("no such webhook")]
    NoSuchWebhook,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What secrets begin with (Standard Webhooks, § Signature scheme).
pub(super) const SECRET_PREFIX: &str = "whsec_";
const MOST_WEBHOOKS: usize = 5;
const LONGEST_ADDRESS: usize = 2_000;
