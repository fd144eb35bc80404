//! Who works at an institution, and what each may do.

use serde::{Deserialize, Serialize};
use touchstone_store::{AuditLine, MemberRow, Reader, StoreError, TenantId};

use crate::World;

/// What a member is there for. A member can have several roles.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs)] // The names say it.
pub enum Role {
    Owner,
    Registrar,
    Approver,
    Assessor,
    Auditor,
    Billing,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    /// Look at achievements, cohorts and credentials.
    Read,
    /// Write achievements.
    Define,
    /// Prepare and confirm cohorts, deliver, correct addresses.
    Issue,
    /// Revoke, suspend, reinstate, correct.
    Revoke,
    /// Read the audit record.
    Audit,
    /// Add members and API keys, change the institution.
    Administer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::Owner,
        Self::Registrar,
        Self::Approver,
        Self::Assessor,
        Self::Auditor,
        Self::Billing,
    ];

    /// Its name, as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Registrar => "registrar",
            Self::Approver => "approver",
            Self::Assessor => "assessor",
            Self::Auditor => "auditor",
            Self::Billing => "billing",
        }
    }

    /// Reads a role by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether this role carries `permission`.
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::Read => self != Self::Billing,
            Permission::Define | Permission::Issue | Permission::Revoke => {
                matches!(self, Self::Owner | Self::Registrar)
            }
            Permission::Audit => matches!(self, Self::Owner | Self::Auditor),
            Permission::Administer => self == Self::Owner,
        }
    }
}

/// Somebody who works at an institution.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub struct Member {
    pub id: String,
    pub tenant: TenantId,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub disabled: bool,
}

impl Member {
    /// Whether one of the member's roles carries `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        !self.disabled && self.roles.iter().any(|role| role.may(permission))
    }

    pub(super) fn from_row(row: MemberRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt {
            table: "member",
            column: "roles",
        };
        Ok(Self {
            roles: serde_json::from_str(&row.roles).map_err(|_| corrupt)?,
            id: row.id,
            tenant: row.tenant,
            name: row.name,
            email: row.email,
            disabled: row.disabled_at.is_some(),
        })
    }
}

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
pub async fn join(world: &World, order: &Invitation) -> Result<Member, JoinError> {
    let (name, email) = (order.name.trim(), order.email.trim().to_lowercase());
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(JoinError::Name);
    }
    if !is_address(&email) {
        return Err(JoinError::Email);
    }
    if order.roles.is_empty() {
        return Err(JoinError::NoRole);
    }
    let now = world.clock.now().unix_millis();
    let row = &MemberRow {
        id: world.rng.uuid().to_string(),
        tenant: order.tenant.clone(),
        email,
        name: name.to_owned(),
        roles: serde_json::to_string(&order.roles).expect("names always become JSON"),
        created_at: now,
        disabled_at: None,
    };
    world
        .store
        .write(|mut tx| async move {
            if let Some(there) = tx.member_by_email(&row.tenant, &row.email).await? {
                return Ok(Member::from_row(there)?);
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

/// Lets a member in no longer, or again.
pub async fn disable(
    world: &World,
    tenant: &TenantId,
    member: &str,
    actor: &str,
    disabled: bool,
) -> Result<(), JoinError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx
                .member(tenant, member)
                .await?
                .ok_or(JoinError::NoSuchMember)?;
            if disabled && is_last_owner(&tx, tenant, member).await? {
                return Err(JoinError::LastOwner);
            }
            tx.change_member(MemberRow {
                disabled_at: disabled.then_some(now),
                ..row
            })
            .await?;
            tx.end_sessions_of(member).await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: now,
                actor: actor.to_owned(),
                action: if disabled {
                    "member.disable"
                } else {
                    "member.enable"
                }
                .into(),
                subject: member.to_owned(),
                detail: "{}".into(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Whether nobody else could administer the institution.
async fn is_last_owner(
    reader: &Reader,
    tenant: &TenantId,
    member: &str,
) -> Result<bool, StoreError> {
    let mut others = false;
    let mut owner = false;
    for row in reader.members(tenant).await? {
        let row = Member::from_row(row)?;
        if row.may(Permission::Administer) {
            owner |= row.id == member;
            others |= row.id != member;
        }
    }
    Ok(owner && !others)
}

/// Everybody who works at an institution.
pub async fn members(world: &World, tenant: &TenantId) -> Result<Vec<Member>, StoreError> {
    let rows = world.store.read().members(tenant).await?;
    rows.into_iter().map(Member::from_row).collect()
}

/// Why nobody was added or changed.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No name, too long a name, or control characters in it.
    #[error("give the member's name, in at most 200 characters")]
    Name,
    /// Not a mail address.
    #[error("this is not a mail address; it looks like name@example.edu")]
    Email,
    /// A member without a role can do nothing.
    #[error("choose at least one role")]
    NoRole,
    /// Somebody must be able to administer the institution.
    #[error("this is the only owner; make somebody else an owner first")]
    LastOwner,
    /// No such member of this institution.
    #[error("no such member")]
    NoSuchMember,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether a text can be a mail address: one `@`, something before it, a dot or `localhost` after it, nothing that a header
/// could break on.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| {
        !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '@')
    };
    let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    !local.is_empty()
        && text.len() <= 254
        && (dotted || domain == "localhost")
        && (local.to_owned() + domain).chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_could_break_a_header_are_none() {
        for good in [
            "a@b.example",
            "ines.albrecht+x@riverside.example",
            "ö@bücher.example",
            "root@localhost",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.example",
            "a@",
            "a@b",
            "a@.b",
            "a b@c.example",
            "a@b.example\r\nBcc: c@d.example",
            "a@b@c.example",
            "<a@b.example>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn only_owners_administer_and_only_owners_and_registrars_issue() {
        let who = |permission| {
            Role::ALL
                .into_iter()
                .filter(|role| role.may(permission))
                .collect::<Vec<_>>()
        };
        assert_eq!(who(Permission::Administer), [Role::Owner]);
        assert_eq!(who(Permission::Issue), [Role::Owner, Role::Registrar]);
        assert_eq!(who(Permission::Audit), [Role::Owner, Role::Auditor]);
    }
}
