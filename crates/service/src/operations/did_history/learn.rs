//! After an older backup was restored: the lines that were published since.
//!
//! **Invariant (threat 44):** a history that is not known to its end is not continued. What was published is ours by its own proof: whoever
//! shows it needs no trust. The log says whether there is more than anybody shows.

use touchstone_store::{DidVersionRow, InstitutionRow, StoreError};
use touchstone_vc::{Timestamp, did, json::Value, log::Entry};

use super::{published, read, sign::line, signing, webvh_of};
use crate::World;

/// What can be had of a history outside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::operations) enum Outside {
    /// Everything that was published is known; so many lines were news.
    Known(usize),
    /// Nobody could show it, or what is shown is no history of this DID.
    Unread,
    /// The log has more of it than can be had.
    Behind,
    /// It was published with another past than is known here.
    Forked,
}

/// Takes in what was published of an institution's history since. `None` where its DID has none. `ahead` is what the log has that this database
/// does not know.
pub(in crate::operations) async fn learn(
    world: &World,
    institution: &InstitutionRow,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    ahead: &[Entry],
) -> Result<Option<Outside>, StoreError> {
    let Some(did) = webvh_of(institution) else {
        return Ok(None);
    };
    let versions = world.store.read().did_versions(&institution.id).await?;
    let here = published(&versions);
    let Some(outside) = &outside(world, did, at_hand).await else {
        // Nobody shows it; whether there is more the log may still say.
        return Ok(Some(match is_behind(world, did, &here, ahead) {
            true => Outside::Behind,
            false => Outside::Unread,
        }));
    };
    let longer = match (
        outside.strip_prefix(&here[..]),
        here.strip_prefix(&outside[..]),
    ) {
        (Some(_), _) => outside,
        // A static host that was not brought up to date.
        (None, Some(_)) => &here,
        (None, None) => return Ok(Some(Outside::Forked)),
    };
    if is_behind(world, did, longer, ahead) {
        return Ok(Some(Outside::Behind));
    }
    let news: Vec<&[u8]> = longer[here.len()..]
        .split_inclusive(|byte| *byte == b'\n')
        .collect();
    let first = versions.iter().take_while(|row| row.line.is_some()).count();
    let at = world.clock.now();
    let rows = (first + 1..).zip(&news).map(|(number, line)| {
        let entry = Value::parse(line).ok()?;
        let time = entry.get("versionTime").and_then(Value::as_str)?;
        Some(DidVersionRow {
            tenant: institution.id.clone(),
            number: i64::try_from(number).ok()?,
            at: Timestamp::parse(time).ok()?.unix_millis(),
            document: entry.get("state")?.to_string(),
            line: Some(line.to_vec()),
        })
    });
    let Some(rows) = rows.collect::<Option<Vec<_>>>() else {
        return Ok(Some(Outside::Unread));
    };
    let rows = &rows;
    let job = &signing(world, &institution.id, at);
    world
        .store
        .write(|mut tx| async move {
            for row in rows {
                tx.learn_did_version(row.clone()).await?;
            }
            if let Some(last) = rows.last() {
                // This database has no entry of it.
                tx.outbox([line(&last.tenant, last.number, at.unix_millis())])
                    .await?;
            }
            tx.enqueue(job.clone()).await
        })
        .await?;
    Ok(Some(Outside::Known(rows.len())))
}

/// What is published: the longest that is a history of this DID. It ends each line.
async fn outside(
    world: &World,
    did: &str,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Option<Vec<u8>> {
    let url = did::document_url(did)?;
    let fetched = world.fetch.fetch(&url).await.ok();
    let found = [at_hand(&url), fetched.map(|fetched| fetched.bytes)];
    let histories = found
        .into_iter()
        .flatten()
        .filter(|log| log.ends_with(b"\n") && read(world, did, log, world.clock.now()).is_ok());
    histories.max_by_key(Vec::len)
}

/// Whether the log has a state of this history that is none of those that are known.
fn is_behind(world: &World, did: &str, log: &[u8], ahead: &[Entry]) -> bool {
    let ends = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let known: Vec<[u8; 32]> = ends
        .filter_map(|(end, _)| log.get(..=end))
        .map(world.crypto.sha256)
        .collect();
    ahead.iter().any(|entry| match entry {
        Entry::DidDocument { did: of, sha256 } => of == did && !known.contains(sha256),
        _ => false,
    })
}
