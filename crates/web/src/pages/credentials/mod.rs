//! Credentials that were issued: find them, look at one, take it back, pause it, mend it, announce it again; change many at once.

mod correct;
pub mod list;
mod many;
pub mod many_view;
pub mod one;
mod open;
mod paper;
mod refuse;
mod reinstate;
mod resend;
mod revoke;
mod search;
mod suspend;

pub use correct::correct;
pub(super) use many::line;
pub use many::{change as change_many, choose};
pub(super) use many_view::{
    Line, Why, Words, as_they_are, credentials, people, question, refusals, why,
};
pub use open::{export, open};
pub use paper::paper;
pub use reinstate::reinstate;
pub use resend::resend;
pub use revoke::revoke;
pub use search::search;
pub use suspend::suspend;
