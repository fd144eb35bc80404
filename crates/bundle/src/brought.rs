//! What a bundle brings for judging: the documents that are those of the log, and nothing else.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use touchstone_vc::{
    Credential, Document, Evidence, Fetched, Resource, Timestamp,
    did::{DidDocument, webvh},
    json::Value,
    status::{List, Lists},
};

use crate::{
    Answer, Bundle, Judged, Question, StatusProof, Tools, Why, entries, keys::Keys, log::Log,
};

/// What the credentials are judged from: the documents that are those of the log.
#[derive(Default)]
pub(crate) struct Brought {
    pub(crate) evidence: Evidence,
    /// Read once, however many credentials stand in one.
    pub(crate) lists: Lists,
    /// Addresses of the achievement versions.
    pub(crate) achievements: BTreeSet<String>,
    /// Addresses of what the credentials bind by digest.
    pub(crate) named: BTreeSet<String>,
}

impl Brought {
    /// The document of an issuer, contained in its DID or brought along.
    pub(crate) fn document_of(&self, issuer: &str, tools: &Tools<'_>) -> Option<DidDocument> {
        if let Some(contained) = DidDocument::contained(issuer) {
            return contained.ok();
        }
        match self.evidence.get(&Resource::DidDocument(issuer.into())) {
            Some(Document::Fetched(copy)) => {
                DidDocument::published(issuer, &copy.bytes, copy.fetched_at, tools.crypto).ok()
            }
            _ => None,
        }
    }

    /// Adds a part of a list. A whole list that is in the bundle too gives way to it, unless it is newer.
    fn add_block(&mut self, proof: &StatusProof) {
        let resource = Resource::StatusList(proof.stated().url.clone());
        match self.evidence.get_mut(&resource) {
            Some(Document::Proven(blocks)) => blocks.push(proof.block()),
            Some(Document::Fetched(list)) if list.fetched_at > proof.stated().valid_from => {}
            _ => {
                let blocks = Vec::from([proof.block()]);
                self.evidence.insert(resource, Document::Proven(blocks));
            }
        }
    }
}

pub(crate) fn documents(
    judged: &mut Judged,
    bundle: &Bundle,
    log: &Log<'_>,
    keys: &mut Keys,
    tools: &Tools<'_>,
) -> Brought {
    let mut brought = Brought::default();
    let mut amiss = |answer, why| judged.say(Question::Documents, answer, why);
    let lists: Vec<_> = bundle
        .status_lists
        .iter()
        .map(|list| (list, read_list(&list.document)))
        .collect();
    let proofs: Vec<_> = bundle
        .status_proofs
        .iter()
        .map(|one| (one, StatusProof::read(&one.proof, tools.tree).ok()))
        .collect();
    let proven = proofs.iter().filter_map(|(_, proof)| proof.as_ref());
    let proven = proven.map(|proof| proof.stated().valid_from);
    let whole = lists.iter().filter_map(|(_, (_, from))| *from);
    // When the newest of the lists was signed stands in for the moment at which the documents were had.
    let had_at = proven.chain(whole).max();
    let had_at = had_at.unwrap_or(Timestamp::from_unix_millis(0));
    let issuers: BTreeSet<String> = bundle
        .credentials
        .iter()
        .filter_map(|one| entries::issuer_of(&one.document))
        .collect();
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    for one in &bundle.did_documents {
        let entry = entries::did_document(one, tools.crypto);
        // The document of whoever endorses what was awarded decides nothing: without it, that is not shown.
        let decides = issuers.contains(&one.name);
        if !log.speaks_for(&one.name) {
            if decides {
                amiss(Answer::Fail, Why::OtherDomain);
            }
        } else if !log.has_entry(&entry, &one.entry) {
            if decides {
                amiss(Answer::Fail, Why::NotInLog);
            }
        } else if newest
            .get(&*one.name)
            .is_none_or(|newest| *newest <= one.entry.index)
        {
            newest.insert(&one.name, one.entry.index);
            let resource = Resource::DidDocument(one.name.clone());
            // A history was not had before it was written.
            let is_history = webvh::is(&one.name);
            let updated = is_history.then(|| webvh::updated(one.document.as_bytes()));
            let had_at = updated
                .flatten()
                .map_or(had_at, |updated| had_at.max(updated));
            brought
                .evidence
                .insert(resource, had(&one.document, had_at));
        }
    }
    for (one, (issuer, from)) in lists {
        let issuer = issuer.unwrap_or_default();
        let events = one.keys.unwrap_or_default();
        let entry = entries::status_list(one, &issuer, keys, tools.crypto);
        if entry.is_some_and(|entry| log.has_entry(&entry, &one.entry)) {
            keys.shown_up_to(&issuer, events);
            if !keys.are_in_use(&issuer, &methods(&one.document), events) {
                amiss(Answer::Unknown, Why::StatusKey);
                continue;
            }
            let resource = Resource::StatusList(one.name.clone());
            let document = had(&one.document, from.unwrap_or(had_at));
            brought.evidence.insert(resource, document);
            let list = List::new(one.document.as_bytes().to_vec());
            brought.lists.insert(one.name.clone(), Arc::new(list));
        } else {
            amiss(Answer::Fail, Why::NotInLog);
        }
    }
    for (one, proof) in proofs {
        let Some(proof) = proof else {
            amiss(Answer::Fail, Why::StatusProof);
            continue;
        };
        let issuer = &proof.stated().issuer;
        let is_there = log.speaks_for(issuer)
            && keys.history(issuer, one.keys) == Some(*proof.keys())
            && log.has(proof.entry(), &one.entry);
        if !is_there {
            amiss(Answer::Fail, Why::NotInLog);
            continue;
        }
        // Without the issuer's document nobody can say whether it signed: then nothing is shown.
        let Some(document) = brought.document_of(issuer, tools) else {
            continue;
        };
        if !proof.is_signed_by_issuer(&document, tools.crypto) {
            amiss(Answer::Fail, Why::StatusProof);
            continue;
        }
        keys.shown_up_to(issuer, one.keys);
        let method = core::slice::from_ref(&proof.stated().method);
        match keys.are_in_use(issuer, method, one.keys) {
            true => brought.add_block(&proof),
            false => amiss(Answer::Unknown, Why::StatusKey),
        }
    }
    for one in &bundle.achievements {
        let known = issuers.iter().any(|issuer| {
            let entry = entries::achievement(one, issuer, tools.crypto);
            log.has_entry(&entry, &one.entry)
        });
        if known {
            let resource = Resource::RelatedResource(one.name.clone());
            brought
                .evidence
                .insert(resource, had(&one.document, had_at));
            brought.achievements.insert(one.name.clone());
        } else {
            amiss(Answer::Fail, Why::NotInLog);
        }
    }
    brought
}

/// The keys that a list says that it is signed with.
fn methods(document: &str) -> Vec<String> {
    let document = Value::parse(document.as_bytes()).unwrap_or(Value::Null);
    let proofs = document.get("proof").map(Value::items).unwrap_or_default();
    let named = proofs.iter().filter_map(|proof| {
        let method = proof.get("verificationMethod")?;
        method.as_str().map(ToOwned::to_owned)
    });
    named.collect()
}

/// Who signed a status list, and from when on it speaks.
fn read_list(document: &str) -> (Option<String>, Option<Timestamp>) {
    let Ok(list) = Credential::parse(document.as_bytes()) else {
        return (None, None);
    };
    let from = list.document().get("validFrom").and_then(Value::as_str);
    let from = from.and_then(|from| Timestamp::parse(from).ok());
    (list.issuer().map(ToOwned::to_owned), from)
}

fn had(document: &str, fetched_at: Timestamp) -> Document {
    Document::Fetched(Fetched {
        bytes: document.as_bytes().to_vec(),
        fetched_at,
    })
}
