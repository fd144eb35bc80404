//! Did the issuer withdraw or pause it?
//!
//! [Bitstring Status List §3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm). A list that is a
//! credential, as JSON or as a token, counts only if its own proof holds, the credential's issuer signed it, and it is neither too old nor too
//! new. The one kind that is never signed, 1EdTech's, is told as such. Everything else is *unknown*, with the reason.

use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{MAX_STATUS_ENTRIES, World, check, issuer, proofs};
use crate::credential::{Credential, items};
use crate::evidence::{Document, Fetched, Resource, StatusBlock};
use crate::report::{Check, CheckKind, Detail, Fault, LastGood, Outcome, StatusDetail};
use crate::status::{self, Entry, Kind, List, MAX_SIZE, bitstring::MIN_ENTRIES, revocations};
use crate::time::{CLOCK_SKEW_MS, DAY_MS, Timestamp};

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
    let outcome = match (kind, Kind::of(entry)) {
        (None, _) => Outcome::Unknown(Fault::StatusEntryMalformed),
        (Some(_), None) => Outcome::Unknown(Fault::StatusUnsupported),
        (Some(_), Some(kind)) => {
            outcome(credential, kind, &read, world, &mut detail).unwrap_or_else(Outcome::Unknown)
        }
    };
    check(CheckKind::Status, outcome, path, Detail::Status(detail))
}

fn outcome(
    credential: &Credential<'_>,
    kind: Kind,
    entry: &Entry<'_>,
    world: &World<'_>,
    detail: &mut StatusDetail,
) -> Result<Outcome, Fault> {
    let wanted = Wanted::of(credential, kind, entry)?;
    let meaning = Meaning::of(entry)?;
    match world.evidence.get(&Resource::StatusList(wanted.url.into())) {
        None => Err(Fault::StatusListMissing),
        Some(Document::Unreachable { why, last_good }) => {
            detail.unreachable = Some(*why);
            detail.last_good = last_good.as_ref().and_then(|copy| {
                // Judged as of when it was fetched: what did it say then?
                let then = World {
                    at: copy.fetched_at,
                    ..*world
                };
                let value = wanted.read(copy, &then, &mut StatusDetail::default());
                Some(LastGood {
                    at: copy.fetched_at,
                    set: value.ok()? != 0,
                })
            });
            Err(Fault::StatusListUnreachable)
        }
        Some(Document::Fetched(copy)) => {
            let value = wanted.read(copy, world, detail)?;
            Ok(meaning.of_value(value, entry, detail))
        }
        Some(Document::Proven(blocks)) => {
            let value = wanted.read_block(blocks, world, detail)?;
            Ok(meaning.of_value(value, entry, detail))
        }
    }
}

/// What a status says that is not nought.
/// [Bitstring Status List §2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential).
#[derive(Clone, Copy)]
enum Meaning {
    /// Withdrawn for good.
    Revocation,
    /// Paused.
    Suspension,
    /// The issuer has a newer one; this one stands.
    Refresh,
    /// Something in words, which only a reader can judge.
    Message,
}

impl Meaning {
    fn of(entry: &Entry<'_>) -> Result<Self, Fault> {
        let meaning = match entry.purpose {
            Some("revocation") => Self::Revocation,
            Some("suspension") => Self::Suspension,
            Some("refresh") => Self::Refresh,
            Some("message") => Self::Message,
            Some(_) => return Err(Fault::StatusUnsupported),
            None => return Err(Fault::StatusEntryMalformed),
        };
        if entry.size.is_some_and(|size| size > MAX_SIZE) {
            Err(Fault::StatusUnsupported)
        } else if entry.explained() {
            Ok(meaning)
        } else {
            Err(Fault::StatusEntryMalformed)
        }
    }
}

impl Meaning {
    /// What a status comes to, and notes it.
    fn of_value(self, value: u64, entry: &Entry<'_>, detail: &mut StatusDetail) -> Outcome {
        detail.value = Some(value);
        if let Some(message) = entry.message(value) {
            detail.message = Some(message.to_string());
        }
        match (self, value) {
            (_, 0) | (Self::Refresh, _) => Outcome::Pass,
            (Self::Revocation, _) => Outcome::Fail(Fault::Revoked),
            (Self::Suspension, _) => Outcome::Fail(Fault::Suspended),
            (Self::Message, _) => Outcome::Unknown(Fault::StatusMessage),
        }
    }
}

/// What a status entry points to.
struct Wanted<'v> {
    url: &'v str,
    issuer: Option<&'v str>,
    place: Place<'v>,
}

/// Where in a list a credential stands.
enum Place<'v> {
    /// By number.
    Bits {
        kind: Kind,
        purpose: &'v str,
        index: u64,
        size: u32,
    },
    /// By its own identifier.
    Id(&'v str),
}

impl<'v> Wanted<'v> {
    fn of(credential: &'v Credential<'_>, kind: Kind, entry: &Entry<'v>) -> Result<Self, Fault> {
        let malformed = Fault::StatusEntryMalformed;
        let place = match kind {
            Kind::Revocations => Place::Id(credential.id().ok_or(malformed)?),
            Kind::Bitstring | Kind::List2021 => Place::Bits {
                kind,
                purpose: entry.purpose.ok_or(malformed)?,
                index: entry.index.ok_or(malformed)?,
                size: entry.size.ok_or(malformed)?,
            },
        };
        Ok(Self {
            url: entry.list.ok_or(malformed)?,
            issuer: credential.issuer(),
            place,
        })
    }

    /// The status in a list that can be trusted; nought is the one that says nothing.
    fn read(
        &self,
        copy: &Fetched,
        world: &World<'_>,
        detail: &mut StatusDetail,
    ) -> Result<u64, Fault> {
        detail.fetched_at = Some(copy.fetched_at);
        let list = Value::parse(&copy.bytes).ok();
        match self.place {
            Place::Id(id) => {
                let list = list.unwrap_or_default();
                self.listed(id, &list, copy.fetched_at, world, detail)
            }
            Place::Bits {
                kind,
                purpose,
                index,
                size,
            } => {
                let known = world.lists.get(self.url).map(AsRef::as_ref);
                let known = known.filter(|known: &&List| known.is_of(&copy.bytes));
                let list = match list {
                    Some(list) => Credential::from_value(list),
                    // A token is no JSON.
                    None => Credential::parse(&copy.bytes),
                };
                let list = list.map_err(|_| Fault::StatusListMalformed)?;
                let list = self.judged(list, copy.fetched_at, world, known, detail)?;
                let place = (index, size);
                status::read(list.document(), kind, self.url, purpose, place, known)
            }
        }
    }

    /// The status in a part of a list that was proven to be of it, judged as the list itself would be.
    fn read_block(
        &self,
        blocks: &[StatusBlock],
        world: &World<'_>,
        detail: &mut StatusDetail,
    ) -> Result<u64, Fault> {
        let Place::Bits {
            kind: Kind::Bitstring,
            purpose,
            index,
            size: 1,
        } = self.place
        else {
            return Err(Fault::StatusUnsupported);
        };
        // The newest of those that have the entry.
        let having = blocks.iter().filter(|block| block.get(index).is_some());
        let Some(block) = having.max_by_key(|block| block.valid_from) else {
            let outside = blocks.iter().any(|block| index >= block.length);
            return Err(match outside {
                true => Fault::StatusIndexOutside,
                false => Fault::StatusListMissing,
            });
        };
        let (from, until) = (block.valid_from, block.valid_until);
        (detail.list_from, detail.list_until) = (Some(from), Some(until));
        if self.issuer != Some(&block.issuer) {
            return Err(Fault::StatusListForeign);
        }
        if purpose != block.purpose {
            return Err(Fault::StatusListMismatch);
        }
        if from > world.at.plus_millis(CLOCK_SKEW_MS) {
            return Err(Fault::StatusListNotYetValid);
        }
        if until < world.at {
            return Err(Fault::StatusListStale);
        }
        if block.length < MIN_ENTRIES {
            return Err(Fault::StatusListTooShort);
        }
        let set = block.get(index).filter(|_| index < block.length);
        set.map(u64::from).ok_or(Fault::StatusIndexOutside)
    }

    /// Whether an unsigned list names the credential.
    fn listed(
        &self,
        id: &str,
        list: &Value<'_>,
        fetched_at: Timestamp,
        world: &World<'_>,
        detail: &mut StatusDetail,
    ) -> Result<u64, Fault> {
        let found = revocations::read(list, self.issuer, id)?;
        detail.unsigned = true;
        // What was withdrawn stays so; that something is not on a list is only known for as long as the list is fresh.
        if !found.set && fetched_at.plus_millis(DAY_MS) < world.at {
            return Err(Fault::StatusListStale);
        }
        detail.message = found.reason;
        Ok(u64::from(found.set))
    }

    /// A list that is a credential, once its issuer, its proof and its dates have been judged.
    fn judged<'a>(
        &self,
        list: Credential<'a>,
        fetched_at: Timestamp,
        world: &World<'_>,
        known: Option<&List>,
        detail: &mut StatusDetail,
    ) -> Result<Credential<'a>, Fault> {
        let from = list.valid_from().map_err(|_| Fault::StatusListMalformed)?;
        let until = list.valid_until().map_err(|_| Fault::StatusListMalformed)?;
        (detail.list_from, detail.list_until) = (from, until);
        if list.issuer().is_none() || list.issuer() != self.issuer {
            return Err(Fault::StatusListForeign);
        }
        proven(&list, world, known)?;
        if from.is_some_and(|from| from > world.at.plus_millis(CLOCK_SKEW_MS)) {
            return Err(Fault::StatusListNotYetValid);
        }
        if stale(&list, until, fetched_at, world.at) {
            return Err(Fault::StatusListStale);
        }
        Ok(list)
    }
}

/// Whether the list's own proof holds and was made by its issuer.
fn proven(list: &Credential<'_>, world: &World<'_>, known: Option<&List>) -> Result<(), Fault> {
    let secured = proofs::Secured {
        known,
        ..proofs::Secured::credential(list)
    };
    let judged = proofs::judge(&secured, world);
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
    fetched_at.plus_millis(ttl.clamp(DAY_MS, 30 * DAY_MS)) < at
}
