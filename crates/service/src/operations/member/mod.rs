//! Who works at an institution, and what each may do.

mod change_roles;
mod disable;
mod join;
mod mend;
mod old_address;
mod role;

use touchstone_store::{MemberRow, Reader, StoreError, TenantId};

pub use change_roles::{RoleChange, change_roles};
pub use disable::disable;
pub use join::{Invitation, join};
pub use mend::{Mending, mend};
pub(super) use old_address::{OldAddressError, tell_old_address};
pub(super) use role::to_json as roles_to_json;
pub use role::{Permission, Role};

use super::sign_up::NOT_SHOWN;
use crate::{World, text::line_of};

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

    pub(in crate::operations) fn from_row(row: MemberRow) -> Result<Self, StoreError> {
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
#[crate::boxed]
pub async fn members(world: &World, tenant: &TenantId) -> Result<Vec<Member>, StoreError> {
    let rows = world.store.read().members(tenant).await?;
    rows.into_iter().map(Member::from_row).collect()
}

/// One member, with or without access.
#[crate::boxed]
pub async fn member(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Member>, StoreError> {
    let row = world.store.read().member(tenant, id).await?;
    row.map(Member::from_row).transpose()
}

/// Why nobody was added or changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// No name, too long a name, or control characters in it.
    #[error("give the member's name, in at most 200 characters, without hidden signs")]
    Name,
    /// Not a mail address.
    #[error("this is not a mail address; it looks like name@example.edu")]
    Email,
    /// Somebody else here signs in with it.
    #[error("another member of this institution has this address")]
    EmailTaken,
    /// A member without a role can do nothing.
    #[error("choose at least one role")]
    NoRole,
    /// Somebody must be able to administer the institution.
    #[error("this is the only owner; make somebody else an owner first")]
    LastOwner,
    /// It signed up by itself: while it is not shown, it has nobody mailed.
    #[error("{NOT_SHOWN}")]
    NotShown,
    /// No such member of this institution.
    #[error("no such member")]
    NoSuchMember,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A member's name, without white space around it.
fn name(text: &str) -> Result<String, MemberError> {
    line_of(text, 200).ok_or(MemberError::Name)
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
}
