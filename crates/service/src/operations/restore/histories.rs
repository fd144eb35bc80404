//! The histories of DIDs (`did:webvh`): what was published of them since the backup is taken over, or nothing is added to them.

use touchstone_store::StoreError;
use tracing::warn;

use super::Forgone;
use crate::{
    World,
    logging::key_events_ahead,
    operations::did_history::{self, Outside},
};

/// What was learned of the histories of DIDs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Histories {
    /// Lines that were published since the backup.
    pub lines: usize,
    /// DIDs whose history nobody could show.
    pub unread: Vec<String>,
    /// Those that whoever restores does without.
    pub without: Vec<String>,
    /// DIDs of whose history the log has more than can be had.
    pub behind: Vec<String>,
    /// DIDs that were published with another past than this database has.
    pub forked: Vec<String>,
}

impl Histories {
    /// What it still waits for, in words.
    pub fn waits_for(&self) -> Option<String> {
        let mut words = Vec::new();
        let mut say = |dids: &[String], what: &str| {
            if !dids.is_empty() {
                words.push(format!("{what}: {}", dids.join(", ")));
            }
        };
        say(
            &self.unread,
            "nobody could say how far the history of a DID was published (did.jsonl)",
        );
        say(
            &self.behind,
            "the log has more of the history of a DID than can be read (did.jsonl)",
        );
        say(
            &self.forked,
            "the published history of a DID is not that of this database, and no other is continued",
        );
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// Learns of each. A history that nobody can show is done without where the log is: then whoever restores says that nothing was published since.
pub(super) async fn learn(
    world: &World,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    without: Forgone,
) -> Result<Histories, StoreError> {
    let mut learned = Histories::default();
    let mut ahead = None;
    for institution in world.store.read().institutions().await? {
        let Some(did) = did_history::webvh_of(&institution) else {
            continue;
        };
        if ahead.is_none() {
            ahead = match key_events_ahead(world).await {
                Ok(entries) => Some(entries),
                Err(error) => {
                    warn!(%error, "what the log says of the histories of DIDs was not read");
                    learned.behind.push(did.to_owned());
                    continue;
                }
            };
        }
        let ahead = ahead.as_deref().unwrap_or_default();
        match did_history::learn(world, &institution, at_hand, ahead).await? {
            None => {}
            Some(Outside::Known(lines)) => learned.lines += lines,
            Some(Outside::Unread) if without.log => learned.without.push(did.to_owned()),
            Some(Outside::Unread) => learned.unread.push(did.to_owned()),
            Some(Outside::Behind) => learned.behind.push(did.to_owned()),
            Some(Outside::Forked) => learned.forked.push(did.to_owned()),
        }
    }
    Ok(learned)
}
