//! Saying who answers for a thing, until when, and what takes its place.

use touchstone_store::{AuditLine, StewardshipRow, StoreError, TenantId};

use super::{Thing, responsibilities::title};
use crate::{
    World,
    text::{line_of, line_or_nothing},
};

/// What is said of a thing.
#[derive(Clone, Debug)]
pub struct Entrusting {
    /// The institution.
    pub tenant: TenantId,
    /// Who says it, as proven by the caller.
    pub actor: String,
    /// The kind of thing.
    pub thing: Thing,
    /// Which one, by id.
    pub id: String,
    /// Who answers for it: an office, or a person.
    pub steward: String,
    /// Until when, in milliseconds since 1970; `None`: no end is set.
    pub until: Option<i64>,
    /// Who takes over then; may be empty.
    pub successor: String,
    /// Whether it should no longer be used.
    pub no_longer_used: bool,
    /// What takes its place: an address or a name; may be empty.
    pub replaced_by: String,
    /// When what was looked at was said, in milliseconds since 1970, and 0 where nothing was; `None`: whatever was said is replaced.
    pub seen: Option<i64>,
}

/// Writes it down. What was said before is kept beside it; the audit record says that it was changed, and names nobody.
#[crate::boxed]
pub async fn entrust(world: &World, order: &Entrusting) -> Result<(), EntrustError> {
    let steward = line_of(&order.steward, MOST).ok_or(EntrustError::Steward)?;
    let successor = line_or_nothing(&order.successor, MOST).ok_or(EntrustError::Successor)?;
    let replaced_by = line_or_nothing(&order.replaced_by, MOST).ok_or(EntrustError::ReplacedBy)?;
    if !replaced_by.is_empty() && !order.no_longer_used {
        return Err(EntrustError::StillUsed);
    }
    let now = world.clock.now().unix_millis();
    let (steward, successor, replaced_by) = (&steward, &successor, &replaced_by);
    world
        .store
        .write(|mut tx| async move {
            let known = title(&tx, &order.tenant, order.thing, &order.id).await?;
            known.ok_or(EntrustError::NoSuchThing)?;
            let kind = order.thing.as_str();
            let before = tx.stewardship(&order.tenant, kind, &order.id).await?;
            let since = before.as_ref().and_then(|before| before.deprecated_at);
            let row = StewardshipRow {
                kind: kind.into(),
                subject: order.id.clone(),
                tenant: order.tenant.clone(),
                steward: steward.clone(),
                until: order.until,
                successor: successor.clone(),
                deprecated_at: order.no_longer_used.then_some(since.unwrap_or(now)),
                replaced_by: replaced_by.clone(),
                changed_at: now,
                changed_by: order.actor.clone(),
            };
            if is_lost(before.as_ref(), &row, order.seen) {
                return Err(EntrustError::InBetween);
            }
            let detail = serde_json::json!({
                "kind": kind,
                "before": before.as_ref().map(said),
                "now": said(&row),
            });
            tx.entrust(row).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "responsibility.entrust".into(),
                subject: order.id.clone(),
                detail: detail.to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Whether something would be replaced that was not looked at. Whoever says the same takes nothing away.
fn is_lost(before: Option<&StewardshipRow>, row: &StewardshipRow, seen: Option<i64>) -> bool {
    let same = before.is_some_and(|before| {
        let now = StewardshipRow {
            changed_at: before.changed_at,
            changed_by: before.changed_by.clone(),
            ..row.clone()
        };
        *before == now
    });
    let said_at = before.map_or(0, |before| before.changed_at);
    !same && seen.is_some_and(|seen| seen != said_at)
}

/// What the record says of it: days and whether somebody is named, and nobody's name.
fn said(row: &StewardshipRow) -> serde_json::Value {
    serde_json::json!({
        "until": row.until,
        "successor": !row.successor.is_empty(),
        "deprecatedAt": row.deprecated_at,
        "replacedBy": row.replaced_by,
    })
}

/// Why nothing was written down.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum EntrustError {
    #[error("there is no such thing in your institution")]
    NoSuchThing,
    #[error("somebody else said it anew in between: look at what stands there, then save yours")]
    InBetween,
    #[error(
        "say who answers for it, in at most {MOST} characters: an office lasts longer than a person"
    )]
    Steward,
    #[error("say who takes over in at most {MOST} characters")]
    Successor,
    #[error("say what takes its place in at most {MOST} characters")]
    ReplacedBy,
    #[error("something takes its place only where it is no longer used: tick that as well")]
    StillUsed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MOST: usize = 300;
