//! What keeps an installation in order: members, sessions, API keys, audit, jobs.

mod again;
mod api_key;
pub(crate) mod audit;
pub mod did_history;
pub mod domain;
mod escrow;
mod gauges;
mod institution;
mod job;
mod member;
pub mod moving;
mod notice;
mod once;
pub mod passkey;
pub mod restore;
pub mod sign_up;
pub mod signin;
pub mod signing_key;
mod wind;
mod work;

pub use again::{Again, try_again};
pub use api_key::{
    ApiKey, Caller, KeyError, KeyOrder, Scope, authenticate, keys, make_key, revoke_key,
};
pub(crate) use api_key::{Person, as_one_person, person_behind};
pub use audit::{
    About, Audited, Record, RecordError, RootError, Rooted, audit, audited, record, root, root_due,
    rooted,
};
pub use escrow::{Escrow, EscrowError, escrow};
pub use gauges::{Gauges, gauges};
pub use institution::{institution, institution_called, institutions, ready};
pub use job::{Job, Lease, RoleInDoubt};
pub(crate) use member::is_address;
pub use member::{
    Invitation, Member, MemberError, Mending, Permission, Role, RoleChange, change_roles, disable,
    join, member, members, mend,
};
pub(crate) use notice::{Notice, Unavailable, mail};
pub use once::{Answer, OnceError, once};
pub use wind::wind;
pub use work::{
    Turn, work_here_once, work_here_until_idle, work_once, work_once_on, work_promptly_once,
    work_until_idle,
};
