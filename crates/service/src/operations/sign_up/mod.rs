//! Employers that sign up by themselves, where this installation lets them.
//!
//! Whoever signs up says what their organization is called and which domain is its own, and confirms their mail address by a link. Then the
//! organization is an institution here, with them as its owner, and shows its domain as every institution does.
//!
//! **Invariants:** whoever asks learns nothing about who is here, neither by the words nor by the time of the answer; until the domain is shown,
//! nothing of the organization is public, it takes part in nothing, has no vote and has nobody mailed; it issues nothing, and is in no register of
//! the installation, before whoever runs that admits it.

mod admit;
mod ask;
mod confirm;
mod shown;

pub use admit::{Admission, AdmitError, Waiting, admit, waiting};
pub use ask::{AskSignUpError, SignUp, ask_sign_up};
pub(super) use ask::{MailSignUpError, mail_sign_up};
pub use confirm::{ConfirmSignUpError, confirm_sign_up};
pub use shown::shown;
pub(crate) use shown::{NOT_SHOWN, is_shown, shown_domain};

/// Whether employers sign up by themselves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Employers {
    /// They do.
    pub sign_up: bool,
}
