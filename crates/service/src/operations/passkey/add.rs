//! Adding a passkey: by a member who is signed in, for themselves.

use touchstone_store::{MemberRow, PasskeyRow, StoreError};
use tracing::info;

use super::{Begun, Kind, PasskeyError, keep, port, take};
use crate::{
    World,
    operations::{Member, signin},
    ports::{Holder, PasskeyFault},
    text::line_of,
};

/// Begins to make a passkey for a member.
#[crate::boxed]
pub async fn begin_adding(
    world: &World,
    member: &Member,
    institution: &str,
) -> Result<Begun, PasskeyError> {
    let port = port(world)?;
    let known = world.store.read().passkeys(&member.id).await?;
    if known.len() >= MOST {
        return Err(PasskeyError::TooMany);
    }
    let known: Vec<_> = known.into_iter().map(|row| row.credential).collect();
    let holder = Holder {
        id: member.id.clone(),
        name: member.email.clone(),
        display_name: format!("{}, {institution}", member.name),
    };
    let begun = port.start_registration(&holder, &known)?;
    keep(world, Kind::Registration, Some(&member.id), begun).await
}

/// A passkey that the browser made.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Which ceremony it ends.
    pub ceremony: String,
    /// The browser's answer, in JSON.
    pub answer: String,
    /// What the member calls it.
    pub label: String,
}

/// Adds it, if it answers the challenge that was made for this member.
#[crate::boxed]
pub async fn add(world: &World, member: &Member, order: &Addition) -> Result<(), PasskeyError> {
    let port = port(world)?;
    let label = line_of(&order.label, 100).ok_or(PasskeyError::Label)?;
    let state = take(world, Kind::Registration, Some(&member.id), &order.ceremony).await?;
    let made = port
        .finish_registration(&state, &order.answer)
        .inspect_err(|fault: &PasskeyFault| info!(%fault, "a new passkey was refused"))?;
    let now = world.clock.now();
    let row = &PasskeyRow {
        id: made.id,
        member: member.id.clone(),
        credential: made.kept,
        label,
        created_at: now.unix_millis(),
        last_used_at: None,
    };
    let added = world.store.write(|mut tx| async move {
        let holder = tx.member(&member.tenant, &member.id).await?;
        // Nor for whom signed in by a link to an address that is the member's no more.
        let stays = |row: &MemberRow| row.disabled_at.is_none() && row.email == member.email;
        let holder = holder.filter(stays);
        let holder = holder.ok_or(PasskeyError::Unknown)?;
        if tx.passkeys(&member.id).await?.len() >= MOST {
            return Err(PasskeyError::TooMany);
        }
        tx.add_passkey(row.clone()).await?;
        let detail = serde_json::json!({ "passkey": row.id, "label": row.label }).to_string();
        tx.audit([signin::line(&holder, now, "passkey.add", detail)])
            .await?;
        Ok(())
    });
    match added.await {
        // Somebody has a passkey of this id: WebAuthn §7.1 step 26 asks to refuse it.
        Err(PasskeyError::Store(StoreError::Conflict { table: "passkey" })) => {
            Err(PasskeyError::Refused)
        }
        added => added,
    }
}

const MOST: usize = 20;
