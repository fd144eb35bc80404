//! Credentials that were issued: find them, look at one, take it back, pause it, mend it, announce it again; change many at once.

mod change;
pub mod list;
mod many;
pub mod many_view;
pub mod one;
mod open;
mod search;

pub use change::{correct, paper, reinstate, resend, revoke, suspend};
pub(super) use many::line;
pub use many::{change as change_many, choose};
pub(super) use many_view::{
    Line, Why, Words, as_they_are, credentials, people, question, refusals, why,
};
pub use open::{export, open};
pub use search::search;
