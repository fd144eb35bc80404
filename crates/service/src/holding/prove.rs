//! Credentials with all that it takes to check them when this installation is gone: `docs/formats/bundle.md`.
//!
//! Whoever may have the credential may have the bundle: the salt in it lets them find the credential's entry in the log, and tells nothing to
//! who has not got the credential.

use std::collections::BTreeMap;

use touchstone_bundle::{
    Anchored, Bundle, BundleError, Entered, KeyEvent, Listed, Logged, ProvenStatus, StatusProof,
    StatusProofError, Witnessed,
};
use touchstone_store::{CredentialRow, InstitutionRow, KeyChangeRow, KeyState, LogEntryRow};
use touchstone_vc::{Timestamp, log::Entry};

use super::{ExportError, endorsements::endorsements, succession::succession};
use crate::{
    World,
    elsewhere::elsewhere,
    logging::{self, LogError, Proven, Shown},
    operations::{
        did_history::webvh_of,
        moving::{Name, names},
    },
    verifying::{document_of_did, history_up_to},
};

/// Makes the proof bundle of credentials that were issued under one identifier, from the newest checkpoint that enough witnesses have seen; from the
/// one that is shown now where that does not have everything yet. Then it is pending: it can be made again later.
pub(super) async fn proof_bundle(
    world: &World,
    rows: &[CredentialRow],
) -> Result<Vec<u8>, ExportError> {
    if let Some(witnessed) = logging::witnessed(world).await? {
        match made(world, rows, &witnessed).await {
            Err(ExportError::NotLogged) => {}
            done => return done,
        }
    }
    let shown = logging::shown(world).await?.ok_or(ExportError::NotLogged)?;
    made(world, rows, &shown).await
}

async fn made(
    world: &World,
    rows: &[CredentialRow],
    shown: &Shown,
) -> Result<Vec<u8>, ExportError> {
    let reader = world.store.read();
    let first = rows.first().ok_or(ExportError::Unreadable)?;
    let institution = reader.institution(&first.tenant).await?;
    let institution = institution.ok_or(ExportError::Unreadable)?;
    let names = names(world, &reader, &institution).await?;
    let mut name: Option<&Name> = None;
    for row in rows {
        let key = reader.signing_key(&row.tenant, &row.key_id).await?;
        let key = key.ok_or(ExportError::Unreadable)?;
        let own = Name::called(&names, key.did()).filter(|_| row.tenant == first.tenant);
        match (name, own) {
            (None, Some(own)) => name = Some(own),
            (Some(name), Some(own)) if name == own => {}
            (None, None) => return Err(ExportError::Unreadable),
            _ => return Err(ExportError::SeveralIssuers),
        }
    }
    let name = name.ok_or(ExportError::Unreadable)?;
    let of = &Issued {
        institution: &institution,
        names: &names,
        name,
    };
    let events = Events::read(world, shown, rows, &name.did).await?;
    let mut bundle = Bundle {
        checkpoint: text(shown.checkpoint.clone())?,
        ..Bundle::default()
    };
    for row in rows {
        let logged = logged(world, shown, &events, row).await?;
        bundle.credentials.push(logged);
        statuses(world, shown, &events, of, row, &mut bundle).await?;
    }
    let mut awarded: Vec<(&str, i64)> = Vec::new();
    for row in rows {
        let version = (row.achievement.as_str(), row.version);
        if !awarded.contains(&version) {
            awarded.push(version);
            bundle
                .achievements
                .push(achievement(world, shown, row, of).await?);
        }
    }
    let own = did_document(world, shown, &institution, &name.did).await?;
    bundle.did_documents = own.into_iter().collect();
    bundle.key_events = events.shown;
    for (id, version) in awarded {
        let of = (name.did.as_str(), (&first.tenant, id, version));
        endorsements(world, shown, of, &mut bundle).await?;
    }
    succession(world, shown, first, &names, name, &mut bundle).await?;
    elsewhere(move || {
        let bytes = bundle.encode();
        // What nobody could read is not written.
        match Bundle::parse(&bytes) {
            Ok(_) => Ok(bytes),
            Err(BundleError::TooMany(_) | BundleError::TooLarge) => Err(ExportError::TooMany),
            Err(_) => Err(ExportError::Unreadable),
        }
    })
    .await
}

/// A credential with its place in the log.
async fn logged(
    world: &World,
    shown: &Shown,
    events: &Events,
    row: &CredentialRow,
) -> Result<Logged, ExportError> {
    let place = place(world, logging::ISSUED, &row.id, 1).await?;
    let issued = prove(world, shown, place.leaf).await?;
    let anchors = logging::anchored_with(world, issued.index, shown).await?;
    let anchors = anchors.into_iter().map(|one| Anchored {
        kind: one.kind,
        size: one.size,
        path: one.path,
        consistency: one.consistency,
        proof: one.proof,
    });
    let salt = row.log_salt.as_slice().try_into();
    let seen = match events.given_up.get(&row.key_id) {
        Some(since) => logging::witnessed_with(world, issued.index, *since).await?,
        // The checkpoint of the bundle says as much, unless there is an earlier one.
        None => logging::first_witnessed(world, issued.index)
            .await?
            .filter(|seen| seen.size < shown.size),
    };
    let witnessed = match seen {
        Some(seen) => Some(witnessed(world, seen, issued.index).await?),
        None => None,
    };
    Ok(Logged {
        document: text(row.bytes.clone())?,
        salt: salt.map_err(|_| ExportError::Unreadable)?,
        keys: events.before(&place),
        entry: entered(&issued),
        witnessed,
        anchors: anchors.collect(),
    })
}

/// What the lists say in which a credential stands; each part once, however many stand in it.
async fn statuses(
    world: &World,
    shown: &Shown,
    events: &Events,
    of: &Issued<'_>,
    row: &CredentialRow,
    bundle: &mut Bundle,
) -> Result<(), ExportError> {
    let lists = [
        (&row.status_list, row.status_index),
        (&row.suspension_list, row.suspension_index),
    ];
    for (list, index) in lists {
        let Some(list) = list else { continue };
        match status(world, shown, events, of, list, index).await? {
            Some(Status::Part(part)) if !bundle.status_proofs.contains(&part) => {
                bundle.status_proofs.push(part);
            }
            Some(Status::Whole(list)) if !bundle.status_lists.contains(&list) => {
                bundle.status_lists.push(list);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Under which name credentials were issued.
struct Issued<'a> {
    institution: &'a InstitutionRow,
    /// All names that it had and has.
    names: &'a [Name],
    /// The one under which they were.
    name: &'a Name,
}

/// An earlier checkpoint with an entry, and the way from there.
async fn witnessed(world: &World, seen: Shown, index: u64) -> Result<Witnessed, ExportError> {
    let proof = logging::prove_in(world, &seen, index).await?;
    let proof = proof.ok_or(ExportError::NotLogged)?;
    let checkpoint = text(seen.checkpoint)?;
    let path = proof.path;
    Ok(Witnessed { checkpoint, path })
}

/// What is shown of a status list.
enum Status {
    /// The part in which the credential is.
    Part(ProvenStatus),
    /// All of it, where no part can be proven: published before roots were stated, or under very long names.
    Whole(Listed),
}

async fn status(
    world: &World,
    shown: &Shown,
    events: &Events,
    of: &Issued<'_>,
    list: &str,
    index: Option<i64>,
) -> Result<Option<Status>, ExportError> {
    let reader = world.store.read();
    let list = reader.status_list_by_id(&of.institution.id, list).await?;
    let Some(list) = list else { return Ok(None) };
    let Some(published) = reader.publication(&list.id).await? else {
        return Ok(None);
    };
    let version = published.version;
    if let (Some(index), Some(_)) = (index, &published.statement) {
        let place = place(world, logging::STATUS_ROOT, &list.id, version).await?;
        let proof = prove(world, shown, place.leaf).await?;
        let (list, entry) = (published.bytes.clone(), proof.entry.clone());
        let (index, tlog) = (index.unsigned_abs(), world.tlog);
        let part = elsewhere(move || StatusProof::make(&list, &entry, index, tlog)).await;
        match part {
            Ok(part) => {
                return Ok(Some(Status::Part(ProvenStatus {
                    proof: part.encode(),
                    keys: events.before(&place),
                    entry: entered(&proof),
                })));
            }
            Err(StatusProofError::TooLarge) => {}
            Err(_) => return Err(ExportError::Unreadable),
        }
    }
    let place = place(world, logging::STATUS, &list.id, version).await?;
    let proof = prove(world, shown, place.leaf).await?;
    let path = format!("/i/{}/status/{}", of.institution.slug, list.number);
    Ok(Some(Status::Whole(Listed {
        name: of.name.link(&path),
        document: text(published.bytes)?,
        keys: Some(events.before(&place)),
        entry: entered(&proof),
    })))
}

async fn achievement(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
    of: &Issued<'_>,
) -> Result<Listed, ExportError> {
    let reader = world.store.read();
    let (id, version) = (row.achievement.as_str(), row.version);
    let found = reader.achievement(&row.tenant, id).await?;
    let slug = found.ok_or(ExportError::Unreadable)?.slug;
    let written = reader.achievement_version(&row.tenant, id, version).await?;
    let written = written.ok_or(ExportError::Unreadable)?;
    // It is entered again for each name that it was awarded under.
    let entries = reader.log_entries_of(&row.tenant, logging::ACHIEVEMENT);
    let place = entries.await?.into_iter().find(|entry| {
        let under = Name::of_line(of.names, entry.outbox);
        entry.subject == id && entry.version == version && under == Some(of.name)
    });
    let place = place.ok_or(ExportError::NotLogged)?;
    let proof = prove(world, shown, place.leaf).await?;
    let path = format!("/i/{}/a/{slug}/{version}", of.institution.slug);
    Ok(Listed {
        name: of.name.link(&path),
        document: text(written.published)?,
        keys: None,
        entry: entered(&proof),
    })
}

/// The document of a DID that an institution has or had, as it is published now, with its newest entry. A `did:key` has none.
pub(super) async fn did_document(
    world: &World,
    shown: &Shown,
    institution: &InstitutionRow,
    did: &str,
) -> Result<Option<Listed>, ExportError> {
    let reader = world.store.read();
    let is_former = institution.did.as_deref() != Some(did);
    let kind = match is_former {
        true => logging::FORMER,
        false => logging::DID,
    };
    let entries = reader.log_entries_of(&institution.id, kind).await?;
    let mut entries = entries.into_iter();
    let newest = entries.rfind(|entry| !is_former || entry.subject == did);
    let document = match (webvh_of(institution), &newest) {
        // A line that was signed a moment ago is not in the log yet: what is, is shown.
        (Some(now), Some(newest)) if now == did => {
            history_up_to(&reader, institution, newest.version).await?
        }
        _ => document_of_did(world, institution, did).await?,
    };
    let Some(document) = document else {
        return Ok(None);
    };
    let newest = newest.ok_or(ExportError::NotLogged)?;
    let proof = prove(world, shown, newest.leaf).await?;
    let stated = Entry::DidDocument {
        did: did.to_owned(),
        sha256: (world.crypto.sha256)(&document.bytes),
    };
    // A key that was rotated a moment ago stands in the document, and the log has that in a moment.
    if stated.encode().ok().as_ref() != Some(&proof.entry) {
        return Err(ExportError::NotLogged);
    }
    Ok(Some(Listed {
        name: did.to_owned(),
        document: text(document.bytes)?,
        keys: None,
        entry: entered(&proof),
    }))
}

/// Everything that became of the issuer's keys, as far as the log shows it.
#[derive(Default)]
struct Events {
    /// Where each stands in the outbox, in order.
    lines: Vec<i64>,
    shown: Vec<KeyEvent>,
    /// Of each of the credentials' own keys that was given up as compromised, the moment before which nobody else had it.
    given_up: BTreeMap<String, Timestamp>,
}

impl Events {
    /// Those of the keys that sign in the name of `did`.
    async fn read(
        world: &World,
        shown: &Shown,
        rows: &[CredentialRow],
        did: &str,
    ) -> Result<Self, ExportError> {
        let reader = world.store.read();
        let mut events = Self::default();
        let Some(tenant) = rows.first().map(|row| &row.tenant) else {
            return Ok(events);
        };
        let mut keys = reader.signing_keys(tenant).await?;
        keys.retain(|key| key.did() == did);
        for change in reader.key_changes_before(tenant, i64::MAX).await? {
            let KeyChangeRow { key, number, .. } = &change;
            if !keys.iter().any(|own| own.id == *key) {
                continue;
            }
            let kind = format!("{}{}", logging::KEY, change.state.as_str());
            let entry = reader.log_entry_of(&kind, key, *number).await?;
            let entry = entry.filter(|entry| u64::try_from(entry.leaf).unwrap_or(0) < shown.size);
            // The log has its lines in order: what comes after one that is not in it is not in it either.
            let Some(entry) = entry else { break };
            let proof = prove(world, shown, entry.leaf).await?;
            // That nothing is left out shows in the entries of the credential and its lists; when it was matters for its own key.
            let signed = rows.iter().any(|row| row.key_id == *key);
            let place = signed.then(|| entered(&proof));
            if signed && change.state == KeyState::Compromised {
                let since = Timestamp::from_unix_millis(change.since);
                events.given_up.insert(key.clone(), since);
            }
            events.lines.push(entry.outbox);
            events.shown.push(KeyEvent {
                document: text(proof.entry)?,
                entry: place,
            });
        }
        Ok(events)
    }

    /// How many stand before an entry.
    fn before(&self, entry: &LogEntryRow) -> usize {
        self.lines.partition_point(|line| *line < entry.outbox)
    }
}

async fn place(
    world: &World,
    kind: &str,
    subject: &str,
    version: i64,
) -> Result<LogEntryRow, ExportError> {
    let reader = world.store.read();
    let place = reader.log_entry_of(kind, subject, version).await?;
    place.ok_or(ExportError::NotLogged)
}

pub(super) async fn prove(world: &World, shown: &Shown, leaf: i64) -> Result<Proven, ExportError> {
    let leaf = u64::try_from(leaf).map_err(|_| ExportError::Unreadable)?;
    let proof = logging::prove_in(world, shown, leaf).await?;
    proof.ok_or(ExportError::NotLogged)
}

pub(super) fn entered(proof: &Proven) -> Entered {
    Entered {
        index: proof.index,
        path: proof.path.clone(),
    }
}

pub(super) fn text(bytes: Vec<u8>) -> Result<String, ExportError> {
    String::from_utf8(bytes).map_err(|_| ExportError::Unreadable)
}

impl From<LogError> for ExportError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Store(error) => Self::Store(error),
            other => Self::Log(Box::new(other)),
        }
    }
}
