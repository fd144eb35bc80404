//! The keys that sign: what became of each, and how an owner rotates, retires and gives up.

mod activate;
mod all;
mod change;
mod end;
mod one;
pub mod picture;
mod reissue;
mod retire;
pub mod show;
pub mod show_end;
pub mod show_one;

pub use activate::activate;
pub use all::{all, rotate};
pub use end::{ask_compromise, ask_destroy, compromise, destroy};
pub use one::one;
pub use reissue::reissue;
pub use retire::retire;

use touchstone_service::operations::signing_key::{KeyState, SigningKey};
use touchstone_vc::did::webvh;

use crate::templates::Tone;

/// A key's state in words.
pub(super) fn in_words(key: &SigningKey) -> (Tone, &'static str) {
    match key.state {
        KeyState::Pending => (Tone::Wait, "Announced"),
        KeyState::Active => (Tone::Pass, "Signs"),
        KeyState::Retired => (Tone::Wait, "Signs no more"),
        KeyState::Compromised => (Tone::Fail, "Given up"),
        KeyState::Destroyed if key.compromised_since.is_some() => {
            (Tone::Fail, "Given up and destroyed")
        }
        KeyState::Destroyed => (Tone::Wait, "Destroyed"),
    }
}

/// Whether the DID that this key belongs to has a history, which has to have the key before it signs.
fn has_history(key: &SigningKey) -> bool {
    webvh::is(&key.name)
}

/// Whether the institution is called by this key: then it has no other, ever.
fn is_its_issuer(key: &SigningKey) -> bool {
    key.name.starts_with("did:key:")
}
