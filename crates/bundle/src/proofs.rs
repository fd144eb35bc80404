//! The proofs in a bundle, each as a C2SP tlog-proof with the entry that it is about: what any reader of that format can check.

use alloc::vec::Vec;

use touchstone_tlog::{Hash, SignedCheckpoint, TlogProof, merkle};
use touchstone_vc::log::Entry;

use crate::{Bundle, Entered, Logged, StatusProof, Tools, entries, keys::Keys, log::Log};

/// An entry of the log with its proof.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntryProof {
    /// The bytes of the entry.
    pub entry: Vec<u8>,
    /// Of a credential its salt is the extra line.
    pub proof: TlogProof,
}

/// Something in a bundle whose entry is not under the checkpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProofsError {
    /// The checkpoint cannot be read.
    #[error("checkpoint: not a signed checkpoint of a log")]
    Checkpoint,
    /// A member of the bundle is not in the log, or cannot be read.
    #[error("{member}, number {number}: the log of the checkpoint does not have it there")]
    NotThere {
        /// The member of the bundle.
        member: &'static str,
        /// Its place in it, from 1.
        number: usize,
    },
}

impl Bundle {
    /// The proof of a credential's issuing, as it stands in the bundle.
    pub fn tlog_proof(&self, credential: &Logged) -> Option<TlogProof> {
        let (checkpoint, path) = (&self.checkpoint, &credential.entry.path);
        in_tree(credential, checkpoint, path)
    }

    /// Every proof in it, each once, in the order of the log; of a credential that witnesses had seen earlier, that proof as well. None is handed out that does
    /// not lead to its checkpoint; whom to believe about that is the reader's to say.
    pub fn proofs(&self, tools: &Tools<'_>) -> Result<Vec<EntryProof>, ProofsError> {
        let log = Log::read(self, tools).ok_or(ProofsError::Checkpoint)?;
        let signed = SignedCheckpoint::parse(self.checkpoint.as_bytes());
        let checkpoint = signed.map_err(|_| ProofsError::Checkpoint)?;
        let (keys, _) = Keys::read(self, &log, tools);
        let crypto = tools.crypto;
        let mut all = Vec::new();
        let mut add = |entry: Option<Vec<u8>>, at: &Entered, extra: Option<Vec<u8>>| {
            let entry = entry.filter(|entry| log.has(entry, at))?;
            let proof = TlogProof {
                extra,
                index: at.index,
                path: at.path.clone(),
                checkpoint: checkpoint.clone(),
            };
            all.push(EntryProof { entry, proof });
            Some(())
        };
        let encoded = |entry: Option<Entry>| entry.and_then(|entry| entry.encode().ok());
        let mut issuers = Vec::new();
        for (number, one) in (1..).zip(&self.credentials) {
            let issuer = entries::issuer_of(&one.document).unwrap_or_default();
            let entry = encoded(entries::issued(one, &issuer, &keys, crypto));
            add(entry, &one.entry, Some(one.salt.to_vec()))
                .ok_or(not_there("credentials", number))?;
            issuers.push(issuer);
        }
        for (number, one) in (1..).zip(&self.status_lists) {
            let issuer = entries::issuer_of(&one.document).unwrap_or_default();
            let entry = encoded(entries::status_list(one, &issuer, &keys, crypto));
            add(entry, &one.entry, None).ok_or(not_there("statusLists", number))?;
        }
        for (number, one) in (1..).zip(&self.status_proofs) {
            let proof = StatusProof::read(&one.proof, tools.tree).ok();
            let entry = proof.map(|proof| proof.entry().to_vec());
            add(entry, &one.entry, None).ok_or(not_there("statusProofs", number))?;
        }
        for (number, one) in (1..).zip(&self.did_documents) {
            let entry = encoded(Some(entries::did_document(one, crypto)));
            add(entry, &one.entry, None).ok_or(not_there("didDocuments", number))?;
        }
        for (number, one) in (1..).zip(&self.achievements) {
            let made = |issuer| encoded(Some(entries::achievement(one, issuer, crypto)));
            let mut made = issuers.iter().map(|issuer| made(issuer));
            let there = made.find_map(|entry| add(entry, &one.entry, None));
            there.ok_or(not_there("achievements", number))?;
        }
        for (number, one) in (1..).zip(&self.key_events) {
            // One that is shown by a history alone has no proof of its own.
            let Some(place) = &one.entry else { continue };
            let entry = Some(one.document.as_bytes().to_vec());
            add(entry, place, None).ok_or(not_there("keyEvents", number))?;
        }
        for (number, one) in (1..).zip(&self.endorsements) {
            let bytes = one.document.as_bytes();
            let missing = not_there("endorsements", number);
            let (by, about) = entries::endorser(bytes).ok_or(missing)?;
            let mut made = [&by].into_iter().chain(&issuers).map(|by| {
                let entry = entries::endorsement(by, &about, bytes, crypto);
                encoded(Some(entry))
            });
            let there = made.find_map(|entry| add(entry, &one.entry, None));
            there.ok_or(missing)?;
        }
        if let Some(one) = &self.succession {
            let entry = Some(one.document.as_bytes().to_vec());
            add(entry, &one.entry, None).ok_or(not_there("succession", 1))?;
        }
        for (number, one) in (1..).zip(&self.credentials) {
            let Some(seen) = &one.witnessed else { continue };
            let missing = not_there("credentials[].witnessed", number);
            let of = |issued: &&EntryProof| issued.proof.index == one.entry.index;
            let entry = all.iter().find(of).map(|issued| issued.entry.clone());
            let proof = in_tree(one, &seen.checkpoint, &seen.path).ok_or(missing)?;
            let entry = entry.filter(|entry| is_proven(entry, &proof, tools));
            let entry = entry.ok_or(missing)?;
            all.push(EntryProof { entry, proof });
        }
        all.sort_by_key(|one| (one.proof.index, one.proof.checkpoint.checkpoint.size));
        // Several parts of one list stand under one root.
        all.dedup();
        Ok(all)
    }
}

/// The proof of a credential's issuing in the tree of a checkpoint.
fn in_tree(one: &Logged, checkpoint: &str, path: &[Hash]) -> Option<TlogProof> {
    Some(TlogProof {
        extra: Some(one.salt.to_vec()),
        index: one.entry.index,
        path: path.to_vec(),
        checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes()).ok()?,
    })
}

fn is_proven(entry: &[u8], proof: &TlogProof, tools: &Tools<'_>) -> bool {
    let leaf = merkle::leaf_hash(tools.tree, entry);
    let tree = &proof.checkpoint.checkpoint;
    let (index, path) = (proof.index, &proof.path);
    merkle::verify_inclusion(tools.tree, leaf, index, tree.size, path, tree.root).is_ok()
}

fn not_there(member: &'static str, number: usize) -> ProofsError {
    ProofsError::NotThere { member, number }
}
