//! A status proof by itself, as a file: the proof, and behind it where its statement stands in a log.
//!
//! What it shows is the verifier's to judge: which logs and witnesses count comes from its trust file, and so does how old is too old.

use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_tlog::{
    Evaluation, Policy, PolicyError, TlogProof, TlogProofError, TlogProofRefusal, merkle,
};
use touchstone_vc::{
    CLOCK_SKEW_MS, Timestamp,
    did::{self, DidDocument},
};

use crate::{
    Answer, StatusProof, StatusProofError, Tools,
    log::{Sight, speaks_for},
};

/// A status proof, and where its statement stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusFile {
    /// The proof.
    pub proof: StatusProof,
    /// Where its entry stands in a log.
    pub logged: TlogProof,
}

/// Why bytes are no [`StatusFile`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StatusFileError {
    /// The first part.
    #[error(transparent)]
    Proof(#[from] StatusProofError),
    /// The second part.
    #[error("where it stands in the log: {0}")]
    Logged(#[from] TlogProofError),
    /// The second part is not in its one form, or has extra data.
    #[error("where it stands in the log: not written as this format writes it")]
    OtherForm,
    /// More than a file of this kind can need.
    #[error("larger than {MOST_BYTES} bytes")]
    TooLarge,
}

/// What is asked of a status proof, whichever entry of its list is meant.
#[derive(Clone, Copy, Debug)]
pub struct StatusAsked<'a> {
    /// Whom the verifier trusts.
    pub policy: &'a Policy,
    /// The moment as of which is judged.
    pub at: Timestamp,
    /// How old is too old, in milliseconds; without it, what the issuer says.
    pub max_age_millis: Option<i64>,
    /// The issuer's document, where the verifier has it. A `did:key` contains its own.
    pub document: Option<&'a DidDocument>,
}

/// Why a status proof is believed.
#[derive(Clone, Debug)]
pub struct StatusShown<'p> {
    /// Whether the issuer's signature was checked, beside its log.
    pub signature: bool,
    /// Who saw the log.
    pub seen: Evaluation<'p>,
}

/// Why nothing is shown.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StatusWhy {
    /// The entry is in another part of the list.
    #[error("it is about another part of the list")]
    OtherPart,
    /// None of the logs that are trusted signed the checkpoint.
    #[error("no log that you trust signed the checkpoint")]
    OtherLog,
    /// The log is of another domain than the issuer.
    #[error("the log is not of the issuer's domain")]
    OtherDomain,
    /// A signature does not hold, or the entry is not in the log.
    #[error("{0}")]
    Refused(TlogProofRefusal),
    /// Too few witnesses have seen the checkpoint.
    #[error("fewer of your witnesses than you ask for have seen the checkpoint")]
    NoQuorum,
    /// No domain is the issuer's, so that only its own signature tells, and its document is not there.
    #[error("its issuer has no domain of its own, and the issuer's document is not there")]
    NoDocument,
    /// The issuer's key did not sign the statement.
    #[error("the statement is not signed by the issuer's key")]
    Unsigned,
    /// The list was published later than the moment that is asked about.
    #[error("the list was signed later")]
    Later,
    /// The list is dated later than the log was seen.
    #[error("the list is dated later than your witnesses had seen the log")]
    Ahead,
    /// The list does not stand any more.
    #[error("the list was not published to stand so long")]
    Stale,
    /// The list is older than the verifier takes.
    #[error("the list is older than you take")]
    TooOld,
}

impl StatusFile {
    /// Reads a file.
    pub fn read(bytes: &[u8], tree: &touchstone_tlog::Crypto) -> Result<Self, StatusFileError> {
        if bytes.len() > MOST_BYTES {
            return Err(StatusFileError::TooLarge);
        }
        let (proof, rest) = StatusProof::read_first(bytes, tree)?;
        let logged = TlogProof::parse(rest)?;
        match logged.extra.is_none() && logged.to_string().as_bytes() == rest {
            true => Ok(Self { proof, logged }),
            false => Err(StatusFileError::OtherForm),
        }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.proof.encode();
        bytes.extend(self.logged.to_string().into_bytes());
        bytes
    }

    /// What it shows of an entry of the list, to this verifier: whether it is set, withdrawn or paused as the purpose of the list is, and why that is
    /// believed.
    pub fn show<'p>(
        &self,
        index: u64,
        asked: &StatusAsked<'p>,
        tools: &Tools<'_>,
    ) -> Result<(bool, StatusShown<'p>), StatusWhy> {
        let shown = self.believe(asked, tools)?;
        let set = self.proof.block().get(index);
        Ok((set.ok_or(StatusWhy::OtherPart)?, shown))
    }

    /// Whether this verifier believes it: what it says is the issuer's word, in a log that it trusts, and speaks of the moment that is asked about.
    pub fn believe<'p>(
        &self,
        asked: &StatusAsked<'p>,
        tools: &Tools<'_>,
    ) -> Result<StatusShown<'p>, StatusWhy> {
        let stated = self.proof.stated();
        let leaf = merkle::leaf_hash(tools.tree, self.proof.entry());
        let seen = self.logged.verify(leaf, asked.policy, tools.tree);
        let seen = seen.map_err(|refused| match refused {
            TlogProofRefusal::Policy(PolicyError::UnknownLog { .. }) => StatusWhy::OtherLog,
            refused => StatusWhy::Refused(refused),
        })?;
        let origin = self.logged.checkpoint.checkpoint.origin();
        let mut domains = asked.policy.domains(origin);
        let speaks = speaks_for(origin, &stated.issuer)
            || domains.any(|domain| speaks_for(domain, &stated.issuer));
        if !speaks {
            return Err(StatusWhy::OtherDomain);
        }
        let contained = DidDocument::contained(&stated.issuer).transpose();
        let contained = contained.map_err(|_| StatusWhy::Unsigned)?;
        let document = contained.as_ref().or(asked.document);
        match document {
            Some(document) if self.proof.is_signed_by_issuer(document, tools.crypto) => {}
            Some(_) => return Err(StatusWhy::Unsigned),
            // A log on the issuer's own domain speaks for it; for an issuer without one, no log does.
            None if did::domain(&stated.issuer).is_some() => {}
            None => return Err(StatusWhy::NoDocument),
        }
        if !seen.has_quorum {
            return Err(StatusWhy::NoQuorum);
        }
        if Sight::of(&seen).is_before(stated.valid_from) {
            return Err(StatusWhy::Ahead);
        }
        let age = asked.at.unix_millis() - stated.valid_from.unix_millis();
        if age < -CLOCK_SKEW_MS {
            return Err(StatusWhy::Later);
        }
        if stated.valid_until < asked.at {
            return Err(StatusWhy::Stale);
        }
        if asked.max_age_millis.is_some_and(|most| age > most) {
            return Err(StatusWhy::TooOld);
        }
        Ok(StatusShown {
            signature: document.is_some(),
            seen,
        })
    }
}

impl StatusWhy {
    /// Whether the proof is wrong, or says nothing to this question.
    pub fn answer(&self) -> Answer {
        match self {
            Self::OtherDomain | Self::Refused(_) | Self::Unsigned => Answer::Fail,
            _ => Answer::Unknown,
        }
    }
}

/// A proof, and a checkpoint with the signatures of many witnesses.
const MOST_BYTES: usize = 256 * 1024;
