//! Did the issuer withdraw or pause it?
//!
//! [Bitstring Status List §3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm). A list counts only
//! if its own proof holds, the credential's issuer signed it, and it is neither too old nor too new. Everything
//! else is *unknown*, with the reason.

use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{MAX_STATUS_ENTRIES, World, check, issuer, proofs};
use crate::credential::{Credential, items};
use crate::evidence::{Document, Fetched, Resource};
use crate::model::StatusPurpose;
use crate::report::{Check, CheckKind, Detail, Fault, LastGood, Outcome, StatusDetail};
use crate::status::bitstring::{self, Entry};
use crate::time::Timestamp;

/// One check for every status entry; none if the credential offers no status.
pub(super) fn checks(credential: &Credential<'_>, world: &World<'_>) -> Vec<Check> {
    let Some(member) = credential.document().get("credentialStatus") else {
        return Vec::new();
    };
    let entries = credential.status_entries();
    let whole = |fault| {
        let outcome = Outcome::Unknown(fault);
        Vec::from([check(
            CheckKind::Status,
            outcome,
            "/credentialStatus",
            Detail::Status(StatusDetail::default()),
        )])
    };
    // `null` states nothing; an empty set would be a status that went missing.
    if member.is_null() {
        return Vec::new();
    }
    if entries.is_empty() {
        return whole(Fault::StatusEntryMalformed);
    }
    if entries.len() > MAX_STATUS_ENTRIES {
        return whole(Fault::TooComplex);
    }
    entries
        .into_iter()
        .map(|(path, entry)| one(credential, entry, &path, world))
        .collect()
}

fn one(credential: &Credential<'_>, entry: &Value<'_>, path: &str, world: &World<'_>) -> Check {
    let kind = entry
        .get("type")
        .map_or(&[][..], Value::items)
        .iter()
        .find_map(Value::as_str);
    let read = Entry::read(entry);
    let mut detail = StatusDetail {
        kind: kind.map(ToString::to_string),
        purpose: read.purpose.map(ToString::to_string),
        list: read.list.map(ToString::to_string),
        index: read.index,
        ..StatusDetail::default()
    };
    let outcome = outcome(credential, entry, &read, kind, world, &mut detail);
    check(CheckKind::Status, outcome, path, Detail::Status(detail))
}

fn outcome(
    credential: &Credential<'_>,
    entry: &Value<'_>,
    read: &Entry<'_>,
    kind: Option<&str>,
    world: &World<'_>,
    detail: &mut StatusDetail,
) -> Outcome {
    match kind {
        None => return Outcome::Unknown(Fault::StatusEntryMalformed),
        Some(_) if !Entry::is(entry) => return Outcome::Unknown(Fault::StatusUnsupported),
        Some(_) => {}
    }
    let (Some(purpose), Some(url), Some(index)) = (read.purpose, read.list, read.index) else {
        return Outcome::Unknown(Fault::StatusEntryMalformed);
    };
    let one_bit = entry
        .get("statusSize")
        .is_none_or(|size| size.as_i64() == Some(1));
    let Some(meaning) = StatusPurpose::parse(purpose).filter(|_| one_bit) else {
        return Outcome::Unknown(Fault::StatusUnsupported);
    };
    let wanted = Wanted {
        url,
        purpose,
        index,
        issuer: credential.issuer(),
    };
    match world.evidence.get(&Resource::StatusList(url.to_string())) {
        None => Outcome::Unknown(Fault::StatusListMissing),
        Some(Document::Unreachable { why, last_good }) => {
            detail.unreachable = Some(*why);
            detail.last_good = last_good.as_ref().and_then(|copy| {
                // Judged as of when it was fetched: what did it say then?
                let then = World {
                    at: copy.fetched_at,
                    ..*world
                };
                let set = wanted
                    .read(copy, &then, &mut StatusDetail::default())
                    .ok()?;
                Some(LastGood {
                    at: copy.fetched_at,
                    set,
                })
            });
            Outcome::Unknown(Fault::StatusListUnreachable)
        }
        Some(Document::Fetched(copy)) => match (wanted.read(copy, world, detail), meaning) {
            (Err(fault), _) => Outcome::Unknown(fault),
            (Ok(false), _) => Outcome::Pass,
            (Ok(true), StatusPurpose::Revocation) => Outcome::Fail(Fault::Revoked),
            (Ok(true), StatusPurpose::Suspension) => Outcome::Fail(Fault::Suspended),
        },
    }
}

/// What a status entry points to.
struct Wanted<'v> {
    url: &'v str,
    purpose: &'v str,
    index: u64,
    issuer: Option<&'v str>,
}

impl Wanted<'_> {
    /// Whether the bit is set in a list that can be trusted.
    fn read(
        &self,
        copy: &Fetched,
        world: &World<'_>,
        detail: &mut StatusDetail,
    ) -> Result<bool, Fault> {
        detail.fetched_at = Some(copy.fetched_at);
        let list = Value::parse(&copy.bytes).map_err(|_| Fault::StatusListMalformed)?;
        let list = Credential::from_value(list).map_err(|_| Fault::StatusListMalformed)?;
        let from = list.valid_from().map_err(|_| Fault::StatusListMalformed)?;
        let until = list.valid_until().map_err(|_| Fault::StatusListMalformed)?;
        (detail.list_from, detail.list_until) = (from, until);
        if list.issuer().is_none() || list.issuer() != self.issuer {
            return Err(Fault::StatusListForeign);
        }
        proven(&list, world)?;
        if from.is_some_and(|from| from > world.at.plus_millis(CLOCK_SKEW_MILLIS)) {
            return Err(Fault::StatusListNotYetValid);
        }
        if stale(&list, until, copy.fetched_at, world.at) {
            return Err(Fault::StatusListStale);
        }
        bitstring::entry(list.document(), self.url, self.purpose, self.index)
    }
}

/// Whether the list's own proof holds and was made by its issuer.
fn proven(list: &Credential<'_>, world: &World<'_>) -> Result<(), Fault> {
    let judged = proofs::judge(list, world);
    let good = judged.iter().any(|proof| proof.holds == Outcome::Pass);
    let bad = judged
        .iter()
        .any(|proof| matches!(proof.holds, Outcome::Fail(_)));
    if !good || bad {
        return Err(Fault::StatusListUnproven);
    }
    match issuer::check(list, &judged).outcome {
        Outcome::Pass => Ok(()),
        Outcome::Fail(Fault::ControllerMismatch) => Err(Fault::StatusListForeign),
        _ => Err(Fault::StatusListUnproven),
    }
}

/// Whether a list is too old to say anything about now.
///
/// Its own end decides. A list without an end is good for its `ttl`, and for a day at least.
fn stale(
    list: &Credential<'_>,
    until: Option<Timestamp>,
    fetched_at: Timestamp,
    at: Timestamp,
) -> bool {
    if let Some(until) = until {
        return until < at;
    }
    let subject = items(list.document(), "credentialSubject").first();
    let ttl = subject
        .and_then(|subject| subject.get("ttl")?.as_i64())
        .unwrap_or(0);
    fetched_at.plus_millis(ttl.clamp(DAY_MILLIS, 30 * DAY_MILLIS)) < at
}

const CLOCK_SKEW_MILLIS: i64 = 5 * 60 * 1000;
const DAY_MILLIS: i64 = 86_400_000;
