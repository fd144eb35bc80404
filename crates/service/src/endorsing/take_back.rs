//! Taking a request back that nobody answered yet, because something in it is wrong: nobody answers it from now on, and the same can be asked anew.

use touchstone_store::{AuditLine, TenantId};

use super::{EndorsementError, State};
use crate::{World, text::lines_of};

/// Which request is taken back, and why.
#[derive(Clone, Debug)]
pub struct TakingBack {
    /// The institution that asked.
    pub tenant: TenantId,
    /// Who takes it back, as proven by the caller.
    pub actor: String,
    /// The request, by id.
    pub id: String,
    /// Why; only the institution reads it.
    pub why: String,
}

/// Takes it back. Its link takes no answer any more and says so; by it they can still say that they want no such mail. Doing it again changes
/// nothing.
#[crate::boxed]
pub async fn take_back(world: &World, order: &TakingBack) -> Result<(), EndorsementError> {
    let why = &lines_of(&order.why, 500).ok_or(EndorsementError::Why)?;
    let at = world.clock.now().unix_millis();
    let (tenant, id) = (&order.tenant, &order.id);
    let taken = world.store.write(|mut tx| async move {
        let row = tx.endorsement_request(tenant, id).await?;
        let row = row.ok_or(EndorsementError::NoSuchEndorsement)?;
        match State::of(&row, None, at) {
            State::Asked => {}
            State::TakenBack => return Ok(()),
            _ => return Err(EndorsementError::NotOpen),
        }
        tx.take_back_endorsement_request(tenant, id, at, why)
            .await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: order.actor.clone(),
            action: "endorsement.take_back".into(),
            subject: id.clone(),
            // The row has the moment of now in the place of the day that was asked for.
            detail: serde_json::json!({ "why": why, "endsAt": row.ends_at }).to_string(),
        }])
        .await?;
        Ok(())
    });
    taken.await
}
