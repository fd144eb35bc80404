//! What was done to a credential after it was issued, from its row.

use touchstone_page::credential::view::Change;
use touchstone_service::rows::CredentialRow;

use crate::templates::moment;

/// The withdrawal or the pause that a row tells of.
pub fn change(row: &CredentialRow) -> Option<Change> {
    let withdrawn = row.revoked_at.map(|at| (at, &row.revoke_reason));
    let paused = row.suspended_at.map(|at| (at, &row.suspend_reason));
    let (at, reason) = withdrawn.or(paused)?;
    Some(Change {
        at: moment(at),
        reason: reason.clone(),
    })
}
