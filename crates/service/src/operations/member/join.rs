//! Adding a member.

use touchstone_store::{AuditLine, MemberRow, TenantId};

use super::{Member, MemberError, Role, is_address, name, role};
use crate::{World, operations::sign_up::is_shown};

/// A request to add somebody.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Invitation {
    pub tenant: TenantId,
    pub actor: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

/// Adds a member, or answers with the one who has this address and changes nothing.
#[crate::boxed]
pub async fn join(world: &World, order: &Invitation) -> Result<Member, MemberError> {
    let (name, email) = (name(&order.name)?, order.email.trim().to_lowercase());
    if !is_address(&email) {
        return Err(MemberError::Email);
    }
    if order.roles.is_empty() {
        return Err(MemberError::NoRole);
    }
    let now = world.clock.now().unix_millis();
    let row = &MemberRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        email,
        name,
        roles: role::to_json(&role::in_order(&order.roles)),
        created_at: now,
        disabled_at: None,
    };
    world
        .store
        .write(|mut tx| async move {
            if let Some(there) = tx.member_by_email(&row.tenant, &row.email).await? {
                return Ok(Member::from_row(there)?);
            }
            // Whom a member is, a link to sign in is mailed to.
            if !is_shown(&tx, &row.tenant).await? {
                return Err(MemberError::NotShown);
            }
            tx.add_member(row.clone()).await?;
            tx.audit([AuditLine {
                tenant: row.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "member.add".into(),
                subject: row.id.clone(),
                detail: format!("{{\"roles\":{}}}", row.roles),
            }])
            .await?;
            Ok(Member::from_row(row.clone())?)
        })
        .await
}
