//! What a verification found: check by check, so that a page can show what was looked at.
//!
//! A [`Report`] holds facts and no words. Pages, the API, the CLI and the browser word or print the same report;
//! [`Report::to_json`](crate::Report::to_json) has the stable codes.
//!
//! **Invariant:** *unknown* is never rounded up to *pass* or down to *fail*.

use alloc::string::String;
use alloc::vec::Vec;

use crate::evidence::Unreachable;
use crate::schema::Rules;
use crate::time::Timestamp;

/// The result of one verification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// The moment as of which was judged.
    pub at: Timestamp,
    /// Every check made, in the order in which a reader would ask.
    pub checks: Vec<Check>,
    /// What the credential does not offer. Counts neither way.
    pub not_offered: Vec<NotOffered>,
    /// Credentials that stand within it, each judged on its own. They do not change the verdict.
    pub inside: Vec<Inside>,
    /// How many of those were not looked at, because there are too many or they stand too deep, or where the name of the place is too long.
    pub inside_left_out: usize,
}

/// A credential within a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Inside {
    /// Its place, as a JSON Pointer.
    pub path: String,
    /// What it is there for.
    pub role: Role,
    /// Its identifier.
    pub id: Option<String>,
    /// What it is about, by name.
    pub name: Option<String>,
    /// Who issued it, by the name it gives itself, or else by identifier.
    pub issuer: Option<String>,
    /// What an endorser says.
    pub comment: Option<String>,
    /// Of an endorsement: whether it is about what it stands at.
    pub about_this: Option<bool>,
    /// What was found about it.
    pub report: Report,
}

/// What a credential is within another for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Somebody endorses the credential, the achievement or the issuer.
    Endorsement,
    /// A part of a learner record.
    Part,
}

impl Report {
    /// The worst of what decides.
    ///
    /// Proof, issuer, validity and status decide; recognition can turn a pass into "not listed"; structure and
    /// evidence, when failed, into "take care". A second proof that cannot be checked does not weaken a good one.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let deciding = [
            CheckKind::Proof,
            CheckKind::Issuer,
            CheckKind::Validity,
            CheckKind::Status,
        ];
        let mut worst = Verdict::Pass;
        for kind in deciding {
            worst = worst.max(match self.outcome(kind) {
                Some(Outcome::Fail(_)) => Verdict::Failed,
                Some(Outcome::Unknown(_)) => Verdict::Unknown,
                Some(Outcome::Pass | Outcome::NotListed) => Verdict::Pass,
                // Only status can be absent: not revocable is not offered.
                None if kind == CheckKind::Status => Verdict::Pass,
                None => Verdict::Unknown,
            });
        }
        worst = worst.max(match self.outcome(CheckKind::Recognition) {
            Some(Outcome::Pass) => Verdict::Pass,
            _ => Verdict::NotListed,
        });
        for kind in [CheckKind::Schema, CheckKind::Evidence] {
            if matches!(self.outcome(kind), Some(Outcome::Fail(_))) {
                worst = worst.max(Verdict::TakeCare);
            }
        }
        worst
    }

    /// The outcome of one kind of check over all its parts: the worst, except that a proof which holds stands
    /// whatever other proofs could not be checked.
    #[must_use]
    pub fn outcome(&self, kind: CheckKind) -> Option<Outcome> {
        let outcomes = || self.of(kind).map(|check| check.outcome);
        let fail = outcomes().find(|o| matches!(o, Outcome::Fail(_)));
        let pass = outcomes().find(|o| matches!(o, Outcome::Pass));
        let unknown = outcomes().find(|o| matches!(o, Outcome::Unknown(_)));
        let rest = || outcomes().next();
        match kind {
            CheckKind::Proof => fail.or(pass).or(unknown).or_else(rest),
            _ => fail
                .or(unknown)
                .or_else(|| outcomes().find(|o| *o == Outcome::NotListed))
                .or(pass),
        }
    }

    /// The checks of one kind.
    pub fn of(&self, kind: CheckKind) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |check| check.kind == kind)
    }
}

/// One question asked of a credential, and the answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// The question.
    pub kind: CheckKind,
    /// The answer.
    pub outcome: Outcome,
    /// The place in the document that decided, as a JSON Pointer; empty for the document as a whole.
    pub path: String,
    /// What was looked at.
    pub detail: Detail,
}

/// The questions, in reading order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum CheckKind {
    /// Was anything changed since it was signed?
    Proof,
    /// Did the issuer's own key sign it?
    Issuer,
    /// Does a register list the issuer?
    Recognition,
    /// Is it within its dates?
    Validity,
    /// Did the issuer withdraw or pause it?
    Status,
    /// Is it built as credentials, and as Open Badges, are built?
    Schema,
    /// Is the evidence what was assessed?
    Evidence,
    /// Of a presentation: did the holder's own key sign it?
    Holder,
    /// Of a presentation: was it made for this reader, now?
    Challenge,
}

/// The answer to a [`Check`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Yes.
    Pass,
    /// No.
    Fail(Fault),
    /// Not answerable from what was given.
    Unknown(Fault),
    /// No register that was consulted lists the issuer. Says nothing against it.
    NotListed,
}

/// Why a check did not pass. Carries no text: pages and logs word it, tests compare it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    // Proof.
    /// There is no proof.
    ProofMissing,
    /// The signature does not fit the document.
    SignatureInvalid,
    /// The document cannot be turned into the statements that were signed: it was changed, or never was signed so.
    NotCanonicalizable,
    /// A context is not one of those that this program knows by content.
    ContextUnknown,
    /// Names in the document may stand for something other than they say.
    NamesAmbiguous,
    /// Canonicalization would take more work than is allowed.
    TooComplex,
    /// The kind of proof is not supported.
    SuiteUnsupported,
    /// The proof builds on another proof that is not there, does not hold, or builds on this one.
    ChainBroken,
    /// A member of the proof is missing or has the wrong type.
    ProofMalformed,
    /// The proof was made for another purpose than asserting.
    PurposeWrong,
    /// The proof is bound to a domain or a challenge that this reader did not ask for.
    DomainUnexpected,
    /// Nobody signed it, and its issuer's site says something else.
    HostedDiffers,
    /// The proof itself has an end, which is past.
    ProofExpired,
    /// The proof says that it was made in the future.
    ProofFromFuture,
    /// A token says something else around the credential than the credential says.
    ClaimsMismatch,

    // Issuer.
    /// The issuer is missing or no URL.
    IssuerMalformed,
    /// The key that signed belongs to somebody else.
    ControllerMismatch,
    /// The issuer's document does not list the key that signed.
    KeyUnknown,
    /// The issuer's document lists the key, but not for asserting.
    KeyNotForAssertion,
    /// The holder's document lists the key, but not for authenticating.
    KeyNotForAuthentication,
    /// The key was withdrawn before the proof was made.
    KeyRevoked,
    /// The key is of a kind that is not supported.
    KeyUnsupported,
    /// The key is none: its point does not lie on its curve.
    KeyMalformed,
    /// Identifiers of this kind cannot be resolved.
    MethodUnsupported,
    /// The issuer's document was not given.
    IssuerDocumentMissing,
    /// The issuer's document could not be fetched.
    IssuerDocumentUnreachable,
    /// The issuer's document cannot be read, or is about somebody else.
    IssuerDocumentMalformed,
    /// Not asked, because the proof does not hold or could not be checked.
    ProofNotGood,
    /// Not asked, because it is not known that this issuer signed it.
    IssuerUnproven,

    // Presentation.
    /// The holder is no URL.
    HolderMalformed,
    /// It answers another challenge than the one that was asked: it was made for somebody else, or shown before.
    ChallengeMismatch,
    /// Nothing was asked of the holder, so it may be a copy.
    ChallengeNotAsked,

    // Recognition.
    /// A register removed this issuer.
    RemovedFromRegister,
    /// A register could not be read, and no other lists this issuer.
    RegisterUnread,

    // Validity.
    /// Its end is past.
    Expired,
    /// Its start is in the future.
    NotYetValid,
    /// A date is missing or no date with a zone.
    DatesMalformed,

    // Status.
    /// The issuer withdrew it.
    Revoked,
    /// The issuer paused it.
    Suspended,
    /// The status entry cannot be read.
    StatusEntryMalformed,
    /// Status of this kind or purpose is not supported.
    StatusUnsupported,
    /// The issuer left a message about it, which only a reader can judge.
    StatusMessage,
    /// The status list was not given.
    StatusListMissing,
    /// The status list could not be fetched.
    StatusListUnreachable,
    /// The status list is no status list credential, or its bits cannot be unpacked.
    StatusListMalformed,
    /// The status list's own proof does not hold or cannot be checked.
    StatusListUnproven,
    /// The status list was signed by somebody other than the credential's issuer.
    StatusListForeign,
    /// The status list is for another purpose, or has another address.
    StatusListMismatch,
    /// The status list is past its end.
    StatusListStale,
    /// The status list's start is in the future.
    StatusListNotYetValid,
    /// The status list has fewer entries than the privacy of holders asks for.
    StatusListTooShort,
    /// The entry's index lies outside the list.
    StatusIndexOutside,
    /// The status list unpacks to more than is allowed.
    StatusListTooLarge,

    // Structure.
    /// A required member is missing.
    MemberMissing,
    /// A member has the wrong type or form.
    MemberMalformed,
    /// A token lacks a claim that Open Badges requires.
    ClaimMissing,
    /// A member stands where no other than the named ones may.
    MemberUnexpected,
    /// The document is of none of the types of Open Badges 3.0 and CLR 2.0.
    NotOpenBadge,
    /// The schema that the document names is not one of those that this program knows.
    SchemaUnknown,

    // Evidence.
    /// The document does not have the digest that was signed.
    DigestMismatch,
    /// The digest is of a kind that is not supported.
    DigestUnsupported,
    /// The document was not given.
    DocumentMissing,
    /// The document could not be fetched.
    DocumentUnreachable,
}

/// What a check looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Detail {
    /// Nothing more to say.
    None,
    /// Of [`CheckKind::Proof`].
    Proof(ProofDetail),
    /// Of [`CheckKind::Issuer`] and [`CheckKind::Holder`].
    Issuer(IssuerDetail),
    /// Of [`CheckKind::Recognition`]: the registers consulted.
    Recognition(RecognitionDetail),
    /// Of [`CheckKind::Validity`].
    Validity(ValidityDetail),
    /// Of [`CheckKind::Status`].
    Status(StatusDetail),
    /// Of [`CheckKind::Schema`].
    Schema(SchemaDetail),
    /// Of [`CheckKind::Evidence`].
    Evidence(EvidenceDetail),
}

/// One proof.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProofDetail {
    /// The cryptosuite, or the type of proof where there is none.
    pub suite: Option<String>,
    /// The key that signed, as a URL.
    pub verification_method: Option<String>,
    /// When it was signed, as the signer says.
    pub created: Option<Timestamp>,
}

/// Who signed, and who is said to have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IssuerDetail {
    /// The issuer's identifier, as stated.
    pub issuer: Option<String>,
    /// The key that signed, as a URL.
    pub verification_method: Option<String>,
    /// When the issuer's document was fetched; `None` if the identifier contains its key.
    pub fetched_at: Option<Timestamp>,
    /// Why the issuer's document could not be had.
    pub unreachable: Option<Unreachable>,
}

/// What registers say about the issuer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RecognitionDetail {
    /// The registers consulted, in the order in which they were.
    pub consulted: Vec<Consulted>,
    /// The register that decided.
    pub register: Option<String>,
    /// As of when it says so. Absent if whoever asks keeps it. Of one that could not be read: as of when it listed the issuer.
    pub as_of: Option<Timestamp>,
    /// When the register removed the issuer.
    pub removed_on: Option<Timestamp>,
}

/// A register that was consulted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Consulted {
    /// Its name.
    pub name: String,
    /// Where it is kept, if somewhere else.
    pub source: Option<String>,
    /// When the copy was read that was asked.
    pub as_of: Option<Timestamp>,
    /// Whether it could not be read, or not since its copy became too old.
    pub unread: bool,
}

/// The dates of the credential.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ValidityDetail {
    /// Its start.
    pub valid_from: Option<Timestamp>,
    /// Its end.
    pub valid_until: Option<Timestamp>,
}

/// One status entry and the list it points to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StatusDetail {
    /// The kind of status entry.
    pub kind: Option<String>,
    /// What the list says: `revocation`, `suspension`, `refresh`, `message`.
    pub purpose: Option<String>,
    /// Where the list is published.
    pub list: Option<String>,
    /// The credential's position in the list.
    pub index: Option<u64>,
    /// The status that the list has: nought says nothing.
    pub value: Option<u64>,
    /// What the status means, or why it was set, in the issuer's words.
    pub message: Option<String>,
    /// Whether the list is of a kind that nobody signs: it says what the issuer's site says.
    pub unsigned: bool,
    /// When the list was signed, as its issuer says.
    pub list_from: Option<Timestamp>,
    /// Until when the list stands.
    pub list_until: Option<Timestamp>,
    /// When the list was fetched.
    pub fetched_at: Option<Timestamp>,
    /// Why the list could not be had.
    pub unreachable: Option<Unreachable>,
    /// The last good answer, where the list could not be had now.
    pub last_good: Option<LastGood>,
}

/// What the last copy of a list that could be checked said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LastGood {
    /// When that copy was fetched.
    pub at: Timestamp,
    /// Whether the entry was set (withdrawn or paused).
    pub set: bool,
}

/// One set of rules for how a document is built.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SchemaDetail {
    /// The rules, if they are known.
    pub rules: Option<Rules>,
    /// The address of the schema, where the credential names it.
    pub schema: Option<String>,
}

/// One piece of evidence or related document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EvidenceDetail {
    /// Its address.
    pub id: Option<String>,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Why it could not be had.
    pub unreachable: Option<Unreachable>,
}

/// What a credential does not offer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotOffered {
    /// The issuer keeps no list: it cannot be withdrawn.
    Status,
    /// No evidence is bound to it by a digest.
    Evidence,
}

/// The verdict over all checks, from best to worst.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// It stands.
    Pass,
    /// It stands, but something does not fit.
    TakeCare,
    /// It is genuine, from an issuer that no register lists.
    NotListed,
    /// It could not be fully checked.
    Unknown,
    /// It does not stand.
    Failed,
}
