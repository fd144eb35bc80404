//! Who works at the institution.

mod disable;
mod join;
mod list;
mod mend;
mod passkeys;
mod roles;

use serde::Serialize;
use touchstone_service::operations::passkey::PasskeyError;
use touchstone_service::operations::{Member, MemberError, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, join::join))
        .routes(routes!(mend::mend))
        .routes(routes!(passkeys::list))
        .routes(routes!(passkeys::remove))
        .routes(routes!(disable::disable))
        .routes(routes!(roles::roles))
}

/// Reads roles by their names.
fn read_roles(names: &[String]) -> Result<Vec<Role>, ApiError> {
    let read = names.iter().map(|name| {
        Role::parse(name).ok_or_else(|| {
            let known = Role::ALL.map(Role::as_str).join(", ");
            ApiError::unprocessable("unknown_role")
                .with_field("roles", format!("The roles are {known}."))
        })
    });
    read.collect()
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct Shown {
    /// Their id.
    id: String,
    /// Their name.
    name: String,
    /// Their mail address.
    email: String,
    /// What they are there for: `owner`, `registrar`, `approver`, `assessor`, `auditor`, `billing`.
    roles: Vec<&'static str>,
    /// They are let in no longer.
    disabled: bool,
}

impl From<Member> for Shown {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            name: member.name,
            email: member.email,
            roles: member.roles.into_iter().map(Role::as_str).collect(),
            disabled: member.disabled,
        }
    }
}

impl From<MemberError> for ApiError {
    fn from(error: MemberError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            MemberError::Name => Self::unprocessable("bad_name").with_field("name", said),
            MemberError::Email => Self::unprocessable("bad_address").with_field("email", said),
            MemberError::EmailTaken => Self::conflict("address_taken").with_field("email", said),
            MemberError::NoRole => Self::unprocessable("no_role").with_field("roles", said),
            MemberError::LastOwner => Self::conflict("last_owner").with_detail(said),
            MemberError::NotShown => Self::conflict("domain_not_shown").with_detail(said),
            MemberError::NoSuchMember => Self::not_found("member_not_found"),
            MemberError::Store(error) => error.into(),
        }
    }
}

impl From<PasskeyError> for ApiError {
    fn from(error: PasskeyError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            PasskeyError::Unavailable => Self::not_found("passkeys_unavailable").with_detail(said),
            PasskeyError::Label => Self::unprocessable("bad_name").with_detail(said),
            PasskeyError::TooMany => Self::conflict("too_many_passkeys").with_detail(said),
            PasskeyError::NoCeremony => Self::gone("passkey_challenge_gone").with_detail(said),
            PasskeyError::Refused => Self::unprocessable("passkey_refused").with_detail(said),
            PasskeyError::Unknown => Self::unprocessable("passkey_unknown").with_detail(said),
            PasskeyError::CountsBackwards => {
                Self::unprocessable("passkey_counts_backwards").with_detail(said)
            }
            PasskeyError::NoSuchPasskey => Self::not_found("passkey_not_found").with_detail(said),
            error @ PasskeyError::Broken(_) => Self::internal(&error),
            PasskeyError::Store(error) => error.into(),
        }
    }
}
