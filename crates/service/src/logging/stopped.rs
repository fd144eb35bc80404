//! A log that a witness speaks against: nothing more is signed until that is settled.
//!
//! **Invariant (threats 47, 50):** a witness that has seen another history of this log, or more of it than is here, may be right: then an older copy was
//! put back, or somebody else signs with our key, and whatever is signed on may make the fork worse. So nothing is. It is settled when that witness
//! cosigns what is shown here, when it is taken out of the settings, or when somebody who answers for it says that the witness is wrong.
//! Issuing goes on meanwhile, and what it leaves waits in its order.

use touchstone_store::StoreError;
use touchstone_vc::Timestamp;

use super::{LogError, cosign::told};
use crate::{World, operations::audit::Decision, witnessing};

/// Somebody who answers for the log goes on although a witness speaks against it.
#[derive(Clone, Debug)]
pub struct GoOn {
    /// The witness, as the policy calls it, or its address.
    pub witness: String,
    /// Who decided.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
}

/// Lets the log go on although a witness speaks against it, whatever that witness says until it cosigns again. Every institution's audit record
/// has it. Answers what the witness had said.
#[crate::boxed]
pub async fn go_on(world: &World, order: &GoOn) -> Result<String, GoOnError> {
    let reason = order.reason.trim();
    if reason.is_empty() || reason.chars().count() > 1_000 || reason.chars().any(char::is_control) {
        return Err(GoOnError::Reason);
    }
    let places = witnessing::places(&world.witnesses.policy);
    let named = |place: &&witnessing::Place| [&place.name, &place.url].contains(&&order.witness);
    let place = places
        .values()
        .find(named)
        .ok_or(GoOnError::NoSuchWitness)?;
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let mut told = told(&tx, &place.url).await?;
            let Some(objection) = &mut told.objection else {
                return Err(GoOnError::SaysNothing);
            };
            objection.overruled = Some(reason.to_owned());
            let said = objection.said.clone();
            let since = Timestamp::from_unix_millis(objection.at).to_string();
            let detail = serde_json::json!({ "reason": reason, "said": said, "since": since });
            told.note(&mut tx, &place.url).await?;
            let decision = Decision {
                at: now,
                actor: &order.actor,
                action: "log.go-on",
                subject: &place.name,
                detail,
            };
            decision.record(&mut tx).await?;
            Ok(said)
        })
        .await
}

/// Refuses while a witness speaks against the log and nobody has said that it is wrong.
pub(super) async fn may_sign(world: &World) -> Result<(), LogError> {
    let reader = world.store.read();
    for place in witnessing::places(&world.witnesses.policy).into_values() {
        if let Some(objection) = told(&reader, &place.url).await?.objection
            && objection.overruled.is_none()
        {
            return Err(LogError::Stopped {
                witness: place.name,
                said: objection.said,
            });
        }
    }
    Ok(())
}

/// Why the log does not go on.
#[derive(Debug, thiserror::Error)]
pub enum GoOnError {
    /// The settings name no such witness.
    #[error("no witness of that name or address is in log.witnesses or log.policy")]
    NoSuchWitness,
    /// There is nothing to decide.
    #[error("this witness does not speak against the log")]
    SaysNothing,
    /// A reason that is missing or too long.
    #[error("say why, in at most 1,000 characters")]
    Reason,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
