//! What an institution is called: before it moved, in its history, and as its DID resolves.

use anyhow::Result;
use touchstone_service::{
    World,
    operations::{did_history::HistoryStanding, moving::former},
    verifying::{Resolution, Resolved},
};
use touchstone_store::InstitutionRow;

use super::{Finding, ill, now, well};

/// What an institution was called before, and what has to stay there.
pub(super) async fn moved(world: &World, institution: &InstitutionRow) -> Result<Vec<Finding>> {
    let former = former(world, &institution.id).await?.into_iter();
    let told = former.map(|one| {
        well(
            "moved",
            format!(
                "{} was {} until {}; what was issued then is checked at {}, so its documents must stay there (`touchstone publish` writes \
                 them)",
                institution.name, one.did, one.moved_at, one.public_url
            ),
        )
    });
    Ok(told.collect())
}

/// Whether the history of a DID holds, and can go on.
pub(super) fn history(name: &str, found: &HistoryStanding) -> Finding {
    let read = match &found.read {
        Ok(read) => read,
        Err(why) => {
            return ill(
                "DID history",
                format!(
                    "{name}: {} does not hold: {why}. Nothing is added to it; if the database was altered, restore it from a backup",
                    found.path
                ),
            );
        }
    };
    let next = match &found.next {
        Ok("file") => "in the key folder",
        Ok(_) => "in the security module",
        Err(error) => return ill("DID history", format!("{name}: {error}")),
    };
    let seconds = found.waits_since.map_or(0, |since| {
        (now().unix_millis() - since.unix_millis()) / 1_000
    });
    match found.waiting {
        0 if found.used_percent >= 50 => ill(
            "DID history",
            format!(
                "{name}: {} needs {} % of what its readers take; from 75 % on no key is made, so that there is room for giving keys up. Rotate more \
                 rarely (keys.rotate_after_days), and found an institution anew before it is full",
                found.path, found.used_percent
            ),
        ),
        0 => well(
            "DID history",
            format!(
                "{name}: {} versions in {}; the key of the next is {next}",
                read.versions, found.path
            ),
        ),
        waiting if seconds < 60 => well(
            "DID history",
            format!("{name}: {waiting} versions are about to be signed"),
        ),
        waiting => ill(
            "DID history",
            format!(
                "{name}: {waiting} changes of keys have waited for {seconds} s to be signed into {}, so others do not see them yet; is `touchstone \
                 serve` or `touchstone work` running?",
                found.path
            ),
        ),
    }
}

/// What the institution's DID resolved to, where that is looked at.
pub(super) fn document(name: &str, did: &str, found: &Resolved) -> Option<Finding> {
    let (at, since) = (found.at, found.since);
    if !found.is_watched {
        // Nothing takes it back where nobody looks, so it is told as what it is: how it was.
        return found.what.is_alarm().then(|| {
            ill(
                "DID document",
                format!(
                    "{name}: when {did} was looked at last, at {at}, it resolved to a document that is not the one published here, and nobody has \
                     looked since: set keys.compare_documents_minutes, or see for yourself what stands there"
                ),
            )
        });
    }
    Some(match (found.what, &found.unread) {
        (Resolution::Foreign, _) => ill(
            "DID document",
            format!(
                "ALARM: {name}: {did} resolves since {since} to a document that was never published here (SHA-256 {}): somebody else put it \
                 there. Find out who answers for the domain and its server, and publish the right one again",
                found.sha256.as_deref().unwrap_or("unknown")
            ),
        ),
        (Resolution::GivenUp, _) => ill(
            "DID document",
            format!(
                "ALARM: {name}: {did} resolves since {since} to a document from before a key was given up, in which that key counts: whoever has \
                 it can sign in your name. Publish the new one to where it is served; if it is there, find out who answers for the domain"
            ),
        ),
        (_, Some(why)) => ill(
            "DID document",
            format!("{name}: {did} could not be resolved at {at}: {why}"),
        ),
        (Resolution::Older, None) => ill(
            "DID document",
            format!(
                "{name}: {did} resolves since {since} to an earlier document: publish the new one to where it is served"
            ),
        ),
        (Resolution::Ours, None) => well("DID document", format!("{did} resolved to ours at {at}")),
        (Resolution::Unread, None) => return None,
    })
}
