//! Changing what a member may do.

use touchstone_store::{AuditLine, MemberRow, TenantId};

use super::{Member, MemberError, Permission, Role, is_last_owner, role};
use crate::{World, operations::api_key::end_keys_of};

/// A request to give a member these roles and no others.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct RoleChange {
    pub tenant: TenantId,
    pub actor: String,
    pub member: String,
    pub roles: Vec<Role>,
}

/// Gives a member other roles. Whoever is signed in works with them from the next request on.
///
/// Whoever is an owner no longer has no keys any more: those that they made end.
///
/// The only owner stays one: an institution that nobody can administer could not be helped from its pages.
#[crate::boxed]
pub async fn change_roles(world: &World, order: &RoleChange) -> Result<Member, MemberError> {
    if order.roles.is_empty() {
        return Err(MemberError::NoRole);
    }
    let now = world.clock.now().unix_millis();
    let roles = &role::in_order(&order.roles);
    world
        .store
        .write(|mut tx| async move {
            let row = tx
                .member(&order.tenant, &order.member)
                .await?
                .ok_or(MemberError::NoSuchMember)?;
            let before = Member::from_row(row.clone())?;
            if before.roles == *roles {
                return Ok(before);
            }
            let stays_owner = administers(roles);
            if !stays_owner && is_last_owner(&tx, &order.tenant, &order.member).await? {
                return Err(MemberError::LastOwner);
            }
            let changed = MemberRow {
                roles: role::to_json(roles),
                ..row
            };
            tx.change_member(changed.clone()).await?;
            let mut detail = serde_json::json!({ "from": before.roles, "to": roles });
            if administers(&before.roles) && !stays_owner {
                let (tenant, actor) = (&order.tenant, &order.actor);
                let ended = end_keys_of(&mut tx, tenant, &order.member, actor, now).await?;
                if !ended.is_empty() {
                    detail["keys"] = serde_json::json!(ended);
                }
            }
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "member.change-roles".into(),
                subject: order.member.clone(),
                detail: detail.to_string(),
            }])
            .await?;
            Ok(Member::from_row(changed)?)
        })
        .await
}

fn administers(roles: &[Role]) -> bool {
    roles.iter().any(|role| role.may(Permission::Administer))
}
