//! What every change of a key writes, in the transaction of whoever changes it.

use touchstone_store::{
    AuditLine, KeyChangeRow, KeyState, OutboxLine, SigningKeyRow, StoreError, Tx,
};
use touchstone_vc::Timestamp;

use super::{Refused, SigningKeyError, may_become};
use crate::{
    World, logging,
    operations::{Job, did_history::webvh_of},
};

/// What is done to a key.
pub(crate) struct Step<'a> {
    pub(crate) to: KeyState,
    pub(crate) at: Timestamp,
    /// Since when it holds, as is said.
    pub(crate) since: Timestamp,
    pub(crate) actor: &'a str,
    pub(crate) reason: &'a str,
}

/// Moves a key on: its row, its history, the audit line, the lines for the log. Refuses what the states do not allow.
pub(crate) async fn change(
    tx: &mut Tx,
    before: &SigningKeyRow,
    step: &Step<'_>,
) -> Result<SigningKeyRow, SigningKeyError> {
    move_on(tx, before, step, TO_ENTER).await
}

/// The same of what the log says already: it is not entered again.
pub(super) async fn change_learnt(
    tx: &mut Tx,
    before: &SigningKeyRow,
    step: &Step<'_>,
) -> Result<SigningKeyRow, SigningKeyError> {
    move_on(tx, before, step, logging::LEARNT).await
}

async fn move_on(
    tx: &mut Tx,
    before: &SigningKeyRow,
    step: &Step<'_>,
    begin: &str,
) -> Result<SigningKeyRow, SigningKeyError> {
    may_become(before.state, step.to)?;
    let at = step.at.unix_millis();
    let mut after = SigningKeyRow {
        state: step.to,
        ..before.clone()
    };
    match step.to {
        KeyState::Pending => return Err(Refused::NotNew.into()),
        KeyState::Active => after.activates_at = None,
        KeyState::Compromised => after.compromised_since = Some(step.since.unix_millis()),
        KeyState::Retired | KeyState::Destroyed => {}
    }
    if before.state == KeyState::Active {
        after.retired_at = Some(at);
    }
    tx.change_signing_key(after.clone(), before.state).await?;
    write(tx, &after, step, begin).await?;
    Ok(after)
}

/// Enters a key that was just made: it is published from here on, and signs nothing.
pub(super) async fn enter(
    tx: &mut Tx,
    row: &SigningKeyRow,
    step: &Step<'_>,
) -> Result<(), StoreError> {
    tx.add_signing_key(row.clone()).await?;
    write(tx, row, step, TO_ENTER).await
}

/// The same of what the log says already.
pub(super) async fn enter_learnt(
    tx: &mut Tx,
    row: &SigningKeyRow,
    step: &Step<'_>,
) -> Result<(), StoreError> {
    tx.add_signing_key(row.clone()).await?;
    write(tx, row, step, logging::LEARNT).await
}

/// Enters the key that an institution is founded with: it signs from the start.
pub(crate) async fn found(tx: &mut Tx, row: SigningKeyRow, actor: &str) -> Result<(), StoreError> {
    enter(tx, &row, &from_the_start(&row, actor)).await
}

/// The same of what the log says already.
pub(crate) async fn found_learnt(
    tx: &mut Tx,
    row: SigningKeyRow,
    actor: &str,
) -> Result<(), StoreError> {
    enter_learnt(tx, &row, &from_the_start(&row, actor)).await
}

fn from_the_start<'a>(row: &SigningKeyRow, actor: &'a str) -> Step<'a> {
    let at = Timestamp::from_unix_millis(row.created_at);
    Step {
        to: KeyState::Active,
        at,
        since: at,
        actor,
        reason: "founded",
    }
}

/// `begin` is what the kind of the line about the key begins with.
async fn write(
    tx: &mut Tx,
    key: &SigningKeyRow,
    step: &Step<'_>,
    begin: &str,
) -> Result<(), StoreError> {
    let (tenant, at) = (&key.tenant, step.at.unix_millis());
    let all = tx.key_changes(tenant).await?;
    let number = all.iter().filter(|change| change.key == key.id).count();
    let (number, version) = (signed(number + 1), signed(all.len() + 1));
    let line = |kind: String, subject: &str, version| OutboxLine {
        tenant: tenant.clone(),
        kind,
        subject: subject.to_owned(),
        version,
        at,
    };
    // Making a key and giving it up change the document, and so does destroying one that never signed; retired keys stay in it for what they
    // signed.
    let signed_once = all
        .iter()
        .any(|change| change.key == key.id && change.state == KeyState::Active);
    // The history of a `did:webvh` has a line for each, which says so itself once it is signed.
    let has_history = tx
        .institution(tenant)
        .await?
        .is_some_and(|row| webvh_of(&row).is_some());
    if !has_history
        && (matches!(step.to, KeyState::Pending | KeyState::Compromised)
            || (step.to == KeyState::Destroyed && !signed_once))
    {
        let institution = tx.institution(tenant).await?;
        let now = institution.and_then(|institution| institution.did);
        let is_former = now.is_some_and(|now| now != key.did());
        let changed = match is_former {
            true => line(logging::FORMER.into(), key.did(), version),
            false => line(logging::DID.into(), tenant.as_str(), version),
        };
        tx.outbox([changed]).await?;
    }
    let kind = format!("{begin}{}{}", logging::KEY, step.to.as_str());
    tx.outbox([line(kind, &key.id, number)]).await?;
    // What rests on a key counts from when it signs.
    let place = match step.to {
        KeyState::Pending => None,
        _ => tx.last_line_of(tenant).await?,
    };
    tx.add_key_change(KeyChangeRow {
        key: key.id.clone(),
        number,
        tenant: tenant.clone(),
        state: step.to,
        at,
        since: step.since.unix_millis(),
        actor: step.actor.to_owned(),
        reason: step.reason.to_owned(),
        outbox: place,
    })
    .await?;
    let detail = serde_json::json!({ "reason": step.reason, "since": step.since.to_string() });
    tx.audit([AuditLine {
        tenant: tenant.clone(),
        at,
        actor: step.actor.to_owned(),
        action: format!("key.{}", verb(step.to)),
        subject: key.id.clone(),
        detail: detail.to_string(),
    }])
    .await
}

/// Has every status list of the institution signed anew by the key that signs now.
pub(super) async fn sign_lists_anew(
    world: &World,
    tx: &mut Tx,
    key: &SigningKeyRow,
) -> Result<(), StoreError> {
    let now = world.clock.now();
    for list in tx.status_lists(&key.tenant).await? {
        let job = Job::PublishStatus {
            tenant: key.tenant.to_string(),
            list: list.id,
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await?;
    }
    Ok(())
}

/// Has what the institution says about itself in federations signed anew, where it says something: its keys stand in it.
pub(super) async fn say_keys_anew(world: &World, tx: &mut Tx) -> Result<(), StoreError> {
    if world.recognition.authority_hints.is_empty() {
        return Ok(());
    }
    let now = world.clock.now();
    tx.enqueue(Job::PublishEntities {}.queued(&*world.rng, now, now))
        .await
}

fn verb(to: KeyState) -> &'static str {
    match to {
        KeyState::Pending => "make",
        KeyState::Active => "activate",
        KeyState::Retired => "retire",
        KeyState::Compromised => "compromise",
        KeyState::Destroyed => "destroy",
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What the log does not say yet.
const TO_ENTER: &str = "";
