//! Endorsing with a passkey: made for this one statement, it signs the statement's hash, and the institution that asked records what was said.
//!
//! Three steps, because a passkey that is made signs nothing (attestation `none`): make it, have it sign, keep it. What is said cannot change
//! between them: it waits with the ceremony, and its hash is the challenge.

use serde::{Deserialize, Serialize};
use touchstone_store::EndorsementWay;
use tracing::info;

use super::{
    AnswerError, Said,
    answer::{Given, Open, keep, open},
    document::{self, Signer},
};
use crate::{
    World,
    issuing::give_place,
    operations::{
        moving::be_here,
        passkey::{Begun, Kind, PasskeyError, keep as keep_ceremony, port, take},
    },
    ports::{Ceremony, Holder, PasskeyFault},
    secret,
};

/// Begins to make the passkey.
#[crate::boxed]
pub async fn begin_passkey(world: &World, token: &str, said: &Said) -> Result<Begun, AnswerError> {
    let open = open(world, token).await?;
    let said = said.checked(world.clock.now())?;
    let holder = Holder {
        id: open.request.id.clone(),
        name: open.request.email.clone(),
        display_name: format!("{}, {}", said.person, said.organization),
    };
    let begun = port(world)?
        .start_statement_key(&holder)
        .map_err(PasskeyError::from)?;
    let waits = Waits {
        request: open.request.id,
        said,
        statement: String::new(),
        kept: String::new(),
        state: begun.state,
    };
    waits.keep(world, Kind::StatementKey, begun.options).await
}

/// A passkey that was made for a statement.
#[derive(Clone, Debug)]
pub struct PasskeyMade {
    /// Which ceremony it ends.
    pub ceremony: String,
    /// The browser's answer, in JSON.
    pub answer: String,
}

/// Takes the passkey, and has it sign the statement.
#[crate::boxed]
pub async fn passkey_made(
    world: &World,
    token: &str,
    made: &PasskeyMade,
) -> Result<Begun, AnswerError> {
    let (open, mut waits) = waiting(world, token, Kind::StatementKey, &made.ceremony).await?;
    let port = port(world)?;
    let passkey = port
        .finish_registration(&waits.state, &made.answer)
        .inspect_err(
            |fault: &PasskeyFault| info!(%fault, "a passkey for an endorsement was refused"),
        )
        .map_err(PasskeyError::from)?;
    waits.statement = document::statement(&open, &waits.said, &secret::draw(&*world.rng));
    waits.kept = passkey.kept;
    let hash = (world.crypto.sha256)(waits.statement.as_bytes());
    let Ceremony { options, state } = port
        .start_statement(&waits.kept, &hash)
        .map_err(PasskeyError::from)?;
    waits.state = state;
    waits.keep(world, Kind::Statement, options).await
}

/// A statement that a passkey signed.
#[derive(Clone, Debug)]
pub struct PasskeySigned {
    /// Which ceremony it ends.
    pub ceremony: String,
    /// The browser's answer, in JSON.
    pub answer: String,
}

/// Checks what the passkey signed, signs the record of it with the key of the institution that asked, and keeps both.
#[crate::boxed]
pub async fn answer_with_passkey(
    world: &World,
    token: &str,
    signed: &PasskeySigned,
) -> Result<(), AnswerError> {
    let (open, waits) = waiting(world, token, Kind::Statement, &signed.ceremony).await?;
    let now = world.clock.now();
    let said = waits.said.checked(now)?;
    let assertion = port(world)?
        .finish_statement(&waits.state, &signed.answer, &waits.kept)
        .inspect_err(|fault: &PasskeyFault| info!(%fault, "a passkey’s endorsement was refused"))
        .map_err(PasskeyError::from)?;
    for (name, bytes) in [
        ("clientDataJSON", &assertion.client_data),
        ("authenticatorData", &assertion.authenticator_data),
        ("signature", &assertion.signature),
    ] {
        if bytes.len() > LARGEST_MEMBER {
            return Err(AnswerError::MemberTooLarge(name));
        }
    }
    let no_key = || AnswerError::NoKey(open.institution.name.clone());
    let did = open.institution.did.clone().ok_or_else(no_key)?;
    let reader = world.store.read();
    be_here(world, &reader, &open.institution.id).await??;
    let key = reader.active_signing_key(&open.institution.id).await?;
    let key = key.ok_or_else(no_key)?;
    let evidence = document::evidence(&waits.statement, &assertion);
    let signer = Signer {
        institution: &open.institution,
        key: &key,
        now,
    };
    let place = give_place(world, &open.institution, &open.request.id).await?;
    let document = signer.record(world, &open, &said, &evidence, &place);
    let document = document.await?;
    let given = Given {
        way: EndorsementWay::Passkey,
        said,
        issuer: did,
        document,
        evidence: Some(evidence),
        key: Some((open.institution.id.clone(), key)),
        member: None,
        now,
    };
    keep(world, token, &open, &given).await
}

/// What a passkey signs and gives is a few hundred bytes; what is published of it is kept for good.
pub(super) const LARGEST_MEMBER: usize = 4 << 10;

/// What waits with a ceremony until the browser answers.
#[derive(Deserialize, Serialize)]
struct Waits {
    request: String,
    said: Said,
    statement: String,
    kept: String,
    state: String,
}

impl Waits {
    async fn keep(self, world: &World, kind: Kind, options: String) -> Result<Begun, AnswerError> {
        let state = serde_json::to_string(&self).expect("texts and numbers always become JSON");
        Ok(keep_ceremony(world, kind, None, Ceremony { options, state }).await?)
    }
}

/// What waits with a ceremony, if it belongs to the request of this link.
async fn waiting(
    world: &World,
    token: &str,
    kind: Kind,
    ceremony: &str,
) -> Result<(Open, Waits), AnswerError> {
    let open = open(world, token).await?;
    let state = take(world, kind, None, ceremony).await?;
    let waits: Waits =
        serde_json::from_str(&state).map_err(|error| PasskeyError::Broken(error.to_string()))?;
    match waits.request == open.request.id {
        true => Ok((open, waits)),
        false => Err(PasskeyError::NoCeremony.into()),
    }
}
