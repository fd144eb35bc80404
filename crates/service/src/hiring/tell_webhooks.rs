//! Telling programs of employers what became of applications: written down with the change, sent by a job, tried again for three days.
//!
//! Bodies, headers and signatures are those of [Standard Webhooks](https://www.standardwebhooks.com/) (§ Payload structure, § Webhook headers,
//! § Signature scheme: HMAC-SHA256, `v1`).
//!
//! **Invariant:** a message names an application by its id and where it is read, and nothing of whoever sent it. It keeps its id through
//! all tries, and is sent to the address that was named or nowhere. What is given up is shown as such.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::json;
use tokio::task::JoinSet;
use touchstone_store::{StoreError, TenantId, Tx, WebhookMessageRow, WebhookRow, WebhookState};
use touchstone_vc::{Crypto, DAY_MS, Timestamp};

use super::{ConcernedRole, add_webhook::SECRET_PREFIX};
use crate::{
    World,
    operations::{Job, Lease},
    ports::FetchError,
};

/// What a program is told of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Event {
    /// An application came.
    Sent,
    /// Its sender took it back.
    Withdrawn,
    /// A key that a credential in it names was given up.
    InDoubt,
}

impl Event {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "application.sent",
            Self::Withdrawn => "application.withdrawn",
            Self::InDoubt => "application.in_doubt",
        }
    }
}

/// Writes down, as part of the change itself, what every webhook of the institution is to be told.
pub(super) async fn to_be_told(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    posting: &str,
    application: &str,
    event: Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    write_down(world, tx, tenant, &[(posting, application)], event, now).await
}

/// Writes down that applications to an institution hold a credential that is in doubt.
pub(crate) async fn in_doubt(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    roles: &[ConcernedRole],
) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for role in roles {
        let applications = role.applications.iter();
        all.extend(applications.map(|one| (role.posting.as_str(), one.as_str())));
    }
    write_down(world, tx, tenant, &all, Event::InDoubt, world.clock.now()).await
}

/// One message for each webhook and application, which stands beside its posting.
async fn write_down(
    world: &World,
    tx: &mut Tx,
    tenant: &TenantId,
    applications: &[(&str, &str)],
    event: Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let webhooks = tx.webhooks(tenant).await?;
    let mut messages = Vec::new();
    for webhook in webhooks.iter().filter(|row| row.disabled_at.is_none()) {
        for &(posting, application) in applications {
            messages.push(WebhookMessageRow {
                id: format!("msg_{}", world.rng.uuid().simple()),
                tenant: tenant.clone(),
                webhook: webhook.id.clone(),
                kind: event.as_str().into(),
                subject: application.to_owned(),
                posting: posting.to_owned(),
                at: now.unix_millis(),
                state: WebhookState::Waiting,
                attempts: 0,
                next_at: Some(now.unix_millis()),
                last_error: None,
                delivered_at: None,
            });
        }
    }
    if messages.is_empty() {
        return Ok(());
    }
    tx.add_webhook_messages(messages).await?;
    tx.enqueue(Job::TellWebhooks {}.queued(&*world.rng, now, now))
        .await
}

/// Sends what is due, for a while: of each webhook its oldest message, then its next. An address that does not answer gets no other this time,
/// and one that answers slowly holds up nobody but those who wait for the same turn.
pub(crate) async fn tell_webhooks(world: &World, lease: &Lease<'_>) -> Result<(), StoreError> {
    let (begun, mut away) = (world.clock.now(), Vec::new());
    let more = loop {
        if world.clock.now().unix_millis() - begun.unix_millis() > LONGEST_MS {
            break true;
        }
        let claimed = claim(world, lease, begun, &away).await?;
        if claimed.is_empty() {
            break false;
        }
        let mut sending = JoinSet::new();
        for (webhook, message) in claimed {
            let (world, now) = (world.clone(), world.clock.now());
            sending.spawn(async move {
                let sent = send(&world, &webhook, &message, now).await;
                (message, sent)
            });
        }
        while let Some(done) = sending.join_next().await {
            let (message, sent) =
                done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            if matches!(sent, Err(Failed::Fetch(_))) {
                away.push(message.webhook.clone());
            }
            settle(world, lease, message, &sent).await?;
        }
    };
    let now = world.clock.now();
    let before = begun.unix_millis() - KEPT_MS;
    let rest = &more.then(|| Job::TellWebhooks {}.queued(&*world.rng, now, now));
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, begun).await?;
            if let Some(rest) = rest {
                tx.enqueue(rest.clone()).await?;
            }
            tx.forget_webhook_messages(before).await
        })
        .await
}

/// The oldest due message of each of some webhooks, taken up: no other process sends it for a while.
async fn claim(
    world: &World,
    lease: &Lease<'_>,
    begun: Timestamp,
    away: &[String],
) -> Result<Vec<(WebhookRow, WebhookMessageRow)>, StoreError> {
    let now = world.clock.now();
    let due_by = begun.unix_millis();
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, now).await?;
            let (mut claimed, mut passed) = (Vec::new(), away.to_vec());
            while claimed.len() < AT_ONCE
                && let Some(message) = tx.webhook_message_due(due_by, &passed).await?
            {
                passed.push(message.webhook.clone());
                let Some(webhook) = tx.webhook(&message.tenant, &message.webhook).await? else {
                    continue;
                };
                if let Some(at) = webhook.disabled_at {
                    // It was written down while the webhook ended.
                    tx.disable_webhook(&webhook.tenant, &webhook.id, at).await?;
                    continue;
                }
                let until = now.unix_millis() + CLAIMED_MS;
                tx.claim_webhook_message(&message.tenant, &message.id, until)
                    .await?;
                claimed.push((webhook, message));
            }
            Ok(claimed)
        })
        .await
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the address answered {0}")]
    Answered(u16),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("its secret cannot be read; remove the webhook and add it again")]
    Secret,
}

async fn send(
    world: &World,
    webhook: &WebhookRow,
    message: &WebhookMessageRow,
    now: Timestamp,
) -> Result<(), Failed> {
    let body = body(world, message);
    let seconds = now.unix_millis().div_euclid(1_000);
    let signature = signature(world.crypto, &webhook.secret, &message.id, seconds, &body);
    let signature = signature.ok_or(Failed::Secret)?;
    let headers = [
        ("webhook-id", message.id.clone()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ];
    match world.tell.tell(&webhook.address, &headers, body).await? {
        200..=299 => Ok(()),
        status => Err(Failed::Answered(status)),
    }
}

/// What is told: what happened, when, and where to read more. Nothing of it is personal.
fn body(world: &World, message: &WebhookMessageRow) -> Vec<u8> {
    let at = Timestamp::from_unix_millis(message.at).to_string();
    let mut data = json!({"id": message.subject, "posting": message.posting});
    if message.kind != Event::Withdrawn.as_str() {
        let page = format!("/applications/{}", message.subject);
        data["page"] = world.site.link(&page).into();
        data["api"] = world.site.link(&format!("/api/v1{page}")).into();
    }
    json!({"type": message.kind, "timestamp": at, "data": data})
        .to_string()
        .into_bytes()
}

/// The value of `webhook-signature`. `None` of a secret that is none: with a key that everybody knows nothing is signed.
fn signature(crypto: &Crypto, secret: &str, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
    let key = secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret);
    let key = BASE64.decode(key).ok().filter(|key| !key.is_empty())?;
    let mut signed = format!("{id}.{seconds}.").into_bytes();
    signed.extend_from_slice(body);
    let signature = BASE64.encode(hmac_sha256(crypto, &key, &signed));
    Some(format!("v1,{signature}"))
}

/// HMAC-SHA256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104), § 2).
fn hmac_sha256(crypto: &Crypto, key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    match key.len() > block.len() {
        true => block[..32].copy_from_slice(&(crypto.sha256)(key)),
        false => block[..key.len()].copy_from_slice(key),
    }
    let keyed = |pad: u8, rest: &[u8]| {
        let mut bytes: Vec<u8> = block.iter().map(|byte| byte ^ pad).collect();
        bytes.extend_from_slice(rest);
        (crypto.sha256)(&bytes)
    };
    keyed(0x5c, &keyed(0x36, message))
}

async fn settle(
    world: &World,
    lease: &Lease<'_>,
    message: WebhookMessageRow,
    sent: &Result<(), Failed>,
) -> Result<(), StoreError> {
    let now = world.clock.now();
    let at = now.unix_millis();
    // Gone: it wants nothing more (Standard Webhooks, § Delivery success and failure).
    let gone = matches!(sent, Err(Failed::Answered(410)));
    let attempts = message.attempts + 1;
    let next = usize::try_from(attempts - 1)
        .ok()
        .and_then(|tried| WAITS_SECONDS.get(tried));
    let row = &match (sent, next) {
        (Ok(()), _) => WebhookMessageRow {
            state: WebhookState::Delivered,
            attempts,
            next_at: None,
            last_error: None,
            delivered_at: Some(at),
            ..message
        },
        (Err(error), Some(seconds)) if !gone => WebhookMessageRow {
            attempts,
            next_at: Some(at + seconds * 1_000),
            last_error: Some(error.to_string()),
            ..message
        },
        (Err(error), _) => WebhookMessageRow {
            state: WebhookState::Dead,
            attempts,
            next_at: None,
            last_error: Some(error.to_string()),
            ..message
        },
    };
    if row.state == WebhookState::Dead {
        tracing::warn!(webhook = %row.webhook, message = %row.id, "a message to a webhook was given up");
    }
    let is_away = matches!(sent, Err(Failed::Fetch(_)));
    let settled = world.store.write(|mut tx| async move {
        lease.hold(&mut tx, now).await?;
        tx.settle_webhook_message(row).await?;
        if gone {
            tx.disable_webhook(&row.tenant, &row.webhook, at).await?;
        }
        if is_away {
            // The others were not tried, and wait with it, but not for ever.
            let until = row.next_at.unwrap_or(at + WAITS_SECONDS[1] * 1_000);
            let webhook = (&row.tenant, row.webhook.as_str());
            tx.put_off_webhook_messages(webhook, until, at - given_up_ms(), HELD_UP)
                .await?;
        }
        Ok(())
    });
    match settled.await {
        // The webhook was removed meanwhile.
        Err(StoreError::Conflict {
            table: "webhook_message" | "webhook",
        }) => Ok(()),
        settled => settled,
    }
}

/// How long after each try the next one comes: after the last of these a message is given up, some three days after the first try.
const WAITS_SECONDS: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3_600,
    5 * 3_600,
    10 * 3_600,
    14 * 3_600,
    20 * 3_600,
    24 * 3_600,
];
/// How long a message waits at most.
fn given_up_ms() -> i64 {
    WAITS_SECONDS.iter().sum::<i64>() * 1_000
}

/// Why a message was not even tried.
const HELD_UP: &str = "the address did not take another message just before";
/// How many webhooks have their turn at a time.
const AT_ONCE: usize = 20;
/// How long one job sends: what is due then is left to the next.
const LONGEST_MS: i64 = 30_000;
/// How long a message that is being sent is not sent again: longer than any address is waited for.
const CLAIMED_MS: i64 = 60_000;
/// How long is shown what became of a message: 30 days.
const KEPT_MS: i64 = 30 * DAY_MS;

#[cfg(test)]
mod tests {
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    /// As `docs/api.md` tells whoever receives them.
    #[test]
    fn tries_come_ever_later_for_some_three_days() {
        assert!(WAITS_SECONDS.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(WAITS_SECONDS[..3], [5, 300, 1_800]);
        let hours = given_up_ms() / 3_600_000;
        assert_eq!(hours, 75);
    }

    /// Keys shorter than, as long as and longer than a block, against what the definition says in other words.
    #[test]
    fn a_signature_is_of_id_moment_and_body_by_the_secret_alone() {
        let secret = format!("whsec_{}", BASE64.encode([7; 32]));
        let one = signature(&CRYPTO, &secret, "msg_1", 1_800_000_000, b"{}");
        assert_eq!(one.as_ref().map(String::len), Some("v1,".len() + 44));
        for none in ["", "whsec_", "whsec_!"] {
            let signed = signature(&CRYPTO, none, "msg_1", 1_800_000_000, b"{}");
            assert_eq!(signed, None, "{none} is no secret");
        }
        for (other, id, at, body) in [
            (&secret, "msg_2", 1_800_000_000, &b"{}"[..]),
            (&secret, "msg_1", 1_800_000_001, b"{}"),
            (&secret, "msg_1", 1_800_000_000, b"{ }"),
            (
                &format!("whsec_{}", BASE64.encode([8; 32])),
                "msg_1",
                1_800_000_000,
                b"{}",
            ),
        ] {
            assert_ne!(signature(&CRYPTO, other, id, at, body), one, "{id} {at}");
        }
        let long = [9; 65];
        let hashed = (CRYPTO.sha256)(&long);
        assert_eq!(
            hmac_sha256(&CRYPTO, &long, b"x"),
            hmac_sha256(&CRYPTO, &hashed, b"x"),
            "a key longer than a block is hashed first"
        );
        let mut padded = [0; 64];
        padded[..3].copy_from_slice(b"key");
        assert_eq!(
            hmac_sha256(&CRYPTO, b"key", b"x"),
            hmac_sha256(&CRYPTO, &padded, b"x"),
            "a shorter one is filled with zeros"
        );
    }
}
