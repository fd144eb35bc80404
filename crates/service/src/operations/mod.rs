//! What keeps an installation in order: members, sessions, API keys, audit, jobs.

mod api_key;
mod audit;
mod job;
mod member;
mod once;
pub mod restore;
pub mod signin;
mod work;

pub use api_key::{Caller, KeyError, KeyOrder, Scope, authenticate, keys, make_key, revoke_key};
pub use audit::audit;
pub use job::{Job, Lease};
pub(crate) use member::is_address;
pub use member::{Invitation, Member, MemberError, Permission, Role, disable, join, members};
pub use once::{Answer, OnceError, once};
pub use work::{Turn, wind, work_once, work_until_idle};
