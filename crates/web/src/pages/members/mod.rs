//! Members and keys: who may do what here, and how an owner changes it.

mod all;
mod disable;
mod join;
mod keys;
mod mend;
mod one;
mod passkey;
mod roles;
pub mod show;
pub mod show_one;

pub use all::all;
pub use disable::{disable, enable};
pub use join::join;
pub use keys::{make_key, revoke_key};
pub use mend::mend;
pub use one::one;
pub use passkey::remove_passkey;
pub use roles::roles;

use touchstone_service::operations::Role;

/// Roles that can be given: name and what it may do.
fn role_list() -> Vec<(&'static str, &'static str)> {
    let all = Role::ALL.into_iter();
    all.map(|role| (role.as_str(), role_words(role))).collect()
}

/// Roles in a row of words.
fn in_words(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    names.join(", ")
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "May do everything, and decides who is a member.",
        Role::Registrar => {
            "Writes achievements, awards cohorts, withdraws and corrects credentials."
        }
        Role::Approver => "Looks at what will be issued, and agrees to it.",
        Role::Assessor => "Looks at achievements, cohorts and credentials.",
        Role::Auditor => "Looks at everything, and reads the record of what was done.",
        Role::Billing => "Sees bills only, of which there are none yet.",
    }
}
