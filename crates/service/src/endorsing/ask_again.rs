//! Sending the link of a request again: it was lost, or nobody answered yet. The earlier link opens nothing once the new mail was taken.

use touchstone_store::{AuditLine, TenantId};

use super::{
    AskError, State,
    ask::{may_ask, may_mail},
};
use crate::{World, operations::Job};

/// Sends it again, as long as an answer may come or one that was given holds. `seen`: how many mails there were when whoever asks looked; where
/// there are more, it was pressed twice, and is sent once.
#[crate::boxed]
pub async fn ask_again(
    world: &World,
    tenant: &TenantId,
    actor: &str,
    id: &str,
    seen: Option<i64>,
) -> Result<(), AskError> {
    let now = world.clock.now();
    let at = now.unix_millis();
    let job = &Job::EndorsementMail {
        tenant: tenant.to_string(),
        request: id.to_owned(),
    }
    .queued(&*world.rng, now, now);
    world
        .store
        .write(|mut tx| async move {
            let row = tx.endorsement_request(tenant, id).await?;
            let row = row.ok_or(AskError::NoSuchThing)?;
            if seen.is_some_and(|seen| seen != row.mails) {
                return Ok(());
            }
            let said = tx.endorsement(tenant, id).await?;
            match State::of(&row, said.as_ref(), at) {
                State::Asked => may_ask(world, &tx, &row.email).await?,
                // To take back what they said they need the link, whatever they want to be asked.
                State::Endorsed => {}
                _ => return Err(AskError::NotOpen),
            }
            may_mail(&tx, &row.email, at).await?;
            tx.mail_endorsement_request(tenant, id, at).await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at,
                actor: actor.to_owned(),
                action: "endorsement.ask_again".into(),
                subject: id.to_owned(),
                detail: "{}".into(),
            }])
            .await?;
            Ok(tx.enqueue(job.clone()).await?)
        })
        .await
}
