//! From outbox lines to entries of the log.
//!
//! **Invariant:** an entry is made of rows that do not change any more, so a line makes the same entry whoever takes it in. The
//! exception is the document of a `did:web`: its entry says what is published when it is taken in.

use std::collections::HashMap;

use touchstone_store::{
    Commitment, InstitutionRow, KeyChangeRow, OutboxRow, Reader, SigningKeyRow, StoreError,
    TenantId,
};
use touchstone_vc::{
    Timestamp,
    log::{Entry, KeyChange, NO_KEYS, StatusRoot, commitment, history},
};
use tracing::warn;

use super::{LogError, crypto};
use crate::{
    World, competency,
    crosswalk::path_of_release,
    digest::from_hex,
    endorsing::stated_by,
    operations::{
        audit::tree,
        did_history::webvh_of,
        moving::{Moved, Name, moved, name_of, names},
        signing_key::{Succeeded, succeeded},
    },
    verifying::{PublicDocument, did_document, former_did_document, history_up_to},
};

/// A line with the entry that it makes.
pub(super) struct Staged {
    pub(super) line: OutboxRow,
    pub(super) entry: Vec<u8>,
}

/// The entries of these lines, in their order. Lines of which the log says nothing are left out.
pub(super) async fn stage(world: &World, lines: Vec<OutboxRow>) -> Result<Vec<Staged>, LogError> {
    let reader = world.store.read();
    let issued = lines
        .iter()
        .filter(|line| line.kind == ISSUED)
        .map(|line| line.subject.clone());
    let commitments = reader.commitments(&issued.collect::<Vec<_>>()).await?;
    let mut known = Known {
        commitments: commitments
            .into_iter()
            .map(|found| (found.id.clone(), found))
            .collect(),
        institutions: HashMap::new(),
        keys: HashMap::new(),
        histories: HashMap::new(),
    };
    let mut staged = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(entry) = known.entry(world, &reader, &line).await? else {
            continue;
        };
        let seq = line.seq;
        let of_a_key = match &entry {
            Entry::KeyEvent { issuer, .. } => Some(issuer.clone()),
            _ => None,
        };
        let entry = entry
            .encode()
            .map_err(|error| LogError::Entry { seq, error })?;
        if let Some(issuer) = of_a_key
            && let Some(known) = known.histories.get_mut(&(line.tenant.clone(), issuer))
        {
            *known = history(world.crypto, known, &entry);
        }
        staged.push(Staged { line, entry });
    }
    Ok(staged)
}

/// What is read once for many lines.
struct Known {
    commitments: HashMap<String, Commitment>,
    institutions: HashMap<TenantId, Option<(InstitutionRow, Vec<Name>)>>,
    /// By tenant and id.
    keys: HashMap<(TenantId, String), Option<SigningKeyRow>>,
    /// The history of each institution's keys, those of each of its DIDs, before the line that comes next.
    histories: HashMap<(TenantId, String), [u8; 32]>,
}

impl Known {
    async fn entry(
        &mut self,
        world: &World,
        reader: &Reader,
        line: &OutboxRow,
    ) -> Result<Option<Entry>, LogError> {
        if !is_logged(&line.kind) {
            return Ok(None);
        }
        let institution = self.institution(world, reader, &line.tenant).await?;
        // In the name that the institution had when the line was written.
        let named = institution.and_then(|(row, names)| {
            let name = Name::of_line(&names, line.seq)?.clone();
            Some((name, names, row))
        });
        let made = match named {
            None => None,
            Some((name, names, row)) => match line.kind.as_str() {
                ISSUED => {
                    let keys = self.history(world, reader, &name.did, line).await?;
                    issued(world, name.did, self.commitments.get(&line.subject), keys)?
                }
                STATUS | STATUS_ROOT => {
                    match place_of_list(reader, &row, &names, &line.subject).await? {
                        None => None,
                        Some((issuer, url)) => {
                            let keys = self.history(world, reader, &issuer, line).await?;
                            match line.kind.as_str() {
                                STATUS => status(world, reader, issuer, url, line, keys).await?,
                                _ => status_root(reader, line, keys).await?,
                            }
                        }
                    }
                }
                ACHIEVEMENT => achievement(world, reader, name, &row, line).await?,
                AUDIT_ROOT => audit_root(world, reader, name.did, line).await?,
                MAPPINGS => mappings(world, reader, name, &row, line).await?,
                COMPETENCY => competency(world, reader, name, &row, line).await?,
                ENDORSEMENT => endorsement(reader, name.did, line).await?,
                POLICY => policy(reader, name, &row, line).await?,
                WITNESSES => Some(Entry::PolicyChange {
                    issuer: name.did,
                    policy: ASKED.to_owned(),
                    sha256: hash_in_subject(&line.subject)?,
                }),
                SUCCESSION => succeeded(reader, &line.tenant)
                    .await?
                    .and_then(Succeeded::entry),
                MOVED => moved(reader, &line.tenant, line.version)
                    .await?
                    .and_then(Moved::entry),
                FORMER => match former_did_document(reader, &row, &line.subject).await? {
                    None => None,
                    Some(document) => Some(Entry::DidDocument {
                        did: line.subject.clone(),
                        sha256: (world.crypto.sha256)(&document.bytes),
                    }),
                },
                // A `did:key` is its own document.
                DID => match stated_document(reader, &row, line.version).await? {
                    None => return Ok(None),
                    Some(document) => Some(Entry::DidDocument {
                        did: name.did,
                        sha256: (world.crypto.sha256)(&document.bytes),
                    }),
                },
                PENDING => {
                    let key = self.key(reader, &line.tenant, &line.subject).await?;
                    key.map(key_pending)
                }
                kind => {
                    let key = self.key(reader, &line.tenant, &line.subject).await?;
                    let change = reader.key_change(&line.tenant, &line.subject, line.version);
                    key_event(kind, key, change.await?)
                }
            },
        };
        if made.is_none() {
            // Superseded before there was a log to enter it, or of an institution without a DID.
            warn!(outbox.seq = line.seq, outbox.kind = %line.kind, "outbox line {} has nothing left to be logged", line.seq);
        }
        Ok(made)
    }

    /// An institution with its names. None where it has no DID.
    async fn institution(
        &mut self,
        world: &World,
        reader: &Reader,
        tenant: &TenantId,
    ) -> Result<Option<(InstitutionRow, Vec<Name>)>, StoreError> {
        if let Some(known) = self.institutions.get(tenant) {
            return Ok(known.clone());
        }
        let found = match reader.institution(tenant).await? {
            Some(row) => {
                let names = names(world, reader, &row).await?;
                Some((row, names))
            }
            None => None,
        };
        self.institutions.insert(tenant.clone(), found.clone());
        Ok(found)
    }

    async fn key(
        &mut self,
        reader: &Reader,
        tenant: &TenantId,
        id: &str,
    ) -> Result<Option<SigningKeyRow>, StoreError> {
        let name = (tenant.clone(), id.to_owned());
        if let Some(known) = self.keys.get(&name) {
            return Ok(known.clone());
        }
        let found = reader.signing_key(tenant, id).await?;
        self.keys.insert(name, found.clone());
        Ok(found)
    }

    /// All that became of an institution's keys before a line, as one hash.
    async fn history(
        &mut self,
        world: &World,
        reader: &Reader,
        issuer: &str,
        line: &OutboxRow,
    ) -> Result<[u8; 32], LogError> {
        let place = (line.tenant.clone(), issuer.to_owned());
        if let Some(known) = self.histories.get(&place) {
            return Ok(*known);
        }
        let mut all = NO_KEYS;
        for change in reader.key_changes_before(&line.tenant, line.seq).await? {
            let kind = format!("{KEY}{}", change.state.as_str());
            let key = self.key(reader, &line.tenant, &change.key).await?;
            let key = key.filter(|key| key.did() == issuer);
            let Some(event) = key_event(&kind, key, Some(change)) else {
                continue;
            };
            let seq = line.seq;
            let event = event
                .encode()
                .map_err(|error| LogError::Entry { seq, error })?;
            all = history(world.crypto, &all, &event);
        }
        self.histories.insert(place, all);
        Ok(all)
    }
}

/// The document that a line is about: of a `did:web` the one that is published now, of a `did:webvh` its history with that version.
async fn stated_document(
    reader: &Reader,
    institution: &InstitutionRow,
    version: i64,
) -> Result<Option<PublicDocument>, StoreError> {
    match webvh_of(institution) {
        Some(_) => history_up_to(reader, institution, version).await,
        None => did_document(reader, institution).await,
    }
}

fn issued(
    world: &World,
    issuer: String,
    found: Option<&Commitment>,
    keys: [u8; 32],
) -> Result<Option<Entry>, LogError> {
    let Some(found) = found else { return Ok(None) };
    let corrupt = |column| StoreError::Corrupt {
        table: "credential",
        column,
    };
    let salt = found.log_salt.as_slice().try_into();
    let salt = salt.map_err(|_| corrupt("log_salt"))?;
    let sha256 = from_hex(&found.sha256).ok_or_else(|| corrupt("sha256"))?;
    Ok(Some(Entry::CredentialIssued {
        issuer,
        commitment: commitment(world.crypto, salt, &sha256),
        keys,
    }))
}

/// Who publishes a status list, and where.
async fn place_of_list(
    reader: &Reader,
    institution: &InstitutionRow,
    names: &[Name],
    list: &str,
) -> Result<Option<(String, String)>, LogError> {
    let Some(list) = reader.status_list_by_id(&institution.id, list).await? else {
        return Ok(None);
    };
    let path = format!("/i/{}/status/{}", institution.slug, list.number);
    let name = name_of(names, list.number);
    Ok(name.map(|name| (name.did.clone(), name.link(&path))))
}

async fn status(
    world: &World,
    reader: &Reader,
    issuer: String,
    url: String,
    line: &OutboxRow,
    keys: [u8; 32],
) -> Result<Option<Entry>, LogError> {
    let published = reader
        .publication_of_version(&line.subject, line.version)
        .await?;
    Ok(published.map(|published| Entry::StatusListPublished {
        issuer,
        url,
        sha256: (world.crypto.sha256)(&published.bytes),
        keys,
    }))
}

async fn status_root(
    reader: &Reader,
    line: &OutboxRow,
    keys: [u8; 32],
) -> Result<Option<Entry>, LogError> {
    let published = reader
        .publication_of_version(&line.subject, line.version)
        .await?;
    let Some(statement) = published.and_then(|row| row.statement) else {
        return Ok(None);
    };
    let seq = line.seq;
    let entry = StatusRoot::entry(&statement, &keys);
    Ok(Some(entry.map_err(|error| LogError::Entry { seq, error })?))
}

async fn achievement(
    world: &World,
    reader: &Reader,
    name: Name,
    institution: &InstitutionRow,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let row = reader.achievement(&institution.id, &line.subject).await?;
    let version = reader
        .achievement_version(&institution.id, &line.subject, line.version)
        .await?;
    Ok(row.zip(version).map(|(row, version)| {
        let path = format!("/i/{}/a/{}/{}", institution.slug, row.slug, version.version);
        Entry::AchievementVersion {
            url: name.link(&path),
            issuer: name.did,
            sha256: (world.crypto.sha256)(&version.published),
        }
    }))
}

/// The rules that were chosen: their hash stands in the line, with the achievement if they are those of one.
async fn policy(
    reader: &Reader,
    name: Name,
    institution: &InstitutionRow,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let (sha256, achievement) = line.subject.split_once(' ').unwrap_or_default();
    let sha256 = hash_in_subject(sha256)?;
    let policy = match achievement {
        "" => READINESS.to_owned(),
        id => {
            let Some(row) = reader.achievement(&institution.id, id).await? else {
                return Ok(None);
            };
            let path = format!("/i/{}/a/{}", institution.slug, row.slug);
            format!("{}#{READINESS}", name.link(&path))
        }
    };
    Ok(Some(Entry::PolicyChange {
        issuer: name.did,
        policy,
        sha256,
    }))
}

async fn audit_root(
    world: &World,
    reader: &Reader,
    issuer: String,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let row = reader.audit_root(&line.tenant, line.version).await?;
    let tree = row.as_ref().map(|row| tree(Some(row))).transpose();
    let tree = tree.map_err(|_| StoreError::Corrupt {
        table: "audit_root",
        column: "peaks",
    })?;
    Ok(tree.map(|tree| Entry::AuditRoot {
        issuer,
        size: tree.size(),
        root: tree.root(&crypto(world)).0,
    }))
}

async fn mappings(
    world: &World,
    reader: &Reader,
    name: Name,
    institution: &InstitutionRow,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let set = reader.mapping_set(&institution.id, &line.subject).await?;
    let released = reader
        .mapping_release(&institution.id, &line.subject, line.version)
        .await?;
    Ok(set.zip(released).map(|(set, released)| {
        let path = path_of_release(&institution.slug, &set.slug, released.number);
        Entry::MappingSetRelease {
            url: name.link(&path),
            issuer: name.did,
            sha256: (world.crypto.sha256)(&released.file),
        }
    }))
}

async fn competency(
    world: &World,
    reader: &Reader,
    name: Name,
    institution: &InstitutionRow,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let row = reader.competency(&institution.id, &line.subject).await?;
    let released = reader
        .competency_release(&institution.id, &line.subject, line.version)
        .await?;
    Ok(row.zip(released).map(|(row, released)| {
        let path = competency::path_of_release(&institution.slug, &row.slug, released.number);
        Entry::CompetencyRelease {
            url: name.link(&path),
            issuer: name.did,
            sha256: (world.crypto.sha256)(&released.file),
        }
    }))
}

/// In the name of whoever states it, which need not be the institution that keeps it.
async fn endorsement(
    reader: &Reader,
    did: String,
    line: &OutboxRow,
) -> Result<Option<Entry>, LogError> {
    let request = reader
        .endorsement_request(&line.tenant, &line.subject)
        .await?;
    let said = reader.endorsement(&line.tenant, &line.subject).await?;
    let Some((request, said)) = request.zip(said) else {
        return Ok(None);
    };
    let sha256 = from_hex(&said.sha256).ok_or(StoreError::Corrupt {
        table: "endorsement",
        column: "sha256",
    })?;
    Ok(Some(Entry::Endorsement {
        issuer: stated_by(said.way, &said.issuer, &did).to_owned(),
        subject: request.subject,
        sha256,
    }))
}

/// A key that was made, in the name of the DID that it will sign for.
fn key_pending(key: SigningKeyRow) -> Entry {
    Entry::KeyPending {
        issuer: key.did().to_owned(),
        method: key.verification_method,
        public_key: key.public_multibase,
    }
}

/// What became of a key, in the name of the DID that it signs for.
fn key_event(
    kind: &str,
    key: Option<SigningKeyRow>,
    change: Option<KeyChangeRow>,
) -> Option<Entry> {
    let (key, row) = key.zip(change)?;
    let change = kind.strip_prefix(KEY).and_then(KeyChange::parse)?;
    Some(Entry::KeyEvent {
        issuer: key.did().to_owned(),
        method: key.verification_method,
        public_key: key.public_multibase,
        change,
        since: Timestamp::from_unix_millis(row.since),
    })
}

/// Whether the log says anything of such a line.
fn is_logged(kind: &str) -> bool {
    matches!(
        kind,
        ISSUED
            | STATUS
            | STATUS_ROOT
            | ACHIEVEMENT
            | MAPPINGS
            | COMPETENCY
            | ENDORSEMENT
            | POLICY
            | WITNESSES
            | PENDING
            | DID
            | AUDIT_ROOT
            | SUCCESSION
            | MOVED
            | FORMER
    ) || kind
        .strip_prefix(KEY)
        .is_some_and(|change| KeyChange::parse(change).is_some())
}

fn hash_in_subject(hex: &str) -> Result<[u8; 32], StoreError> {
    from_hex(hex).ok_or(StoreError::Corrupt {
        table: "outbox",
        column: "subject",
    })
}

/// What the rules are called that must hold before something is issued.
const READINESS: &str = "readiness";
/// What the rules are called by which a log is witnessed.
const ASKED: &str = "witnesses";

/// A credential was sealed; the subject is its id.
pub(crate) const ISSUED: &str = "credential.issued";
/// A status list was published; the subject is its id.
pub(crate) const STATUS: &str = "status.published";
/// A root over the blocks of a status list was stated with its publication; the subject is the list's id.
pub(crate) const STATUS_ROOT: &str = "status.rooted";
/// A version of an achievement was issued under for the first time; the subject is the achievement's id.
pub(crate) const ACHIEVEMENT: &str = "achievement.published";
/// A root over audit lines was made; the subject is the institution's id, the version how many lines.
pub(crate) const AUDIT_ROOT: &str = "audit.root";
/// A version of a mapping set was released; the subject is the set's id.
pub(crate) const MAPPINGS: &str = "mapping_set.released";
/// A competency was released; the subject is its id.
pub(crate) const COMPETENCY: &str = "competency.released";
/// Something was endorsed; the subject is the request's id.
pub(crate) const ENDORSEMENT: &str = "endorsement.given";
/// The rules changed that must hold before something is issued; the subject is their hash, and of which achievement they are.
pub(crate) const POLICY: &str = "policy.changed";
/// Which witnesses are asked was stated anew; the subject is the hash of the rules.
pub(crate) const WITNESSES: &str = "witnesses.stated";
/// The document of a DID changed; the subject is the institution's id.
pub(crate) const DID: &str = "did.published";
/// An institution was succeeded by another; the subject is the id of the one that was.
pub(crate) const SUCCESSION: &str = "did.succeeded";
/// An institution moved to another domain; the subject is its id, the version which of its moves that was.
pub(crate) const MOVED: &str = "did.moved";
/// The document of a DID that an institution had changed; the subject is that DID.
pub(crate) const FORMER: &str = "did.former";
/// `key.active`, `key.retired`, `key.compromised`, `key.destroyed`; the subject is the key's id.
pub(crate) const KEY: &str = "key.";
/// Before the kind of a line that was learnt from the log after a restore: the log has its entry, and it is not entered again.
pub(crate) const LEARNT: &str = "learnt.";
/// A key was made, and signs nothing yet; the subject is its id.
const PENDING: &str = "key.pending";
