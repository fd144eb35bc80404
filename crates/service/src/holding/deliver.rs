//! Telling learners that something waits for them.
//!
//! **Invariant:** the claim link is durable before the mail that names it leaves, so no mail leads nowhere. A mail may go out
//! twice if the program is stopped between sending and writing that down, which is at most [`RECORD_EVERY_MS`] later or after the
//! mail that comes next, or if the mail server takes it after it was waited for in vain; both links then work. A delivery that was
//! called back in between, as for a corrected address, gets no link and no mail.

use std::collections::BTreeSet;

use touchstone_store::{ClaimRow, CredentialRow, DeliveryRow, DeliveryState, Reader, StoreError};
use touchstone_vc::{Credential, Timestamp};
use tracing::{info, warn};

use super::{
    CLAIM_MS,
    letter::{self, Instead},
};
use crate::{World, operations::Lease, ports::MailError, secret as token};

/// Sends what is due, until nothing is, or until the mail server keeps silent: a worker has more to do than to wait for it, and the next
/// turn of the clock tries on.
#[crate::boxed]
pub async fn deliver_due(world: &World, lease: &Lease<'_>) -> Result<(), DeliverError> {
    // Until the server has shown that it answers, no more links are made than mails are tried.
    let mut chunk = MOST_SILENT;
    loop {
        let now = world.clock.now();
        let due = world
            .store
            .read()
            .deliveries_due(now.unix_millis(), chunk)
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        if deliver(world, lease, due, now).await? == Server::Silent {
            warn!("the mail server does not answer: what is due is tried again in a minute");
            return Ok(());
        }
        chunk = CHUNK;
    }
}

/// How the mail server behaved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Server {
    /// It took mails or said why not.
    Answers,
    /// It was waited for in vain, several times in a row.
    Silent,
}

/// Makes the links of some mails durable at once, sends the mails one by one, and writes down every moment how that went.
async fn deliver(
    world: &World,
    lease: &Lease<'_>,
    due: Vec<DeliveryRow>,
    now: Timestamp,
) -> Result<Server, DeliverError> {
    let (mut letters, mut tried) = (Vec::new(), Vec::new());
    for delivery in due {
        let secret = token::draw(&*world.rng);
        match compose(world, &delivery, &secret).await? {
            Some(message) => {
                let claim = claim(world, &delivery, &secret, now);
                letters.push((delivery, message, claim));
            }
            None => {
                let why = "the credential is gone, withdrawn or unreadable";
                let dead = (DeliveryState::Dead, Some(why.to_owned()));
                tried.push((delivery.attempts, after(delivery, dead, None, now)));
            }
        }
    }
    let composed = &letters;
    let linked = world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            lease.hold(tx, world.clock.now()).await?;
            let (mut linked, mut claims) = (BTreeSet::new(), Vec::new());
            for (delivery, _, claim) in composed {
                if still_waits(tx, delivery).await? {
                    linked.insert(claim.token_hash.clone());
                    claims.push(claim.clone());
                }
            }
            tx.add_claims(claims).await?;
            Ok::<_, StoreError>(linked)
        })
        .await?;
    letters.retain(|(_, _, claim)| linked.contains(&claim.token_hash));
    let (mut recorded_at, mut silent) = (world.clock.now().unix_millis(), 0);
    for (delivery, message, _) in letters {
        let begun = world.clock.now().unix_millis();
        let sending = world.mail.send_patiently(&message);
        let sent = lease.keep_while(world, sending).await;
        let sent = state_after(sent, delivery.attempts);
        let now = world.clock.now();
        let waited = now.unix_millis() - begun >= SILENT_MS;
        silent = match sent.0 {
            DeliveryState::Retry | DeliveryState::Dead if waited => silent + 1,
            _ => 0,
        };
        let (id, state) = (&delivery.id, sent.0.as_str());
        info!(delivery.id = %id, delivery.state = state, "delivery {id} is {state}");
        tried.push((
            delivery.attempts,
            after(delivery, sent, Some(message.id), now),
        ));
        if now.unix_millis() - recorded_at >= RECORD_EVERY_MS {
            record(world, &std::mem::take(&mut tried)).await?;
            lease.extend(&world.store, now).await?;
            recorded_at = now.unix_millis();
        }
        if silent == MOST_SILENT {
            break;
        }
    }
    record(world, &tried).await?;
    Ok(match silent {
        MOST_SILENT => Server::Silent,
        _ => Server::Answers,
    })
}

/// Whether nobody called a delivery back since it was read: that ended its links, and a link added now would still open.
async fn still_waits(reader: &Reader, read: &DeliveryRow) -> Result<bool, StoreError> {
    let found = reader.delivery(&read.tenant, &read.id).await?;
    Ok(found.is_some_and(|row| {
        matches!(row.state, DeliveryState::Queued | DeliveryState::Retry)
            && row.attempts == read.attempts
    }))
}

fn state_after(sent: Result<(), MailError>, attempts: i64) -> (DeliveryState, Option<String>) {
    match sent {
        Ok(()) => (DeliveryState::Sent, None),
        Err(MailError::Refused(said)) => (DeliveryState::Bounced, Some(said)),
        Err(MailError::Unavailable(said)) if attempts + 1 < MAX_ATTEMPTS => {
            (DeliveryState::Retry, Some(said))
        }
        Err(MailError::Unavailable(said)) => (DeliveryState::Dead, Some(said)),
    }
}

async fn compose(
    world: &World,
    delivery: &DeliveryRow,
    secret: &str,
) -> Result<Option<crate::ports::Message>, DeliverError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution(&delivery.tenant).await? else {
        return Ok(None);
    };
    let Some(row) = reader
        .credential(&delivery.tenant, &delivery.credential)
        .await?
    else {
        return Ok(None);
    };
    let Some(learner) = reader.learner(&delivery.tenant, &row.learner).await? else {
        return Ok(None);
    };
    let Some(address) = delivery.address.clone() else {
        return Ok(None);
    };
    if row.revoked_at.is_some() || row.replaced_by.is_some() {
        return Ok(None); // What was withdrawn in the meantime is not announced.
    }
    // One credential that cannot be read must not hold up everybody else's mail.
    let Ok(credential) = Credential::parse(&row.bytes) else {
        return Ok(None);
    };
    let link = world.site.link(&format!("/claim/{secret}"));
    let instead = instead(&reader, &row, &credential).await?;
    let letter = letter::Letter {
        id: format!("{}.{}", delivery.id, delivery.attempts + 1),
        address,
        institution: &institution,
        learner: &learner,
        language: delivery.language.as_deref(),
        view: &credential.view(),
        link: Some(&link),
    };
    Ok(Some(letter::claim(&letter, instead)))
}

/// Why a credential takes the place of another, if it does: the key of that one, where all else is the same.
async fn instead(
    reader: &Reader,
    row: &CredentialRow,
    credential: &Credential<'_>,
) -> Result<Option<Instead>, StoreError> {
    let Some(before) = &row.replaces else {
        return Ok(None);
    };
    let Some(before) = reader.credential(&row.tenant, before).await? else {
        return Ok(Some(Instead::Corrected));
    };
    let key = reader.signing_key(&row.tenant, &before.key_id).await?;
    let given_up = key.is_some_and(|key| key.compromised_since.is_some());
    // How somebody is identified is hidden with another salt each time.
    let said = |credential: &Credential<'_>| {
        let subject = credential.document().get("credentialSubject")?;
        let members = subject.as_object()?.iter();
        let members = members.filter(|(name, _)| *name != "identifier");
        let said = members.map(|(name, value)| format!("{name} {value}"));
        Some(said.collect::<Vec<_>>())
    };
    let same =
        Credential::parse(&before.bytes).is_ok_and(|before| said(&before) == said(credential));
    Ok(Some(match given_up && same {
        true => Instead::KeyGivenUp,
        false => Instead::Corrected,
    }))
}

fn claim(world: &World, delivery: &DeliveryRow, secret: &str, now: Timestamp) -> ClaimRow {
    ClaimRow {
        token_hash: token::hash(world.crypto, secret),
        tenant: delivery.tenant.clone(),
        credential: delivery.credential.clone(),
        code_hash: None,
        created_at: now.unix_millis(),
        expires_at: now.unix_millis() + CLAIM_MS,
        claimed_at: None,
        superseded_at: None,
    }
}

/// The row after a try.
fn after(
    delivery: DeliveryRow,
    (state, last_error): (DeliveryState, Option<String>),
    message_id: Option<String>,
    now: Timestamp,
) -> DeliveryRow {
    let seen = delivery.attempts;
    DeliveryRow {
        state,
        attempts: seen + 1,
        next_at: (state == DeliveryState::Retry).then(|| now.unix_millis() + wait_ms(seen)),
        last_error,
        message_id: message_id.or(delivery.message_id.clone()),
        sent_at: (state == DeliveryState::Sent).then_some(now.unix_millis()),
        ..delivery
    }
}

/// Writes down how tries went, each with the tries there were before it.
async fn record(world: &World, tried: &[(i64, DeliveryRow)]) -> Result<(), DeliverError> {
    if tried.is_empty() {
        return Ok(());
    }
    let recorded = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        for (seen, row) in tried {
            match tx.record_delivery(*seen, row.clone()).await {
                // Another worker sent it in the same moment and wrote that down.
                Err(StoreError::Conflict { table: "delivery" }) => {}
                recorded => recorded?,
            }
        }
        Ok::<_, StoreError>(())
    });
    Ok(recorded.await?)
}

/// One minute, then longer each time, up to six hours.
fn wait_ms(attempts: i64) -> i64 {
    (60_000_i64 << attempts.clamp(0, 16)).min(6 * 60 * 60 * 1_000)
}

/// Why sending stopped.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const CHUNK: u64 = 100;
/// A mail that is not taken after so long was not refused: nobody answered.
const SILENT_MS: i64 = 10_000;
/// After so many of these in a row the mail server is left alone until the next turn.
const MOST_SILENT: u64 = 2;
/// How long a mail that was sent may be unrecorded.
const RECORD_EVERY_MS: i64 = 250;
const MAX_ATTEMPTS: i64 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_again_ever_later_and_at_least_every_six_hours() {
        let minutes = [0, 1, 2, 3, 8, 9, 200].map(|tries| wait_ms(tries) / 60_000);
        assert_eq!(minutes, [1, 2, 4, 8, 256, 360, 360]);
    }
}
