//! Mail that comes back after it was accepted: what a mail server says of it is shown at its delivery.
//!
//! **Invariant (threat 65):** a report changes the state of one delivery and nothing else, and only from "sent" to "came back":
//! the delivery whose Message-ID the returned mail names. That name holds 122 random bits which only the recipient and the mail
//! servers on the way have seen. An address, a subject or a sender is never believed; anything else that arrives changes nothing.

pub mod report;

use touchstone_store::{AuditLine, DeliveryRow, DeliveryState, Store, StoreError};
use touchstone_vc::Timestamp;

use report::Action;

/// What came of a mail that arrived.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bounced {
    /// A delivery came back, and says so from now on.
    Marked {
        /// The delivery.
        delivery: String,
        /// Why, in the words of the mail server.
        reason: String,
    },
    /// It is about a delivery of ours, and nothing changes.
    Unchanged {
        /// The delivery.
        delivery: String,
        /// Why nothing changes.
        why: Unchanged,
    },
    /// A report about a mail that is none of our deliveries.
    NotOurs,
    /// No report at all.
    NotAReport,
}

/// Why a report changes nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unchanged {
    /// The mail is late, or arrived: the report is not of a failure.
    NotAFailure,
    /// It was known already, or the delivery was not out.
    NotSent,
}

/// Reads a mail that arrived at the sender's address and marks the delivery that came back, if it says so of one.
#[crate::boxed]
pub async fn bounced(store: &Store, now: Timestamp, mail: &[u8]) -> Result<Bounced, StoreError> {
    let Some(report) = report::read(mail) else {
        return Ok(Bounced::NotAReport);
    };
    let Some(id) = &report.message_id else {
        return Ok(Bounced::NotOurs);
    };
    let report = &report;
    store
        .write(|mut tx| async move {
            let Some(row) = tx.delivery_by_message_id(id).await? else {
                return Ok(Bounced::NotOurs);
            };
            let delivery = row.id.clone();
            let unchanged = |why| Bounced::Unchanged {
                delivery: row.id.clone(),
                why,
            };
            if report.action != Action::Failed {
                return Ok(unchanged(Unchanged::NotAFailure));
            }
            if row.state != DeliveryState::Sent {
                return Ok(unchanged(Unchanged::NotSent));
            }
            let reason = report.reason.clone();
            let line = line(&row, report.status.as_deref(), now);
            let seen = row.attempts;
            let came_back = DeliveryRow {
                state: DeliveryState::Bounced,
                last_error: Some(reason.clone()),
                ..row
            };
            tx.record_delivery(seen, came_back).await?;
            tx.audit([line]).await?;
            Ok(Bounced::Marked { delivery, reason })
        })
        .await
}

/// The record outlives the person's data: it takes the status code, and not the words, which name the address.
fn line(row: &DeliveryRow, status: Option<&str>, now: Timestamp) -> AuditLine {
    AuditLine {
        tenant: row.tenant.clone(),
        at: now.unix_millis(),
        actor: "mail".into(),
        action: "delivery.bounced".into(),
        subject: row.credential.clone(),
        detail: serde_json::json!({ "delivery": row.id, "status": status }).to_string(),
    }
}
