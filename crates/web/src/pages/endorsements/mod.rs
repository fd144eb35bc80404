//! Endorsements, at work: asking for them, seeing what came of it, and answering for one's own institution.

mod all;
mod answer;
mod ask;
mod ask_again;
mod hide;
mod one;
mod public;
mod take_back;
mod words;

pub use all::all;
pub(super) use all::name;
pub use answer::{answer, look};
pub use ask::ask;
pub use ask_again::ask_again;
pub use hide::hide;
pub use one::one;
pub use public::page as public_page;
pub(super) use public::{beside, endorsed_by, endorsers_line};
pub use take_back::take_back;
