//! Status lists in memory: what the issuer of `bitstring-status-list` issues has a place in both, and can lose its standing.
//!
//! [Bitstring Status List §2 and §3](https://www.w3.org/TR/vc-bitstring-status-list/). A list is computed and signed when it is
//! asked for.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{MutexGuard, PoisonError},
};

use touchstone_vc::{
    DAY_MS, Securing,
    json::{Object, Value},
    model::StatusPurpose,
    status::bitstring::{Bits, MIN_ENTRIES, StatusList},
};

use super::{Conformance, INSTANCES, Instance, IssueError, SecureError};

/// What is withdrawn and paused, and whose place is which.
pub(super) struct Lists {
    revoked: Bits,
    suspended: Bits,
    places: BTreeSet<u64>,
    by_credential: HashMap<String, u64>,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            revoked: Bits::new(MIN_ENTRIES),
            suspended: Bits::new(MIN_ENTRIES),
            places: BTreeSet::new(),
            by_credential: HashMap::new(),
        }
    }
}

/// Withdraws or pauses the credential called `id`, or takes that back.
pub fn set_status(
    room: &Conformance,
    id: &str,
    purpose: StatusPurpose,
    status: bool,
) -> Result<(), StatusError> {
    let mut lists = lists(room);
    let place = lists.by_credential.get(id).copied();
    let place = place.ok_or(StatusError::NoSuchCredential)?;
    let bits = match purpose {
        StatusPurpose::Revocation => &mut lists.revoked,
        StatusPurpose::Suspension => &mut lists.suspended,
    };
    bits.set(place, status).ok_or(StatusError::NoSuchCredential)
}

/// The list for `purpose` as it stands now, signed. `None` if `instance` has no lists.
pub fn status_list(
    room: &Conformance,
    instance: &Instance,
    purpose: StatusPurpose,
) -> Result<Option<Value<'static>>, SecureError> {
    if !instance.has_status {
        return Ok(None);
    }
    let bits = match purpose {
        StatusPurpose::Revocation => lists(room).revoked.clone(),
        StatusPurpose::Suspension => lists(room).suspended.clone(),
    };
    let now = room.world.clock.now().whole_seconds();
    let list = StatusList {
        id: address(room, instance, purpose),
        issuer: room.issuer(instance.curve),
        purpose,
        valid_from: now,
        valid_until: now.plus_millis(VALID_MS),
        ttl_millis: TTL_MS,
        bits,
    };
    let method = room.verification_method(instance.curve);
    let securing = Securing::assertion(instance.suite, instance.curve, &method, now);
    room.secure(&list.unsigned(), &securing).map(Some)
}

/// The list that stands at `url`, if it is one of these.
pub(super) fn at(room: &Conformance, url: &str) -> Result<Option<Value<'static>>, SecureError> {
    for instance in INSTANCES.iter().filter(|instance| instance.has_status) {
        for purpose in PURPOSES {
            if address(room, instance, purpose) == url {
                return status_list(room, instance, purpose);
            }
        }
    }
    Ok(None)
}

/// Gives a credential a place in both lists and writes it down in the credential, beside what it has.
pub(super) fn give_place(
    room: &Conformance,
    instance: &Instance,
    document: &mut Value<'static>,
) -> Result<(), IssueError> {
    let id = document.get("id").and_then(Value::as_str);
    let place = place(room, id)?;
    let mut entries = document
        .get("credentialStatus")
        .map_or(&[][..], Value::items)
        .to_vec();
    for purpose in PURPOSES {
        let list = address(room, instance, purpose);
        let mut entry = Object::new();
        entry.insert("id", format!("{list}#{place}"));
        entry.insert("type", "BitstringStatusListEntry");
        entry.insert("statusPurpose", purpose.as_str());
        entry.insert("statusListIndex", place.to_string());
        entry.insert("statusListCredential", list);
        entries.push(entry.into());
    }
    let object = document.as_object_mut();
    let object = object.expect("what the data model accepts is an object");
    object.insert("credentialStatus", entries);
    Ok(())
}

/// A free place, by chance, so that places tell nothing; a credential of the same name keeps its place.
fn place(room: &Conformance, id: Option<&str>) -> Result<u64, IssueError> {
    let mut lists = lists(room);
    if let Some(known) = id.and_then(|id| lists.by_credential.get(id)) {
        return Ok(*known);
    }
    if lists.places.len() >= MOST_PLACES {
        return Err(IssueError::ListsFull);
    }
    let place = loop {
        let place = u64::from_le_bytes(room.world.rng.bytes()) % MIN_ENTRIES;
        if lists.places.insert(place) {
            break place;
        }
    };
    if let Some(id) = id {
        lists.by_credential.insert(id.to_owned(), place);
    }
    Ok(place)
}

fn address(room: &Conformance, instance: &Instance, purpose: StatusPurpose) -> String {
    room.link(&format!("{}/lists/{}", instance.path(), purpose.as_str()))
}

/// A handler that panicked left the lists as they were between two steps, which harms no list.
fn lists(room: &Conformance) -> MutexGuard<'_, Lists> {
    room.lists.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a status was not set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StatusError {
    /// No credential of this name was issued with a status here.
    #[error("no credential with this id was issued with a status here")]
    NoSuchCredential,
}

const PURPOSES: [StatusPurpose; 2] = [StatusPurpose::Revocation, StatusPurpose::Suspension];
/// Half of a list: a free place is found in two tries.
const MOST_PLACES: usize = 65_536;
const VALID_MS: i64 = DAY_MS;
/// Readers come back at once: suites set a status and look.
const TTL_MS: u64 = 1_000;
