//! After an older database was restored: learn what was published since, before anything is changed again.
//!
//! **Invariant (threats 32, 36):** what the world was told is withdrawn stays withdrawn, and no position of a status list that
//! may have been given since the backup is given a second time: every list that was in use is closed to new credentials.
//! Until then the installation is opened read-only, and shows no checkpoint of its log. Lists that were opened since the backup are looked for as well, and no number of a
//! list that may have been published is given a second time.

mod begun;
mod histories;
mod later;
mod published;

use std::{collections::BTreeMap, sync::Mutex};

use serde_json::json;
use touchstone_store::{
    AuditLine, InstitutionRow, StatusListRow, StatusPurpose, Store, StoreError, TenantId, Tx,
};
use touchstone_vc::{Timestamp, status::bitstring::Bits};

pub use begun::Begun;
pub use histories::Histories;
pub(crate) use later::{next_number, number_lists_anew};

use published::{Read, Sources, published};
use tracing::warn;

use crate::{
    World,
    logging::{self, Kept, Learned, ListsAhead, LogError},
    operations::{
        Job,
        audit::Decision,
        did_history,
        moving::{name_of, names},
        signing_key::{RelearnError, relearn},
    },
    witnessing,
};

/// Whether a restored database still waits for [`reconcile()`].
#[crate::boxed]
pub async fn is_restored(store: &Store) -> Result<bool, StoreError> {
    let since = store.read().setting(RESTORED).await?;
    Ok(since.is_some_and(|since| !since.is_empty()))
}

/// Notes that this database was restored from a backup; what was noted of a restore that is not open yet is added to. From here on it is opened
/// read-only, and vouches as a witness for no log of which nobody has confirmed how far it was cosigned: that mark stays for good.
#[crate::boxed]
pub async fn mark_restored(store: &Store, now: Timestamp, begun: &Begun) -> Result<(), StoreError> {
    store
        .write(|mut tx| async move { mark(&mut tx, now, begun).await })
        .await
}

/// Notes that an older database was put back and nobody said so: the files of the log tell. `why` is what they tell.
pub(crate) async fn mark_found_older(
    tx: &mut Tx,
    now: Timestamp,
    why: &str,
) -> Result<(), StoreError> {
    let begun = &Begun {
        actor: FOUND_BY.into(),
        database_restored: true,
        shares: None,
    };
    mark(tx, now, begun).await?;
    tx.set_setting(WAITS_FOR, why).await
}

async fn mark(tx: &mut Tx, now: Timestamp, begun: &Begun) -> Result<(), StoreError> {
    let since = &now.to_string();
    let before = tx.setting(BEGUN).await?;
    let begun = begun.going_on(before.as_deref());
    tx.set_setting(BEGUN, &json!(begun).to_string()).await?;
    tx.set_setting(witnessing::MARK, since).await?;
    tx.set_setting(RESTORED, since).await
}

/// What a restored database still waits for, in words. `None` where nobody has looked yet.
#[crate::boxed]
pub async fn waits_for(store: &Store) -> Result<Option<String>, StoreError> {
    let words = store.read().setting(WAITS_FOR).await?;
    Ok(words.filter(|words| !words.is_empty()))
}

/// What whoever restores does without, because it is lost for good.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Forgone {
    /// Published status lists: what was withdrawn in them since the backup is forgotten.
    pub lists: bool,
    /// The published log: whoever restores says that it went no further than the backup.
    pub log: bool,
}

/// Learns from the published status lists what was withdrawn or paused since, and closes the lists that were in use.
///
/// A list is looked for among the documents `at_hand` (by address) and at its public address, and held against what the log has of it. The installation
/// stays read-only while the last of any list cannot be read, unless the caller does without them; and while nobody can say how far the log had come by
/// then (threat 47), unless the caller knows. Where somebody has seen more of the log than can be had, nobody can do without.
#[crate::boxed]
pub async fn reconcile(
    world: &World,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    actor: &str,
    without: Forgone,
) -> Result<Reconciled, StoreError> {
    // The log first: nothing is written that it would have to hold until it is known how far it had come.
    let kept = kept(world).await?;
    let mut learned = Reconciled {
        log: log(world, at_hand, &kept).await?,
        unasked: kept.unasked,
        ..Reconciled::default()
    };
    let log_waits = match learned.log {
        Learned::Unknown { .. } => !without.log,
        _ => !learned.log.is_enough(),
    };
    // Before anything is changed here: documents that wait to be entered are those of now.
    let mut adoption = match log_waits {
        true => None,
        false => {
            let ahead = logging::ahead_of_database(world).await;
            read(ahead, &mut learned)?.flatten()
        }
    };
    let ahead = lists_ahead(world, log_waits).await?;
    let ahead = ahead.as_ref();
    let sources = &Sources {
        at_hand,
        ahead,
        silent: Mutex::default(),
    };
    let mut changes = Vec::new();
    let reader = world.store.read();
    let (mut new, mut floors) = (Vec::new(), Vec::new());
    let mut not_read: BTreeMap<TenantId, NotRead> = BTreeMap::new();
    for institution in reader.institutions().await? {
        let known = reader.status_lists(&institution.id).await?;
        let names = names(world, &reader, &institution).await?;
        let later = later::look(world, &institution, &known, sources).await?;
        let mut own = NotRead {
            lists: later.unread,
            unsure: later.unsure,
        };
        // The number of a list that is done without is not given again either.
        if own.unsure.is_some() || !own.lists.is_empty() {
            floors.push(institution.id.clone());
        }
        learned.unsure.extend(own.unsure.clone());
        for (list, bits) in later.found {
            new.push((institution.clone(), list, bits));
        }
        for list in known {
            let Some(name) = name_of(&names, list.number) else {
                continue; // Without a DID it published none.
            };
            let url = name.link(&format!("/i/{}/status/{}", institution.slug, list.number));
            let before = reader.publication(&list.id).await?;
            if before.is_none() && list.used_count == 0 && !sources.have_ahead(&url) {
                continue; // Never given, never published: nothing to learn and nothing to close.
            }
            let before = before.as_ref();
            let bits = match published(world, &institution, name, &url, before, sources).await? {
                Read::Last(found) => found.bits,
                // Where it is done without the last, this is the most that is known.
                Read::Older(found) => {
                    own.lists.push(url);
                    found.bits
                }
                Read::NotOurs | Read::Nothing | Read::NoAnswer => {
                    own.lists.push(url);
                    None
                }
            };
            changes.push((institution.clone(), list, bits));
        }
        learned.unread.extend_from_slice(&own.lists);
        not_read.insert(institution.id, own);
    }
    let lists_wait = !without.lists && !learned.unread.is_empty();
    learned.waits_for_lists = lists_wait;
    learned.waits_for_log = log_waits;
    if !log_waits {
        learned.histories = histories::learn(world, at_hand, without).await?;
    }
    let histories_wait = learned.histories.waits_for().is_some();
    if !lists_wait && !log_waits && !histories_wait {
        // What became of keys since: one that was ended signs nothing here either.
        match relearn(world).await {
            Ok(keys) => learned.keys = keys,
            Err(RelearnError::Store(error)) => return Err(error),
            Err(error) => {
                warn!(%error, "what became of signing keys since was not taken over");
                learned.cannot_take_over(&error);
            }
        }
        if let Some(found) = &mut adoption {
            let placed = found.place_learnt(world).await;
            read(placed, &mut learned)?;
        }
    }
    let is_ahead = learned.waits_for_what_is_ahead.is_some();
    if lists_wait || log_waits || histories_wait || is_ahead {
        let words = &learned.waits_for();
        world
            .store
            .write(|mut tx| async move { tx.set_setting(WAITS_FOR, words).await })
            .await?;
        return Ok(learned);
    }
    for (institution, list, bits) in &changes {
        let change = change(world, list, bits.as_ref()).await?;
        learned.lists += 1;
        learned.withdrawn += change.withdraw.len() + change.force.len();
        learned.paused += change.pause.len();
        learned.reinstated += change.reinstate.len();
        let change = &change;
        world
            .store
            .write(|mut tx| async move { change.write(world, &mut tx, institution, list).await })
            .await?;
    }
    for (institution, list, bits) in &new {
        learned.later += 1;
        world
            .store
            .write(|mut tx| async move { take_in(world, &mut tx, institution, list, bits).await })
            .await?;
    }
    let adoption = &adoption;
    let (floors, floor) = (&floors, &later::floor(world).to_string());
    let (told, not_read) = (&learned, &not_read);
    world
        .store
        .write(|mut tx| async move {
            for tenant in floors {
                tx.set_setting(&later::floor_key(tenant), floor).await?;
            }
            let begun = tx.setting(BEGUN).await?;
            let decision = Decision {
                at: world.clock.now().unix_millis(),
                actor,
                action: "installation.restore",
                subject: &world.site.link(""),
                detail: told.decided(begun.as_deref(), without),
            };
            let own = |one: &InstitutionRow| told.not_read_of(one, not_read.get(&one.id));
            decision.record_with(&mut tx, &own).await?;
            // All that is ahead was learnt, so the log may go on from there. Together with opening it: what is not learnt yet stays ahead.
            if let Some(adoption) = adoption {
                adoption.take_over(&mut tx).await?;
            }
            tx.set_setting(BEGUN, "").await?;
            tx.set_setting(WAITS_FOR, "").await?;
            tx.set_setting(RESTORED, "").await
        })
        .await?;
    learned.open = true;
    Ok(learned)
}

/// What anchors keep of the log. What stops the asking says nothing, and is told.
async fn kept(world: &World) -> Result<Kept, StoreError> {
    match logging::kept(world).await {
        Ok(kept) => Ok(kept),
        Err(LogError::Store(error)) => Err(error),
        Err(error) => Ok(Kept {
            unasked: vec![error.to_string()],
            ..Kept::default()
        }),
    }
}

/// What the world knows of the log. What stops the looking says nothing, and then nobody could say.
async fn log(
    world: &World,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    kept: &Kept,
) -> Result<Learned, StoreError> {
    match logging::learn(world, at_hand, kept).await {
        Ok(log) => Ok(log),
        Err(LogError::Store(error)) => Err(error),
        // Our own files are not those of the committed tree: from them nothing can be told.
        Err(LogError::Tiles { path }) => {
            let tree = world.store.read().log_tree().await?;
            let size = tree.map_or(0, |tree| tree.size.unsigned_abs());
            Ok(Learned::Behind { size, path })
        }
        Err(error) => {
            warn!(%error, "the published log was not taken over");
            Ok(Learned::Unknown { silent: Vec::new() })
        }
    }
}

/// What was read of the log beyond this database. What stops the reading is told, and then the log is not gone on with.
fn read<T>(read: Result<T, LogError>, learned: &mut Reconciled) -> Result<Option<T>, StoreError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(LogError::Store(error)) => Err(error),
        Err(error) => {
            warn!(%error, "what the log has beyond the database was not taken over");
            learned.cannot_take_over(&error);
            Ok(None)
        }
    }
}

/// What the log has of status lists beyond this database. `None` where that cannot be read, and nothing else keeps the installation read-only for it.
async fn lists_ahead(world: &World, log_waits: bool) -> Result<Option<ListsAhead>, StoreError> {
    match logging::lists_ahead(world).await {
        Ok(ahead) => Ok(Some(ahead)),
        Err(LogError::Store(error)) => Err(error),
        Err(_) if log_waits => Ok(Some(ListsAhead::new())),
        Err(error) => {
            warn!(%error, "what the log says of status lists was not read, so none is known to be the last");
            Ok(None)
        }
    }
}

/// What was learned from published status lists and the published log.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reconciled {
    /// Whether the installation can be written to again.
    pub open: bool,
    /// Lists that were in use, and take no new credentials any more.
    pub lists: usize,
    /// Lists that were opened since the backup, and are known again.
    pub later: usize,
    /// Credentials that were withdrawn since the backup.
    pub withdrawn: usize,
    /// Credentials that were paused since.
    pub paused: usize,
    /// Credentials whose pause ended since.
    pub reinstated: usize,
    /// Addresses of lists that could not be read, are not signed by their issuer, or are not the last that was published there.
    pub unread: Vec<String>,
    /// Addresses of which nobody could say whether there is a list: new lists get numbers far from there. What was issued in
    /// such a list cannot be checked until it is published again, and never stands.
    pub unsure: Vec<String>,
    /// What was learned of the log.
    pub log: Learned,
    /// Anchors that keep what they were handed and could not be asked, each with the reason.
    pub unasked: Vec<String>,
    /// Changes of signing keys that the log has and the backup had not.
    pub keys: usize,
    /// What was learned of the histories of DIDs.
    pub histories: Histories,
    /// It stays read-only for lists that could not be read.
    pub waits_for_lists: bool,
    /// It stays read-only for what is not known of the log.
    pub waits_for_log: bool,
    /// It stays read-only for what the log has beyond this database, which could not be taken over for this reason: a file that cannot be read, a move that
    /// leads elsewhere, a key that may be in other hands.
    pub waits_for_what_is_ahead: Option<String>,
}

impl Reconciled {
    /// What the log has is there, and is not done without, whatever whoever restores says: where it could not be read for a moment only, it would be found
    /// later, and by then something may be done that it speaks against.
    fn cannot_take_over(&mut self, error: &impl ToString) {
        if self.waits_for_what_is_ahead.is_none() {
            self.waits_for_what_is_ahead = Some(error.to_string());
        }
    }

    /// What each record says of a restore that opened the installation: how it began, what whoever restored said it could do without, and how much it
    /// did without for that, of all institutions together.
    fn decided(&self, begun: Option<&str>, without: Forgone) -> serde_json::Value {
        let begun = begun.and_then(|begun| serde_json::from_str::<Begun>(begun).ok());
        json!({
            "begun": begun,
            "withoutPublished": without.lists,
            "withoutLog": without.log,
            "notReadOfAll": self.unread.len(),
            "laterListsUnknownOfAll": self.unsure.len(),
            "logUnknown": matches!(self.log, Learned::Unknown { .. }),
            "historiesNotReadOfAll": self.histories.without.len(),
            "anchorsNotAsked": self.unasked.len(),
        })
    }

    /// What the record of one institution says besides: which of its own was done without. A record stays for good and is handed out, so it names
    /// nothing of others.
    fn not_read_of(
        &self,
        institution: &InstitutionRow,
        not_read: Option<&NotRead>,
    ) -> serde_json::Value {
        let did = did_history::webvh_of(institution);
        let without = self.histories.without.iter();
        let histories = without.filter(|one| Some(one.as_str()) == did);
        json!({
            "notRead": not_read.map_or(&[][..], |own| own.lists.as_slice()),
            "laterListsUnknown": not_read.and_then(|own| own.unsure.as_ref()).into_iter().collect::<Vec<_>>(),
            "historiesNotRead": histories.collect::<Vec<_>>(),
        })
    }

    /// What it still waits for, in words for whoever runs it.
    pub fn waits_for(&self) -> String {
        let mut words = Vec::new();
        if self.waits_for_lists {
            words.push(format!(
                "{} published status lists could not be read, are not signed by their issuer, or are older than the last that was published",
                self.unread.len()
            ));
        }
        if self.waits_for_log {
            words.push(match &self.log {
                Learned::Behind { size, path } => format!(
                    "the log was signed with {size} entries, and {path} of it could not be read, or is not what was signed"
                ),
                Learned::Anchored { size, anchor } => format!(
                    "the anchor {anchor} keeps a tree of the log with {size} entries, and nobody has all of them"
                ),
                Learned::Witnessed { size, witness } => format!(
                    "the {witness} has cosigned {size} entries of the log, and nobody has all of them"
                ),
                Learned::Diverged { size } => format!(
                    "the log was signed with {size} entries that this database does not continue: it is another log's, or one that forked"
                ),
                Learned::Forked { size, witness } => format!(
                    "the {witness} says that it has cosigned another tree of {size} entries than the one that was restored"
                ),
                Learned::Unknown { silent } if !silent.is_empty() => format!(
                    "nobody could say how far the public log had come ({})",
                    silent.join(", ")
                ),
                Learned::Unknown { .. } | Learned::Nothing | Learned::TakenOver(_) => {
                    "nobody could say how far the public log had come".to_owned()
                }
            });
        }
        words.extend(self.histories.waits_for());
        if let Some(why) = &self.waits_for_what_is_ahead {
            words.push(format!(
                "what the log has beyond this database could not be taken over ({why})"
            ));
        }
        words.join("; ")
    }
}

/// What could not be read of one institution's lists.
struct NotRead {
    /// Addresses of lists that could not be read, are not signed by their issuer, or are not the last that was published there.
    lists: Vec<String>,
    /// The first address of which nobody could say whether there is a list.
    unsure: Option<String>,
}

/// What one list asks for.
#[derive(Default)]
struct Change {
    withdraw: Vec<String>,
    pause: Vec<String>,
    reinstate: Vec<String>,
    /// Positions whose credential this database does not know: their bits stay as they were published.
    force: Vec<i64>,
}

async fn change(
    world: &World,
    list: &StatusListRow,
    published: Option<&Bits>,
) -> Result<Change, StoreError> {
    let mut change = Change::default();
    let Some(published) = published else {
        return Ok(change);
    };
    let reader = world.store.read();
    let here = reader.set_positions(&list.tenant, list).await?;
    let set = |position: i64| published.get(position.unsigned_abs()) == Some(true);
    let length = list
        .length
        .min(i64::try_from(published.len()).unwrap_or(i64::MAX));
    for position in
        (0..length).filter(|position| set(*position) && here.binary_search(position).is_err())
    {
        match (
            reader.credential_at(&list.tenant, list, position).await?,
            list.purpose,
        ) {
            (Some(credential), StatusPurpose::Revocation) => change.withdraw.push(credential.id),
            (Some(credential), StatusPurpose::Suspension) => change.pause.push(credential.id),
            (None, _) => change.force.push(position),
        }
    }
    if list.purpose == StatusPurpose::Suspension {
        for position in here.into_iter().filter(|position| !set(*position)) {
            let credential = reader.credential_at(&list.tenant, list, position).await?;
            change.reinstate.extend(
                credential
                    .filter(|row| row.suspended_at.is_some())
                    .map(|row| row.id),
            );
        }
    }
    Ok(change)
}

impl Change {
    async fn write(
        &self,
        world: &World,
        tx: &mut Tx,
        institution: &InstitutionRow,
        list: &StatusListRow,
    ) -> Result<(), StoreError> {
        let (tenant, now) = (&institution.id, world.clock.now());
        let at = now.unix_millis();
        for id in &self.withdraw {
            tx.mark_revoked(tenant, id, at, ACTOR, REASON).await?;
        }
        for id in &self.pause {
            match tx.mark_suspended(tenant, id, at, ACTOR, REASON).await {
                // Paused and then withdrawn since the backup: the withdrawal stands, which is more.
                Err(StoreError::Conflict {
                    table: "credential",
                }) => {}
                marked => marked?,
            }
        }
        for id in &self.reinstate {
            tx.mark_reinstated(tenant, id).await?;
        }
        tx.force_positions(tenant, &list.id, &self.force, at)
            .await?;
        if list.abandoned_at.is_none() {
            tx.abandon_status_list(tenant, &list.id, at).await?;
        }
        let detail = json!({
            "withdrawn": self.withdraw, "paused": self.pause, "reinstated": self.reinstate, "positions": self.force,
        });
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: ACTOR.into(),
            action: "status-list.reconcile".into(),
            subject: list.id.clone(),
            detail: detail.to_string(),
        }])
        .await?;
        let job = Job::PublishStatus {
            tenant: tenant.to_string(),
            list: list.id.clone(),
        };
        tx.enqueue(job.queued(&*world.rng, now, now)).await
    }
}

/// Takes in a list that this database did not know: its bits stay as they were published, and it gives no position.
async fn take_in(
    world: &World,
    tx: &mut Tx,
    institution: &InstitutionRow,
    list: &StatusListRow,
    bits: &Bits,
) -> Result<(), StoreError> {
    let (tenant, now) = (&institution.id, world.clock.now());
    let at = now.unix_millis();
    let set: Vec<i64> = (0..list.length)
        .filter(|position| bits.get(position.unsigned_abs()) == Some(true))
        .collect();
    tx.add_status_list(list.clone()).await?;
    tx.force_positions(tenant, &list.id, &set, at).await?;
    tx.audit([AuditLine {
        tenant: tenant.clone(),
        at,
        actor: ACTOR.into(),
        action: "status-list.reconcile".into(),
        subject: list.id.clone(),
        detail: json!({ "number": list.number, "positions": set }).to_string(),
    }])
    .await?;
    let job = Job::PublishStatus {
        tenant: tenant.to_string(),
        list: list.id.clone(),
    };
    tx.enqueue(job.queued(&*world.rng, now, now)).await
}

const RESTORED: &str = "restored_at";
const BEGUN: &str = "restored.begun";
const WAITS_FOR: &str = "restored.waits_for";
const ACTOR: &str = "restore";
/// Who began a restore that nobody said was one.
const FOUND_BY: &str = "touchstone";
const REASON: &str =
    "Withdrawn or paused before a backup was restored, as the published status list shows.";
