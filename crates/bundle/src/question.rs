//! What is asked of a bundle, and what can come of it: in words for people, and in words for programs.

use touchstone_vc::Fault;

/// What is asked.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Question {
    /// Is the checkpoint signed by a log that the reader trusts?
    Log,
    /// Have enough of the witnesses that the reader chose seen it?
    Witnesses,
    /// By when was it entered?
    Time,
    /// Are the documents of the issuer those that the log has?
    Documents,
    /// Was the credential changed, who signed it, is it within its dates?
    Credential,
    /// Was its issuing entered in the log?
    Entered,
    /// Was it entered while its key was in use?
    Key,
    /// Was it withdrawn?
    Status,
    /// Who goes on in the place of the issuer?
    Successor,
    /// Does somebody stand behind what it certifies?
    Endorsement,
}

/// The answer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs)]
pub enum Answer {
    Pass,
    Unknown,
    Fail,
}

/// Why an answer is not a pass.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Why {
    /// No trust file.
    #[error(
        "nobody said which logs to trust; give a trust file (on the command line with --trust)"
    )]
    NoTrust,
    /// No signed checkpoint.
    #[error("the checkpoint cannot be read")]
    Checkpoint,
    /// None of the logs in the trust file signed.
    #[error("no log of the trust file signed the checkpoint")]
    OtherLog,
    /// A signature of a log or witness that is trusted does not hold.
    #[error("a signature under the checkpoint, in a trusted name, is forged")]
    Forged,
    /// Too few witnesses.
    #[error("fewer witnesses than the trust file asks for have seen this checkpoint")]
    NoQuorum,
    /// Neither a witness nor an anchor that states a time.
    #[error("the issuer's word; no trusted witness or anchor states when it saw this")]
    IssuersWord,
    /// There is an anchor, and it shows nothing.
    #[error(
        "the issuer's word; no trusted witness states when it saw this, and the anchor in the file shows no time: {0}"
    )]
    Anchor(touchstone_anchor::Fault),
    /// There is an anchor, over a tree that need not be the log's.
    #[error(
        "the issuer's word; no trusted witness states when it saw this, and what the anchor in the file saw is not shown to be an earlier state \
         of this log"
    )]
    AnchoredTree,
    /// Not in the log that the checkpoint states.
    #[error("it is not in the log as the checkpoint has it")]
    NotInLog,
    /// A log of another domain.
    #[error("the log is not of the issuer's domain")]
    OtherDomain,
    /// Not readable.
    #[error("the credential cannot be read")]
    Unreadable,
    /// No key event.
    #[error("the log entries of the key that signed are not in the bundle")]
    KeyNotShown,
    /// The document has another key under that name than the log.
    #[error("the log announces another key under that name than the issuer's document has")]
    KeyDiffers,
    /// The key was given up after the credential was entered.
    #[error(
        "the issuer gave the key that signed it up as compromised: it may have been entered by somebody else, which nobody can tell from here; \
         ask the issuer for a new one"
    )]
    Compromised,
    /// The version that was awarded is another one.
    #[error("the criteria in the file are not those that the credential was awarded under")]
    OtherAchievement,
    /// The version that was awarded is not there.
    #[error("the criteria that the credential was awarded under are not in the file")]
    AchievementNotShown,
    /// It stood, and has ended.
    #[error("it stood when it was issued, and has ended since")]
    Ended,
    /// Entered before its key was.
    #[error("it was entered before the key that signed it was announced")]
    BeforeKey,
    /// Entered after its key's end.
    #[error("it was entered after the end of the key that signed it, whatever date it bears")]
    AfterKey,
    /// The bundle is older than the moment that was asked for.
    #[error("the status lists are too old to say whether it was withdrawn by then")]
    Stale,
    /// The status is older than the reader takes.
    #[error("the status in the file is older than you take; ask for a fresh file")]
    TooOld,
    /// Whoever is trusted saw it later than the moment that was asked for.
    #[error(
        "too few of those whom you trust saw it in the log by the moment that is asked about, whatever date it bears"
    )]
    SeenLater,
    /// The status is dated later than the log was seen.
    #[error("the status in the file is dated later than your witnesses had seen the log")]
    Ahead,
    /// A status list, or its statement, that a key signed after its end.
    #[error("a status list in the file was entered after the end of the key that signed it")]
    StatusKey,
    /// A status proof that cannot be read, or that the issuer did not sign.
    #[error("a status proof in the file is not one, or is not signed by the issuer")]
    StatusProof,
    /// A succession that one side did not sign, or not with a key of its own, or of another issuer.
    #[error(
        "it is not signed by both, each with a key of its own; so nobody is known to succeed the issuer"
    )]
    Succession,
    /// A succession by a key that was not in use there, or was given up.
    #[error(
        "one of the keys that signed it was not in use there by the log, or was given up as compromised; so nobody is known to succeed the issuer"
    )]
    SuccessionKey,
    /// The issuer moved to a domain for which the log does not speak.
    #[error(
        "the issuer moved to a domain for which this log does not speak by the trust file; one from there says whether it does"
    )]
    SuccessorDomain,
    /// Not an endorsement that can be read.
    #[error("it is no endorsement that can be read")]
    Endorsement,
    /// By the issuer.
    #[error("it is the issuer's own word")]
    EndorsesItself,
    /// Of something else, or perhaps of another version.
    #[error("it does not bind the criteria that a credential here was awarded under")]
    EndorsesOther,
    /// It has ended.
    #[error("it has ended")]
    EndorsementEnded,
    /// What its own checks say.
    #[error("its own checks do not pass, or what they take is not in the file")]
    EndorsementChecks,
    /// What the credential check says.
    #[error("the credential itself does not pass: see its checks")]
    Credential(Fault),
    /// What the status check says.
    #[error("its status list says that it is withdrawn or paused, or does not say: see its checks")]
    Status(Fault),
}

impl Question {
    /// Its word in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Witnesses => "witnesses",
            Self::Time => "time",
            Self::Documents => "documents",
            Self::Credential => "credential",
            Self::Entered => "entry",
            Self::Key => "key",
            Self::Status => "status",
            Self::Successor => "successor",
            Self::Endorsement => "endorsement",
        }
    }
}

impl Answer {
    /// Its word in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}
