//! What members are there for, and what each role may do.

use serde::{Deserialize, Serialize};

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
    /// Agree to exactly what a preview shows, after which it is issued.
    Confirm,
    /// Prepare cohorts, deliver, correct addresses.
    Issue,
    /// Open roles for applications, and read who applied.
    Hire,
    /// Revoke, suspend, reinstate, correct.
    Revoke,
    /// Read the audit record.
    Audit,
    /// Add members and API keys, change the institution.
    Administer,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Define,
        Self::Confirm,
        Self::Issue,
        Self::Hire,
        Self::Revoke,
        Self::Audit,
        Self::Administer,
    ];
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
            Permission::Confirm => matches!(self, Self::Owner | Self::Registrar | Self::Approver),
            Permission::Define | Permission::Issue | Permission::Hire | Permission::Revoke => {
                matches!(self, Self::Owner | Self::Registrar)
            }
            Permission::Audit => matches!(self, Self::Owner | Self::Auditor),
            Permission::Administer => self == Self::Owner,
        }
    }
}

/// Each role once, in the order in which they are shown.
pub(super) fn in_order(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// Roles as they are stored.
pub(in crate::operations) fn to_json(roles: &[Role]) -> String {
    serde_json::to_string(roles).expect("names always become JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(who(Permission::Hire), [Role::Owner, Role::Registrar]);
        assert_eq!(
            who(Permission::Confirm),
            [Role::Owner, Role::Registrar, Role::Approver]
        );
        assert_eq!(who(Permission::Audit), [Role::Owner, Role::Auditor]);
    }
}
