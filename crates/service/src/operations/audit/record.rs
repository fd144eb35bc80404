//! The whole audit record of an institution as a file that is checked offline, written piece by piece.

use std::collections::{BTreeMap, VecDeque};

use touchstone_bundle::{Entered, RecordEnd, SignedEnd, record_head, record_root};
use touchstone_store::{KeyState, SigningKeyRow, StoreError, TenantId};
use touchstone_tlog::merkle::{self, Frontier};
use tracing::warn;

use super::leaf;
use crate::{
    World,
    logging::{self, AUDIT_ROOT, LogError, Shown},
    operations::signing_key::sign,
};

/// A record that is being written.
pub struct Record {
    world: World,
    tenant: TenantId,
    shown: Shown,
    first: Option<Vec<u8>>,
    /// Roots that are in the log, by how many lines they are over, with their places.
    roots: VecDeque<(u64, u64)>,
    lines: u64,
    seq: i64,
    issuer: String,
    /// The tree over the lines that were written.
    tree: Frontier,
    ended: bool,
}

/// Begins with the record of an institution. `None` where there is no such institution, or no log yet.
#[crate::boxed]
pub async fn record(world: &World, tenant: &TenantId) -> Result<Option<Record>, RecordError> {
    let reader = world.store.read();
    let did = reader.institution(tenant).await?.and_then(|row| row.did);
    let (Some(issuer), Some(shown)) = (did, logging::shown(world).await?) else {
        return Ok(None);
    };
    let mut entered = reader.log_entries_of(tenant, AUDIT_ROOT).await?;
    // Roots from before a move name the earlier DID; roots from after it cover all lines.
    if let Some(moved) = reader.former_dids(tenant).await?.last() {
        entered.retain(|row| row.outbox > moved.outbox);
    }
    // An older database that was put back makes roots over as many lines anew: the later ones are over the lines that it has.
    let places: BTreeMap<u64, u64> = entered
        .into_iter()
        .map(|row| (row.version.unsigned_abs(), row.leaf.unsigned_abs()))
        .filter(|(_, leaf)| *leaf < shown.size)
        .collect();
    let checkpoint = String::from_utf8_lossy(&shown.checkpoint).into_owned();
    Ok(Some(Record {
        world: world.clone(),
        tenant: tenant.clone(),
        first: Some(record_head(&issuer, &checkpoint)),
        roots: spread(places),
        shown,
        lines: 0,
        seq: 0,
        issuer,
        tree: Frontier::default(),
        ended: false,
    }))
}

/// The newest root and so many of the others that a file stays small beside its lines, evenly spread: between two of them an
/// alteration is found.
fn spread(places: BTreeMap<u64, u64>) -> VecDeque<(u64, u64)> {
    let every = places.len().div_ceil(MOST_ROOTS).max(1);
    let mut kept: VecDeque<_> = places.into_iter().rev().step_by(every).collect();
    kept.make_contiguous().reverse();
    kept
}

impl Record {
    /// How many lines of the record were written.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The next lines of the file, each with its line feed. `None` at its end.
    #[crate::boxed]
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, RecordError> {
        let mut out = Vec::new();
        let mut add = |line: Vec<u8>| {
            out.extend(line);
            out.push(b'\n');
        };
        if let Some(first) = self.first.take() {
            add(first);
            return Ok(Some(out));
        }
        // As far as the next root, so that it stands right behind its lines.
        let until_root = self.roots.front().map(|(size, _)| size - self.lines);
        let most = until_root.unwrap_or(CHUNK).min(CHUNK);
        let reader = self.world.store.read();
        let rows = reader.audit_from(&self.tenant, self.seq, most).await?;
        let Some(last) = rows.last() else {
            // Roots over more lines than there are any more: whoever reads the file has to learn of them.
            let Some((size, index)) = self.roots.pop_front() else {
                if self.ended {
                    return Ok(None);
                }
                self.ended = true;
                add(self.end().await?);
                return Ok(Some(out));
            };
            self.root(size, index).await?.into_iter().for_each(add);
            return Ok(Some(out));
        };
        self.seq = last.seq;
        self.lines += rows.len() as u64;
        let crypto = logging::crypto(&self.world);
        for row in &rows {
            let line = leaf(row);
            let hash = merkle::leaf_hash(&crypto, &line);
            self.tree.push(&crypto, hash, |_, _| {});
            add(line);
        }
        if let Some((size, index)) = self.roots.pop_front_if(|(size, _)| *size <= self.lines) {
            self.root(size, index).await?.into_iter().for_each(add);
        }
        Ok(Some(out))
    }

    /// The last line. Without a signer it is signed by nobody: a record can be taken away while the signer is away.
    async fn end(&self) -> Result<Vec<u8>, RecordError> {
        let at = self.world.clock.now().whole_seconds();
        let mut end = RecordEnd {
            lines: self.lines,
            at,
            signed: None,
        };
        let reader = self.world.store.read();
        if let Some(key) = reader.active_signing_key(&self.tenant).await?
            && let Some((event, entered)) = self.began(&key).await?
        {
            let method = key.verification_method.clone();
            let root = self.tree.root(&logging::crypto(&self.world));
            let message = end.signing_input(&self.issuer, &root, &method);
            match sign(&self.world, &key, &message).await {
                Ok(signature) => {
                    end.signed = Some(SignedEnd {
                        method,
                        signature: signature.0,
                        event,
                        entered,
                    });
                }
                Err(error) => warn!(%error, "the end of an audit record was not signed"),
            }
        }
        Ok(end.encode())
    }

    /// The entry by which a key began to sign, if the checkpoint has it.
    async fn began(&self, key: &SigningKeyRow) -> Result<Option<(String, Entered)>, RecordError> {
        let reader = self.world.store.read();
        let changes = reader.key_changes(&self.tenant).await?;
        let began = changes
            .iter()
            .find(|change| change.key == key.id && change.state == KeyState::Active);
        let Some(began) = began else { return Ok(None) };
        let kind = format!("{}{}", logging::KEY, KeyState::Active.as_str());
        let placed = reader.log_entry_of(&kind, &key.id, began.number).await?;
        let index = placed.and_then(|placed| u64::try_from(placed.leaf).ok());
        let Some(index) = index.filter(|index| *index < self.shown.size) else {
            return Ok(None);
        };
        let proven = logging::prove_in(&self.world, &self.shown, index).await?;
        Ok(proven.and_then(|proven| {
            let path = proven.path;
            let event = String::from_utf8(proven.entry).ok()?;
            Some((event, Entered { index, path }))
        }))
    }

    /// The line of a root that stands at a place of the log.
    async fn root(&self, size: u64, index: u64) -> Result<Option<Vec<u8>>, RecordError> {
        let proven = logging::prove_in(&self.world, &self.shown, index).await?;
        Ok(proven.map(|proven| {
            let path = proven.path;
            record_root(size, &Entered { index, path })
        }))
    }
}

/// Why a record was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Lines that are read at once.
const CHUNK: u64 = 1_000;
/// Some 300 bytes each in a large log.
const MOST_ROOTS: usize = 256;
