//! Signing in, by a link in a mail or in another way, and staying signed in.
//!
//! **Invariant:** secrets stand in links and cookies and nowhere else: the database keeps their hashes. A link works once and for
//! 15 minutes. Whoever asks for a link learns nothing about who is a member, neither by the words nor by the time of the answer, and has
//! nobody mailed for ever: of one member, five links that were mailed are open at once.

mod ask;
mod link;
mod session;

use touchstone_store::{AuditLine, MemberRow, StoreError};
use touchstone_vc::Timestamp;

use super::member::Member;

pub use ask::{AskError, ask};
pub(super) use ask::{MailLinkError, mail_link};
pub use link::{link, sign_in};

pub(super) use session::start;
pub use session::{Session, session, sign_out};

/// A new session.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret for the cookie: 43 characters of base64url.
    pub secret: String,
    /// Who it is.
    pub member: Member,
}

/// Why nobody was signed in. One reason for all, so that links cannot be probed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such link, or it was used, or it is too old.
    #[error("this link was used or is too old; ask for a new one")]
    NoSuchLink,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a member did to their own way in.
pub(super) fn line(member: &MemberRow, now: Timestamp, action: &str, detail: String) -> AuditLine {
    AuditLine {
        tenant: member.tenant.clone(),
        at: now.unix_millis(),
        actor: member.id.clone(),
        action: action.to_owned(),
        subject: member.id.clone(),
        detail,
    }
}
