//! What a bundle shows, question by question.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_tlog::{Crypto as TreeCrypto, Hash, Policy, SignedCheckpoint, merkle};
use touchstone_vc::{
    CheckKind, Contexts, Credential, Crypto, Document, Evidence, Fault, Fetched, Outcome, Report,
    Resource, Timestamp, Trust, did,
    json::Value,
    log::{Entry, KeyChange, commitment},
    verify,
};

use crate::{Bundle, Entered, Logged};

/// What is asked of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whom the reader trusts. Without it, nothing of the log can be told.
    pub policy: Option<&'a Policy>,
    /// The moment as of which is judged.
    pub at: Timestamp,
    /// The reader wants to know whether it stands at that very moment: a status list that was too old by then does not say.
    pub status_at: bool,
}

/// What judging is done with.
#[derive(Clone, Copy)]
#[expect(missing_docs)] // The names say it.
pub struct Tools<'a> {
    pub crypto: &'a Crypto,
    pub tree: &'a TreeCrypto,
    pub contexts: &'a Contexts,
}

/// A bundle, judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judged {
    /// The moment as of which was judged.
    pub at: Timestamp,
    /// Every question, in the order in which a reader would ask, each credential after the other.
    pub lines: Vec<Line>,
    /// Who saw the log, and when by their clocks.
    pub witnesses: Vec<(String, Option<Timestamp>)>,
    /// As of when the status lists speak, if there are any.
    pub status_as_of: Option<Timestamp>,
    /// What was found about each credential by itself.
    pub reports: Vec<Report>,
}

/// A question with its answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// The question.
    pub question: Question,
    /// The answer.
    pub answer: Answer,
    /// Why it is not better.
    pub why: Option<Why>,
}

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
    #[error("nobody said which logs to trust; name a trust file with --trust")]
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
    /// No witness that states a time.
    #[error("the issuer's word; no trusted witness states when it saw this")]
    IssuersWord,
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
    /// Entered before its key was.
    #[error("it was entered before the key that signed it was announced")]
    BeforeKey,
    /// Entered after its key's end.
    #[error("it was entered after the end of the key that signed it, whatever date it bears")]
    AfterKey,
    /// The bundle is older than the moment that was asked for.
    #[error("the status lists are too old to say whether it was withdrawn by then")]
    Stale,
    /// What the credential check says.
    #[error("the credential itself does not pass: see its checks")]
    Credential(Fault),
    /// What the status check says.
    #[error("its status list says that it is withdrawn or paused, or does not say: see its checks")]
    Status(Fault),
}

impl Judged {
    /// The worst answer that decides. That a time is only the issuer's word is shown and decides nothing.
    pub fn answer(&self) -> Answer {
        let deciding = self
            .lines
            .iter()
            .filter(|line| line.question != Question::Time);
        let worst = deciding.map(|line| line.answer).max();
        worst.unwrap_or(Answer::Unknown)
    }

    /// The answer to one question: the worst, over all credentials.
    pub fn of(&self, question: Question) -> Option<Answer> {
        let lines = self.lines.iter().filter(|line| line.question == question);
        lines.map(|line| line.answer).max()
    }
}

/// Judges a bundle, from its bytes and the reader's trust alone.
pub fn judge(bundle: &Bundle, asked: &Asked<'_>, tools: &Tools<'_>) -> Judged {
    let mut judged = Judged {
        at: asked.at,
        lines: Vec::new(),
        witnesses: Vec::new(),
        status_as_of: None,
        reports: Vec::new(),
    };
    let log = Log::read(bundle, tools);
    trust(&mut judged, log.as_ref(), asked, tools);
    let evidence = documents(&mut judged, bundle, log.as_ref(), tools);
    if bundle.credentials.is_empty() {
        judged.say(Question::Credential, Answer::Unknown, Why::Unreadable);
    }
    for one in &bundle.credentials {
        credential(
            &mut judged,
            bundle,
            one,
            log.as_ref(),
            &evidence,
            asked,
            tools,
        );
    }
    judged
}

impl Judged {
    fn say(&mut self, question: Question, answer: Answer, why: Why) {
        let why = Some(why);
        self.lines.push(Line {
            question,
            answer,
            why,
        });
    }

    fn pass(&mut self, question: Question) {
        self.lines.push(Line {
            question,
            answer: Answer::Pass,
            why: None,
        });
    }
}

/// The tree that the bundle's checkpoint states, whoever signed it.
struct Log<'t> {
    signed: SignedCheckpoint,
    tree: &'t TreeCrypto,
}

impl<'t> Log<'t> {
    fn read(bundle: &Bundle, tools: &Tools<'t>) -> Option<Self> {
        let signed = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).ok()?;
        let tree = tools.tree;
        Some(Self { signed, tree })
    }

    fn has(&self, bytes: &[u8], entered: &Entered) -> bool {
        let leaf: Hash = merkle::leaf_hash(self.tree, bytes);
        let stated = &self.signed.checkpoint;
        let (index, path) = (entered.index, &entered.path);
        merkle::verify_inclusion(self.tree, leaf, index, stated.size, path, stated.root).is_ok()
    }

    fn has_entry(&self, entry: &Entry, entered: &Entered) -> bool {
        entry.encode().is_ok_and(|bytes| self.has(&bytes, entered))
    }

    fn speaks_for(&self, issuer: &str) -> bool {
        speaks_for(self.signed.checkpoint.origin(), issuer)
    }
}

/// Whether a log speaks for an issuer: that of a `did:web` stands on its own domain. Others contain their keys.
pub(crate) fn speaks_for(origin: &str, issuer: &str) -> bool {
    let Some(domain) = did::web::domain(issuer) else {
        return true;
    };
    origin == domain
        || origin
            .strip_prefix(&domain)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Who signed the checkpoint, of those whom the reader trusts.
fn trust(judged: &mut Judged, log: Option<&Log<'_>>, asked: &Asked<'_>, tools: &Tools<'_>) {
    use touchstone_tlog::policy::PolicyError;
    let Some(log) = log else {
        judged.say(Question::Log, Answer::Fail, Why::Checkpoint);
        return;
    };
    let Some(policy) = asked.policy else {
        judged.say(Question::Log, Answer::Unknown, Why::NoTrust);
        judged.say(Question::Time, Answer::Unknown, Why::IssuersWord);
        return;
    };
    let evaluation = match policy.evaluate(&log.signed, tools.tree) {
        Ok(evaluation) => evaluation,
        Err(PolicyError::UnknownLog { .. }) => {
            judged.say(Question::Log, Answer::Unknown, Why::OtherLog);
            return;
        }
        Err(_) => {
            judged.say(Question::Log, Answer::Fail, Why::Forged);
            return;
        }
    };
    judged.pass(Question::Log);
    let moment = |seconds: u64| {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp::from_unix_millis(seconds.saturating_mul(1_000))
    };
    judged.witnesses = evaluation
        .witnesses
        .iter()
        .map(|(witness, time)| (witness.name.clone(), time.map(moment)))
        .collect();
    if policy.asks_for_witnesses() {
        match evaluation.has_quorum {
            true => judged.pass(Question::Witnesses),
            false => judged.say(Question::Witnesses, Answer::Unknown, Why::NoQuorum),
        }
    }
    match evaluation.earliest() {
        Some(_) => judged.pass(Question::Time),
        None => judged.say(Question::Time, Answer::Unknown, Why::IssuersWord),
    }
}

/// The documents that are those of the log: what the credentials are judged from.
fn documents(
    judged: &mut Judged,
    bundle: &Bundle,
    log: Option<&Log<'_>>,
    tools: &Tools<'_>,
) -> Evidence {
    let mut evidence = Evidence::new();
    let Some(log) = log else { return evidence };
    let sha256 = |text: &str| (tools.crypto.sha256)(text.as_bytes());
    let mut fail = |why| judged.say(Question::Documents, Answer::Fail, why);
    let had_at = judged_at(bundle);
    let issuers: BTreeSet<String> = bundle
        .credentials
        .iter()
        .filter_map(|one| issuer_of(&one.document))
        .collect();
    let mut newest = None;
    for one in &bundle.did_documents {
        let entry = Entry::DidDocument {
            did: one.name.clone(),
            sha256: sha256(&one.document),
        };
        if !log.speaks_for(&one.name) {
            fail(Why::OtherDomain);
        } else if !log.has_entry(&entry, &one.entry) {
            fail(Why::NotInLog);
        } else if newest <= Some(one.entry.index) {
            newest = Some(one.entry.index);
            let resource = Resource::DidDocument(one.name.clone());
            evidence.insert(resource, had(&one.document, had_at));
        }
    }
    for one in &bundle.status_lists {
        let entry = Entry::StatusListPublished {
            issuer: issuer_of(&one.document).unwrap_or_default(),
            url: one.name.clone(),
            sha256: sha256(&one.document),
        };
        match log.has_entry(&entry, &one.entry) {
            true => {
                let from = from_of(&one.document).unwrap_or(had_at);
                let resource = Resource::StatusList(one.name.clone());
                evidence.insert(resource, had(&one.document, from));
            }
            false => fail(Why::NotInLog),
        }
    }
    for one in &bundle.achievements {
        let known = issuers.iter().any(|issuer| {
            let entry = Entry::AchievementVersion {
                issuer: issuer.clone(),
                url: one.name.clone(),
                sha256: sha256(&one.document),
            };
            log.has_entry(&entry, &one.entry)
        });
        if !known {
            fail(Why::NotInLog);
        }
    }
    for one in &bundle.key_events {
        if !log.has(one.document.as_bytes(), &one.entry) {
            fail(Why::NotInLog);
        }
    }
    if judged.of(Question::Documents).is_none() {
        judged.pass(Question::Documents);
    }
    evidence
}

fn credential(
    judged: &mut Judged,
    bundle: &Bundle,
    one: &Logged,
    log: Option<&Log<'_>>,
    evidence: &Evidence,
    asked: &Asked<'_>,
    tools: &Tools<'_>,
) {
    let Ok(credential) = Credential::parse(one.document.as_bytes()) else {
        judged.say(Question::Credential, Answer::Fail, Why::Unreadable);
        return;
    };
    let at = |at| {
        let trust = Trust::default();
        verify(
            &credential,
            evidence,
            &trust,
            at,
            tools.crypto,
            tools.contexts,
        )
    };
    let report = at(asked.at);
    let deciding = [CheckKind::Proof, CheckKind::Issuer, CheckKind::Validity];
    match worst(&report, &deciding) {
        (Answer::Pass, _) => judged.pass(Question::Credential),
        (answer, fault) => judged.say(
            Question::Credential,
            answer,
            fault.map_or(Why::Unreadable, Why::Credential),
        ),
    }
    let issuer = credential.issuer().unwrap_or_default();
    if let Some(log) = log {
        entered(judged, bundle, one, issuer, log, tools);
    } else {
        judged.say(Question::Entered, Answer::Fail, Why::Checkpoint);
    }
    status(judged, bundle, &report, at, asked);
    judged.reports.push(report);
}

/// Whether the credential's issuing is in the log, and in the window of its key.
fn entered(
    judged: &mut Judged,
    bundle: &Bundle,
    one: &Logged,
    issuer: &str,
    log: &Log<'_>,
    tools: &Tools<'_>,
) {
    let sha256 = (tools.crypto.sha256)(one.document.as_bytes());
    let entry = Entry::CredentialIssued {
        issuer: issuer.to_owned(),
        commitment: commitment(tools.crypto, &one.salt, &sha256),
    };
    if !log.speaks_for(issuer) {
        judged.say(Question::Entered, Answer::Fail, Why::OtherDomain);
        return;
    }
    if !log.has_entry(&entry, &one.entry) {
        judged.say(Question::Entered, Answer::Fail, Why::NotInLog);
        return;
    }
    judged.pass(Question::Entered);
    let methods = methods(&one.document);
    let mut events = Vec::new();
    for shown in &bundle.key_events {
        if let Ok(Entry::KeyEvent {
            issuer: of,
            method,
            change,
            ..
        }) = Entry::parse(shown.document.as_bytes())
            && of == issuer
            && methods.contains(&method)
            && log.has(shown.document.as_bytes(), &shown.entry)
        {
            events.push((shown.entry.index, change));
        }
    }
    let index = one.entry.index;
    let begun = events
        .iter()
        .filter(|(_, change)| *change == KeyChange::Active);
    let ended = events
        .iter()
        .any(|(end, change)| *change != KeyChange::Active && *end < index);
    let begun: Vec<u64> = begun.map(|(begin, _)| *begin).collect();
    if ended {
        judged.say(Question::Key, Answer::Fail, Why::AfterKey);
    } else if begun.is_empty() {
        judged.say(Question::Key, Answer::Unknown, Why::KeyNotShown);
    } else if begun.iter().all(|begin| *begin > index) {
        judged.say(Question::Key, Answer::Unknown, Why::BeforeKey);
    } else {
        judged.pass(Question::Key);
    }
}

/// Whether it was withdrawn, as of the moment at which the lists in the bundle were signed.
fn status(
    judged: &mut Judged,
    bundle: &Bundle,
    now: &Report,
    at: impl Fn(Timestamp) -> Report,
    asked: &Asked<'_>,
) {
    let Some(outcome) = now.outcome(CheckKind::Status) else {
        return; // It cannot be withdrawn, and says so.
    };
    let stale = matches!(outcome, Outcome::Unknown(Fault::StatusListStale));
    if stale && asked.status_at {
        judged.say(Question::Status, Answer::Unknown, Why::Stale);
        return;
    }
    let signed = bundle
        .status_lists
        .iter()
        .filter_map(|list| from_of(&list.document));
    let as_of = signed.min().filter(|from| *from <= asked.at);
    let then = match (stale, as_of) {
        (true, Some(as_of)) => at(as_of).outcome(CheckKind::Status),
        _ => Some(outcome),
    };
    match then {
        Some(Outcome::Pass) => {
            judged.status_as_of = as_of;
            judged.pass(Question::Status);
        }
        Some(Outcome::Fail(fault)) => {
            judged.say(Question::Status, Answer::Fail, Why::Status(fault));
        }
        Some(Outcome::Unknown(fault)) => {
            judged.say(Question::Status, Answer::Unknown, Why::Status(fault));
        }
        Some(Outcome::NotListed) | None => {
            judged.say(Question::Status, Answer::Unknown, Why::Stale);
        }
    }
}

fn worst(report: &Report, kinds: &[CheckKind]) -> (Answer, Option<Fault>) {
    let mut worst = (Answer::Pass, None);
    for kind in kinds {
        let found = match report.outcome(*kind) {
            Some(Outcome::Pass | Outcome::NotListed) => continue,
            Some(Outcome::Fail(fault)) => (Answer::Fail, Some(fault)),
            Some(Outcome::Unknown(fault)) => (Answer::Unknown, Some(fault)),
            None => (Answer::Unknown, None),
        };
        if found.0 > worst.0 {
            worst = found;
        }
    }
    worst
}

/// The verification methods that the proofs name.
fn methods(document: &str) -> Vec<String> {
    let Ok(document) = Value::parse(document.as_bytes()) else {
        return Vec::new();
    };
    let proofs = document.get("proof").map(Value::items).unwrap_or_default();
    let named = proofs.iter().filter_map(|proof| {
        let method = proof.get("verificationMethod")?;
        method.as_str().map(ToOwned::to_owned)
    });
    named.collect()
}

fn issuer_of(document: &str) -> Option<String> {
    let credential = Credential::parse(document.as_bytes()).ok()?;
    credential.issuer().map(ToOwned::to_owned)
}

fn from_of(document: &str) -> Option<Timestamp> {
    let credential = Credential::parse(document.as_bytes()).ok()?;
    let from = credential.document().get("validFrom")?.as_str()?;
    Timestamp::parse(from).ok()
}

/// When the newest of the lists was signed: what stands in for the moment at which the documents were had.
fn judged_at(bundle: &Bundle) -> Timestamp {
    let signed = bundle
        .status_lists
        .iter()
        .filter_map(|list| from_of(&list.document));
    signed.max().unwrap_or(Timestamp::from_unix_millis(0))
}

fn had(document: &str, fetched_at: Timestamp) -> Document {
    Document::Fetched(Fetched {
        bytes: document.as_bytes().to_vec(),
        fetched_at,
    })
}
