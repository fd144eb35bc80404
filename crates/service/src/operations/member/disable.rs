//! Letting a member in no longer, or again.

use touchstone_store::{AuditLine, MemberRow, TenantId};

use super::{MemberError, is_last_owner};
use crate::{World, operations::api_key::end_keys_of};

/// Lets a member in no longer, or again. Where it is so already, nothing changes and no line is written.
///
/// The keys that they made end with their access, and stay so: whoever knows one would be in by it.
#[crate::boxed]
pub async fn disable(
    world: &World,
    tenant: &TenantId,
    member: &str,
    actor: &str,
    disabled: bool,
) -> Result<(), MemberError> {
    let now = world.clock.now().unix_millis();
    let action = if disabled {
        "member.disable"
    } else {
        "member.enable"
    };
    world
        .store
        .write(|mut tx| async move {
            let row = tx
                .member(tenant, member)
                .await?
                .ok_or(MemberError::NoSuchMember)?;
            if row.disabled_at.is_some() == disabled {
                return Ok(());
            }
            if disabled && is_last_owner(&tx, tenant, member).await? {
                return Err(MemberError::LastOwner);
            }
            tx.change_member(MemberRow {
                disabled_at: disabled.then_some(now),
                ..row
            })
            .await?;
            tx.end_sessions_of(member).await?;
            let ended = match disabled {
                true => end_keys_of(&mut tx, tenant, member, actor, now).await?,
                false => Vec::new(),
            };
            let detail = match ended.is_empty() {
                true => serde_json::json!({}),
                false => serde_json::json!({ "keys": ended }),
            };
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: now,
                actor: actor.to_owned(),
                action: action.into(),
                subject: member.to_owned(),
                detail: detail.to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}
