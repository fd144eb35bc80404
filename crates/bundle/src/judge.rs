//! What a bundle shows, question by question.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_anchor::Anchors;
use touchstone_tlog::{Crypto as TreeCrypto, Policy};
use touchstone_vc::{
    CLOCK_SKEW_MS, CheckKind, Contexts, Credential, Crypto, Detail, Fault, Outcome, Report,
    Timestamp, Trust, Verdict, verify_remembering,
};

use crate::{
    Answer, Bundle, By, Logged, Question, Why,
    anchor::{Stated, earliest, or_seen},
    brought::{Brought, documents},
    endorsement::{Endorsed, endorsements},
    entries::issued,
    keys::{Keys, Signed},
    log::{Log, Sight, trust},
    succession::succession,
};

/// What is asked of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whom the reader trusts. Without it, nothing of the log can be told.
    pub policy: Option<&'a Policy>,
    /// Whom the reader believes about times besides.
    pub anchors: Option<&'a Anchors>,
    /// The moment as of which is judged.
    pub at: Timestamp,
    /// The reader wants to know whether it stands at that very moment: a status list that was too old by then does not say.
    pub status_at: bool,
    /// How old the status may be, in milliseconds, where the reader has a rule of its own.
    pub status_max_age_millis: Option<i64>,
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
    /// By when every credential was in the log, and who states that: the earliest time that anybody whom the reader trusts does.
    pub time: Option<(Timestamp, By)>,
    /// As of when the status lists speak, if there are any: of the keys as well. Of several credentials, the earliest.
    pub status_as_of: Option<Timestamp>,
    /// When a credential ended that stood when it was issued. Of several, the earliest.
    pub ended: Option<Timestamp>,
    /// The DID that succeeded the issuer's, by the word of both keys.
    pub successor: Option<String>,
    /// What others signed about what the credentials certify, as the bundle has it: whether each stands is told.
    pub endorsements: Vec<Endorsed>,
    /// What was found about each credential by itself; nothing about one that cannot be read.
    pub reports: Vec<Option<Report>>,
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

impl Judged {
    /// The worst answer that decides. That a time is only the issuer's word, who succeeds the issuer, and who stands behind what was certified, is
    /// shown and decides nothing.
    pub fn answer(&self) -> Answer {
        let decides = |line: &&Line| {
            !matches!(
                line.question,
                Question::Time | Question::Successor | Question::Endorsement
            )
        };
        let deciding = self.lines.iter().filter(decides);
        let worst = deciding.map(|line| line.answer).max();
        worst.unwrap_or(Answer::Unknown)
    }

    /// The same in the word that every report has for its verdict.
    pub fn verdict(&self) -> Verdict {
        match self.answer() {
            Answer::Pass => Verdict::Pass,
            Answer::Unknown => Verdict::Unknown,
            Answer::Fail => Verdict::Failed,
        }
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
        time: None,
        status_as_of: None,
        ended: None,
        successor: None,
        endorsements: Vec::new(),
        reports: Vec::new(),
    };
    let mut log = Log::read(bundle, tools).map(|log| log.trusted_by(asked.policy));
    let asks_time = trust(&mut judged, log.as_mut(), asked, tools);
    let place = judged.lines.len();
    let mut stated = Vec::new();
    let mut keys = Keys::default();
    let mut brought = Brought::default();
    if let Some(log) = &log {
        let (read, amiss) = Keys::read(bundle, log, tools);
        for _ in 0..amiss {
            judged.say(Question::Documents, Answer::Fail, Why::NotInLog);
        }
        keys = read;
        brought = documents(&mut judged, bundle, log, &mut keys, tools);
    }
    if bundle.credentials.is_empty() {
        judged.say(Question::Credential, Answer::Unknown, Why::Unreadable);
    }
    for one in &bundle.credentials {
        let log = log.as_ref();
        let place = credential(&mut judged, one, log, &mut keys, &mut brought, asked, tools);
        stated.push(place);
    }
    // Criteria that no credential binds are nobody's.
    if !brought.achievements.is_subset(&brought.named) {
        judged.say(Question::Documents, Answer::Fail, Why::OtherAchievement);
    }
    if log.is_some() && !keys.all_shown() {
        judged.say(Question::Documents, Answer::Fail, Why::NotInLog);
    }
    if log.is_some() && judged.of(Question::Documents).is_none() {
        judged.lines.insert(place, Line::pass(Question::Documents));
    }
    if asks_time {
        let line = time(&mut judged, stated);
        judged.lines.insert(place, line);
    }
    if let Some(log) = &log {
        succession(&mut judged, bundle, log, &keys, tools);
        // Nobody stands behind what does not stand itself.
        if judged.answer() != Answer::Fail {
            endorsements(&mut judged, bundle, log, &brought, asked, tools);
        }
    }
    judged
}

impl Line {
    fn pass(question: Question) -> Self {
        Self {
            question,
            answer: Answer::Pass,
            why: None,
        }
    }
}

impl Judged {
    pub(crate) fn say(&mut self, question: Question, answer: Answer, why: Why) {
        let why = Some(why);
        self.lines.push(Line {
            question,
            answer,
            why,
        });
    }

    pub(crate) fn pass(&mut self, question: Question) {
        self.lines.push(Line::pass(question));
    }
}

/// By when all credentials were in the log: the time of the witnesses of the checkpoint, or that which each credential brings, if each does.
fn time(judged: &mut Judged, stated: Vec<Option<Stated>>) -> Line {
    let mut unshown = None;
    let mut latest: Option<(Timestamp, By)> = None;
    let mut all = !stated.is_empty();
    for one in stated {
        match one {
            Some(Ok(one)) => {
                if latest.as_ref().is_none_or(|latest| latest.0 < one.0) {
                    latest = Some(one);
                }
            }
            Some(Err(why)) => (all, unshown) = (false, Some(why)),
            None => all = false,
        }
    }
    if let Some(latest) = latest.filter(|_| all)
        && judged.time.as_ref().is_none_or(|time| latest.0 < time.0)
    {
        judged.time = Some(latest);
    }
    match &judged.time {
        Some(_) => Line::pass(Question::Time),
        None => Line {
            question: Question::Time,
            answer: Answer::Unknown,
            why: Some(unshown.unwrap_or(Why::IssuersWord)),
        },
    }
}

/// Judges one, and says by when it was there, as far as it brings more than the checkpoint.
fn credential(
    judged: &mut Judged,
    one: &Logged,
    log: Option<&Log<'_>>,
    keys: &mut Keys,
    brought: &mut Brought,
    asked: &Asked<'_>,
    tools: &Tools<'_>,
) -> Option<Stated> {
    let Ok(credential) = Credential::parse(one.document.as_bytes()) else {
        judged.say(Question::Credential, Answer::Fail, Why::Unreadable);
        judged.reports.push(None);
        return None;
    };
    let at = |at| {
        verify_remembering(
            &credential,
            &brought.evidence,
            &brought.lists,
            &Trust::default(),
            at,
            tools.crypto,
            tools.contexts,
        )
    };
    let report = at(asked.at);
    let deciding = [CheckKind::Proof, CheckKind::Issuer];
    let validity = worst(&report, &[CheckKind::Validity]);
    // Whether it stands at a moment that was asked for is another question than whether it stood when it was issued.
    let ended = validity == (Answer::Fail, Some(Fault::Expired)) && !asked.status_at;
    let mut found = worst(&report, &deciding);
    let mut place = log.map(|log| {
        let mut signed = placed(one, &credential, log, keys, brought, (asked, tools))?;
        signed.methods = methods(&report);
        Ok(signed)
    });
    let stated = match &mut place {
        Some(Ok(signed)) => signed.stated.take(),
        _ => None,
    };
    // A credential's own date is its signer's word. What a witness saw before the key was given up is not.
    let revoked = (Answer::Unknown, Some(Fault::KeyRevoked));
    if found == revoked && matches!(&place, Some(Ok(signed)) if signed.was_seen_in_time()) {
        found = (Answer::Pass, None);
    }
    if !ended && validity.0 > found.0 {
        found = validity;
    }
    match found {
        (Answer::Pass, _) if ended => {
            judged.ended = sooner(judged.ended, valid_until(&report));
            judged.say(Question::Credential, Answer::Pass, Why::Ended);
        }
        (Answer::Pass, _) => judged.pass(Question::Credential),
        (answer, fault) => judged.say(
            Question::Credential,
            answer,
            fault.map_or(Why::Unreadable, Why::Credential),
        ),
    }
    awarded_under(judged, &report, &mut brought.named);
    let sight = log.map(|log| log.sight).unwrap_or_default();
    // Where nobody states a time, it was there by then by the issuer's word.
    let late = match &place {
        Some(Ok(signed)) => {
            let by = [signed.seen, sight.by].into_iter().flatten().min();
            asked.status_at && Sight { by, ..sight }.is_behind(asked.at)
        }
        _ => false,
    };
    entered(judged, place, keys, late);
    status(judged, &report, at, sight, asked);
    judged.reports.push(Some(report));
    stated
}

/// Whether the criteria that came along are those that the credential binds by their digest.
fn awarded_under(judged: &mut Judged, report: &Report, named: &mut BTreeSet<String>) {
    for check in &report.checks {
        let Detail::Evidence(detail) = &check.detail else {
            continue;
        };
        if !check.path.starts_with("/relatedResource") {
            continue;
        }
        if let Some(id) = &detail.id {
            named.insert(id.clone());
        }
        let (answer, why) = match check.outcome {
            Outcome::Pass | Outcome::NotListed => continue,
            Outcome::Fail(_) => (Answer::Fail, Why::OtherAchievement),
            Outcome::Unknown(_) => (Answer::Unknown, Why::AchievementNotShown),
        };
        judged.say(Question::Documents, answer, why);
    }
}

/// Where the credential's issuing stands in the log.
fn placed<'c>(
    one: &Logged,
    credential: &'c Credential<'_>,
    log: &Log<'_>,
    keys: &mut Keys,
    brought: &Brought,
    (asked, tools): (&Asked<'_>, &Tools<'_>),
) -> Result<Signed<'c>, Why> {
    let issuer = credential.issuer().unwrap_or_default();
    if !log.speaks_for(issuer) {
        return Err(Why::OtherDomain);
    }
    let entry = issued(one, issuer, keys, tools.crypto);
    let entry = entry.filter(|entry| log.has_entry(entry, &one.entry));
    let entry = entry.ok_or(Why::NotInLog)?;
    keys.shown_up_to(issuer, one.keys);
    let index = one.entry.index;
    let seen = |seen| log.seen(&entry, index, seen, asked, tools);
    let seen = one.witnessed.as_ref().and_then(seen).unwrap_or_default();
    let anchored = earliest(&one.anchors, log, &entry, index, asked, tools.tree);
    let by = match &anchored {
        Some(Ok((by, _))) => Some(*by),
        _ => None,
    };
    Ok(Signed {
        issuer,
        methods: Vec::new(),
        index,
        keys: one.keys,
        seen: [seen.enough, by].into_iter().flatten().min(),
        stated: or_seen(anchored, seen.first),
        document: brought.document_of(issuer, tools),
    })
}

/// Whether the credential's issuing is in the log, by the moment that was asked for, and in the window of its key.
fn entered(judged: &mut Judged, place: Option<Result<Signed<'_>, Why>>, keys: &Keys, late: bool) {
    let signed = match place.unwrap_or(Err(Why::Checkpoint)) {
        Ok(signed) => signed,
        Err(why) => return judged.say(Question::Entered, Answer::Fail, why),
    };
    match late {
        true => judged.say(Question::Entered, Answer::Unknown, Why::SeenLater),
        false => judged.pass(Question::Entered),
    }
    match keys.in_use(&signed) {
        Ok(()) => judged.pass(Question::Key),
        Err((answer, why)) => judged.say(Question::Key, answer, why),
    }
}

/// Whether it was withdrawn, as of the moments at which the lists that it stands in were signed: the earliest of them is told.
fn status(
    judged: &mut Judged,
    now: &Report,
    at: impl Fn(Timestamp) -> Report,
    sight: Sight,
    asked: &Asked<'_>,
) {
    let Some(outcome) = now.outcome(CheckKind::Status) else {
        return; // It cannot be withdrawn, and says so.
    };
    if asked.status_at && is_stale(outcome) {
        judged.say(Question::Status, Answer::Unknown, Why::Stale);
        return;
    }
    let latest = asked.at.plus_millis(CLOCK_SKEW_MS);
    let (mut then, mut as_of, mut dated) = (Vec::new(), Vec::new(), None);
    for check in now.of(CheckKind::Status) {
        let (from, until) = match &check.detail {
            Detail::Status(detail) => (detail.list_from, detail.list_until),
            _ => (None, None),
        };
        let from = from.filter(|from| *from <= latest);
        as_of.push(from);
        // What nobody can have seen yet does not tell how it was then, nor what nobody had seen while it stood.
        if from.is_some_and(|from| sight.is_before(from)) {
            dated = Some(Why::Ahead);
        } else if asked.status_at && until.is_some_and(|until| sight.is_behind(until)) {
            dated = Some(Why::SeenLater);
        }
        then.push(match from {
            // Each as of its own list: one that was signed later has nothing to say of the time before.
            Some(from) if is_stale(check.outcome) && !asked.status_at => {
                let then = at(from);
                let same = then
                    .of(CheckKind::Status)
                    .find(|one| one.path == check.path);
                same.map_or(check.outcome, |same| same.outcome)
            }
            _ => check.outcome,
        });
    }
    let as_of: Option<Vec<_>> = as_of.into_iter().collect();
    let as_of = as_of.and_then(|all| all.into_iter().min());
    let fail = then.iter().find(|one| matches!(one, Outcome::Fail(_)));
    let pass = |one: &&Outcome| **one == Outcome::Pass;
    let other = then.iter().find(|one| !pass(one));
    match fail.or(other).unwrap_or(&Outcome::Pass) {
        Outcome::Pass => {
            if let Some(why) = dated {
                judged.say(Question::Status, Answer::Unknown, why);
                return;
            }
            let age = |from: Timestamp| asked.at.unix_millis() - from.unix_millis();
            let most = asked.status_max_age_millis;
            if most.is_some_and(|most| as_of.is_none_or(|from| age(from) > most)) {
                judged.say(Question::Status, Answer::Unknown, Why::TooOld);
                return;
            }
            // Of several credentials the oldest answer is what holds for all.
            judged.status_as_of = sooner(judged.status_as_of, as_of);
            judged.pass(Question::Status);
        }
        Outcome::Fail(fault) => {
            judged.say(Question::Status, Answer::Fail, Why::Status(*fault));
        }
        Outcome::Unknown(fault) => {
            judged.say(Question::Status, Answer::Unknown, Why::Status(*fault));
        }
        Outcome::NotListed => judged.say(Question::Status, Answer::Unknown, Why::Stale),
    }
}

fn sooner(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

fn is_stale(outcome: Outcome) -> bool {
    outcome == Outcome::Unknown(Fault::StatusListStale)
}

/// Until when a credential says that it is valid.
pub(crate) fn valid_until(report: &Report) -> Option<Timestamp> {
    report.checks.iter().find_map(|check| match &check.detail {
        Detail::Validity(dates) => dates.valid_until,
        _ => None,
    })
}

pub(crate) fn worst(report: &Report, kinds: &[CheckKind]) -> (Answer, Option<Fault>) {
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

/// The verification methods of the proofs that hold; where none does, of those that there are.
fn methods(report: &Report) -> Vec<String> {
    let named = |holds: bool| {
        let proofs = report.of(CheckKind::Proof);
        let proofs = proofs.filter(|check| !holds || check.outcome == Outcome::Pass);
        let named = proofs.filter_map(|check| match &check.detail {
            Detail::Proof(proof) => proof.verification_method.clone(),
            _ => None,
        });
        named.collect::<Vec<_>>()
    };
    let holding = named(true);
    match holding.is_empty() {
        true => named(false),
        false => holding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_moments_the_sooner_counts_and_of_one_the_other() {
        let at = |text: &str| Some(Timestamp::parse(text).unwrap());
        let (early, late) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:01Z"));
        assert_eq!(sooner(early, late), early);
        assert_eq!(sooner(late, early), early);
        assert_eq!(sooner(None, late), late);
        assert_eq!(sooner(late, None), late);
        assert_eq!(sooner(None, None), None);
    }
}
