//! Why nobody was asked, and why an answer was not taken.

use touchstone_store::StoreError;
use touchstone_vc::DraftError;

use super::{LARGEST_WALLET_FILE, LONGEST_YEARS, answer_with_passkey::LARGEST_MEMBER};
use crate::{
    operations::{moving::Elsewhere, passkey::PasskeyError, sign_up::NOT_SHOWN},
    ports::SignError,
    verifying::CheckError,
};

/// Why nobody was asked.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum AskError {
    #[error("no such achievement, and no such released mapping set")]
    NoSuchThing,
    #[error("{NOT_SHOWN}")]
    NotShown,
    #[error("the institution has no DID or no active signing key, so nothing could be recorded")]
    NoKey,
    #[error("this is not a mail address; it looks like name@example.com")]
    Address,
    #[error("write what you want to tell them in at most 1,000 characters")]
    Message,
    #[error("choose the day by which you want an answer: from tomorrow on, within half a year")]
    Ends,
    /// One reason for all, so that nobody learns what others asked or what was said to them.
    #[error(
        "nobody is asked under this address now: it was written to often enough, or wants no such mail. Write to them yourself"
    )]
    Enough,
    #[error("your institution asked {0} times within a day, which is the most: go on tomorrow")]
    TooMany(u64),
    /// With the id of the request.
    #[error(
        "whoever has this address was asked about this version already, and no answer has come yet: send the link of request {0} again or, if something in it is wrong, take it back and ask anew"
    )]
    Asked(String),
    #[error("this was answered or taken back, or its time is over: ask anew")]
    NotOpen,
    #[error(transparent)]
    Elsewhere(#[from] Box<Elsewhere>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No such link.
    #[error("no such link")]
    NoSuchLink,
    /// It was answered before, perhaps in another window.
    #[error("this was answered already: what was said is on the page of the link")]
    Answered,
    /// The time for answers is over.
    #[error("the time for an answer is over: whoever asked you can ask again")]
    Ended,
    /// Whoever asked took the request back.
    #[error("whoever asked you took the request back: if they ask anew, answer by the new link")]
    TakenBack,
    /// What was to be endorsed is not what is published.
    #[error(
        "what is published is not what you were asked about: whoever asked you has to ask anew"
    )]
    Changed,
    /// No organization, or one in more than a line.
    #[error("say for which organization you speak, in at most 200 characters")]
    Organization,
    /// No name, or one in more than a line.
    #[error("give your name, in at most 200 characters")]
    Person,
    /// No comment, or too long a one.
    #[error("say what you stand behind, in at most 2,000 characters")]
    Comment,
    /// No end, or one that is too far away.
    #[error("choose until when it holds: a day after today, within {LONGEST_YEARS} years")]
    Until,
    /// Too long a reason.
    #[error("a reason has at most 500 characters")]
    Reason,
    /// More than an endorsement takes.
    #[error("this is larger than an endorsement is: {} KiB at most", LARGEST_WALLET_FILE >> 10)]
    TooLarge,
    /// What was handed in is no credential.
    #[error("what you handed in is no signed credential: {0}")]
    Unreadable(CheckError),
    /// It is another kind of credential.
    #[error(
        "this credential is no EndorsementCredential: sign the text on this page, which says what it has to be"
    )]
    NotAnEndorsement,
    /// It is about something else.
    #[error("this endorsement is about {found}, and not about {wanted}")]
    OtherSubject {
        /// What it is about.
        found: String,
        /// What you were asked about.
        wanted: String,
    },
    /// It was not signed for this request.
    #[error(
        "this endorsement was not signed for this request: its id is {found}, and has to be {wanted}. Sign the text on this page, and keep its id"
    )]
    OtherId {
        /// Its `id`.
        found: String,
        /// The `id` that belongs to the request.
        wanted: String,
    },
    /// It does not name who signed, or in a form that the log cannot hold.
    #[error(
        "this endorsement does not name its issuer by a DID or an address of at most 2,048 plain characters"
    )]
    NoIssuer,
    /// The issuer endorses itself.
    #[error(
        "this endorsement is signed by the institution that asked, which cannot endorse itself"
    )]
    OwnIssuer,
    /// It was checked, and does not hold, or it could not be checked.
    #[error("this endorsement was not taken: {0}")]
    NotValid(&'static str),
    /// A member of the asking institution.
    #[error("your own institution asked: another one has to answer")]
    OwnInstitution,
    /// It signed up by itself, and its domain is not shown.
    #[error("{NOT_SHOWN}")]
    NotShown,
    /// Whoever has to sign cannot.
    #[error("{0} has no DID or no active signing key, so nothing can be signed")]
    NoKey(String),
    /// Whoever has to sign is not where the site is.
    #[error(transparent)]
    Elsewhere(#[from] Box<Elsewhere>),
    /// A key ended in between.
    #[error("another key signs since you began: answer once more")]
    InBetween,
    /// What the passkey said does not hold.
    #[error("{}", passkey_words(.0))]
    Passkey(#[from] PasskeyError),
    /// More than a passkey has to say.
    #[error("the passkey’s {} is larger than {} KiB: use another passkey, or bring a signed file", .0, LARGEST_MEMBER >> 10)]
    MemberTooLarge(&'static str),
    /// It could not be prepared for signing.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whoever endorses signs in nowhere, so the way out is another.
fn passkey_words(error: &PasskeyError) -> String {
    match error {
        PasskeyError::Refused | PasskeyError::CountsBackwards => {
            "the passkey’s answer does not hold: try again, or bring a signed file".into()
        }
        PasskeyError::Unavailable => {
            "passkeys need an address with a name in it: bring a signed file".into()
        }
        other => other.to_string(),
    }
}

/// Why nothing was done with an endorsement.
#[derive(Debug, thiserror::Error)]
pub enum EndorsementError {
    /// No such request of this institution, or nothing was said to it.
    #[error("no such endorsement")]
    NoSuchEndorsement,
    /// It is not shown any more.
    #[error("this endorsement is not shown already")]
    Hidden,
    /// It was taken back before.
    #[error("this endorsement was taken back already")]
    Withdrawn,
    /// Too long a reason.
    #[error("a reason has at most 500 characters")]
    Reason,
    /// A request is not taken back without a reason.
    #[error("say why, in at most 500 characters")]
    Why,
    /// Nothing is left to take back.
    #[error("this was answered, or its time is over: nobody waits for an answer any more")]
    NotOpen,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
