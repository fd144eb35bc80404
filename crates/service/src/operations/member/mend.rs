//! Mending a member's name or address.

use touchstone_store::{AuditLine, MemberRow, TenantId};

use super::{Member, MemberError, is_address, name};
use crate::{
    World,
    operations::{Job, sign_up::is_shown},
};

/// A request to write a member's name and address anew.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Mending {
    pub tenant: TenantId,
    pub actor: String,
    pub member: String,
    pub name: String,
    pub email: String,
}

/// Writes a member's name and address anew. Where both are so already, nothing changes and no line is written.
///
/// Whoever is signed in as this member is signed out, and links that were sent open nothing: they may have gone to somebody else. Where the
/// address changed, passkeys are removed, too: whoever signed in by such a link may have added them.
/// The old address is told by mail: whoever reads it there may know of nothing.
#[crate::boxed]
pub async fn mend(world: &World, order: &Mending) -> Result<Member, MemberError> {
    let name = &name(&order.name)?;
    let email = &order.email.trim().to_lowercase();
    if !is_address(email) {
        return Err(MemberError::Email);
    }
    let at = world.clock.now();
    let now = at.unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx
                .member(&order.tenant, &order.member)
                .await?
                .ok_or(MemberError::NoSuchMember)?;
            if row.name == *name && row.email == *email {
                return Ok(Member::from_row(row)?);
            }
            let there = tx.member_by_email(&order.tenant, email).await?;
            if there.is_some_and(|there| there.id != row.id) {
                return Err(MemberError::EmailTaken);
            }
            // The old address is mailed, and the new one whenever somebody asks for a link.
            if row.email != *email && !is_shown(&tx, &row.tenant).await? {
                return Err(MemberError::NotShown);
            }
            let changed = MemberRow {
                name: name.clone(),
                email: email.clone(),
                ..row.clone()
            };
            tx.change_member(changed.clone()).await?;
            tx.end_sessions_of(&row.id).await?;
            tx.forget_signin_links_of(&row.id).await?;
            let mut detail = serde_json::json!({
                "from": { "name": row.name, "email": row.email },
                "to": { "name": name, "email": email },
            });
            if row.email != *email {
                let passkeys = tx.passkeys(&row.id).await?;
                for passkey in &passkeys {
                    tx.remove_passkey(&row.id, &passkey.id).await?;
                }
                if !passkeys.is_empty() {
                    detail["passkeysRemoved"] = serde_json::json!(passkeys.len());
                }
                let job = Job::MovedMail {
                    tenant: order.tenant.to_string(),
                    name: row.name.clone(),
                    address: row.email.clone(),
                    moved_at: now,
                };
                tx.enqueue(job.queued(&*world.rng, at, at)).await?;
            }
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "member.mend".into(),
                subject: order.member.clone(),
                detail: detail.to_string(),
            }])
            .await?;
            Ok(Member::from_row(changed)?)
        })
        .await
}
