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
    Answer, Bundle, Judged, Listed, ProvenStatus, Question, StatusProof, Tools, Why, entries,
    keys::Keys, log::Log,
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

/// Takes from a bundle each document that is an entry of the log, and says of the others what is amiss.
pub(crate) fn documents(
    judged: &mut Judged,
    bundle: &Bundle,
    log: &Log<'_>,
    keys: &mut Keys,
    tools: &Tools<'_>,
) -> Brought {
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
    let had_at = proven.chain(whole).max();
    let issuers = bundle
        .credentials
        .iter()
        .filter_map(|one| entries::issuer_of(&one.document));
    let mut gathering = Gathering {
        judged,
        log,
        keys,
        tools,
        issuers: issuers.collect(),
        had_at: had_at.unwrap_or(Timestamp::from_unix_millis(0)),
        newest: BTreeMap::new(),
        brought: Brought::default(),
    };
    // In this order: a status proof needs its issuer's document.
    for one in &bundle.did_documents {
        gathering.did_document(one);
    }
    for (one, (issuer, from)) in &lists {
        gathering.status_list(one, issuer.as_deref().unwrap_or_default(), *from);
    }
    for (one, proof) in &proofs {
        gathering.status_proof(one, proof.as_ref());
    }
    for one in &bundle.achievements {
        gathering.achievement(one);
    }
    gathering.brought
}

/// What is at hand while the documents of a bundle are taken, one after the other.
struct Gathering<'a> {
    judged: &'a mut Judged,
    log: &'a Log<'a>,
    keys: &'a mut Keys,
    tools: &'a Tools<'a>,
    /// Whoever issued the credentials of the bundle.
    issuers: BTreeSet<String>,
    /// When the newest of the lists was signed: that stands in for the moment at which the documents were had.
    had_at: Timestamp,
    /// Where the document that was taken of each DID stands in the log.
    newest: BTreeMap<&'a str, u64>,
    brought: Brought,
}

impl<'a> Gathering<'a> {
    fn amiss(&mut self, answer: Answer, why: Why) {
        self.judged.say(Question::Documents, answer, why);
    }

    /// The document of a DID; of several, the newest by the log.
    fn did_document(&mut self, one: &'a Listed) {
        let entry = entries::did_document(one, self.tools.crypto);
        let amiss = if !self.log.speaks_for(&one.name) {
            Some(Why::OtherDomain)
        } else if !self.log.has_entry(&entry, &one.entry) {
            Some(Why::NotInLog)
        } else {
            None
        };
        if let Some(why) = amiss {
            // The document of whoever endorses what was awarded decides nothing: without it, that is not shown.
            if self.issuers.contains(&one.name) {
                self.amiss(Answer::Fail, why);
            }
            return;
        }
        let newest = self.newest.get(&*one.name);
        if newest.is_some_and(|newest| *newest > one.entry.index) {
            return;
        }
        self.newest.insert(&one.name, one.entry.index);
        // A history was not had before it was written.
        let is_history = webvh::is(&one.name);
        let updated = is_history.then(|| webvh::updated(one.document.as_bytes()));
        let had_at = updated
            .flatten()
            .map_or(self.had_at, |updated| self.had_at.max(updated));
        let resource = Resource::DidDocument(one.name.clone());
        let document = had(&one.document, had_at);
        self.brought.evidence.insert(resource, document);
    }

    /// A whole status list, signed by `issuer` with keys that were in use.
    fn status_list(&mut self, one: &Listed, issuer: &str, from: Option<Timestamp>) {
        let events = one.keys.unwrap_or_default();
        let entry = entries::status_list(one, issuer, self.keys, self.tools.crypto);
        let is_there = entry.is_some_and(|entry| self.log.has_entry(&entry, &one.entry));
        if !is_there {
            return self.amiss(Answer::Fail, Why::NotInLog);
        }
        self.keys.shown_up_to(issuer, events);
        let methods = methods(&one.document);
        if !self.keys.are_in_use(issuer, &methods, events) {
            return self.amiss(Answer::Unknown, Why::StatusKey);
        }
        let resource = Resource::StatusList(one.name.clone());
        let document = had(&one.document, from.unwrap_or(self.had_at));
        self.brought.evidence.insert(resource, document);
        let list = List::new(one.document.as_bytes().to_vec());
        self.brought.lists.insert(one.name.clone(), Arc::new(list));
    }

    /// A part of a status list, with the proof that its issuer signed it; `None` if it cannot be read.
    fn status_proof(&mut self, one: &ProvenStatus, proof: Option<&StatusProof>) {
        let Some(proof) = proof else {
            return self.amiss(Answer::Fail, Why::StatusProof);
        };
        let issuer = &proof.stated().issuer;
        let is_there = self.log.speaks_for(issuer)
            && self.keys.history(issuer, one.keys) == Some(*proof.keys())
            && self.log.has(proof.entry(), &one.entry);
        if !is_there {
            return self.amiss(Answer::Fail, Why::NotInLog);
        }
        // Without the issuer's document nobody can say whether it signed: then nothing is shown.
        let Some(document) = self.brought.document_of(issuer, self.tools) else {
            return;
        };
        if !proof.is_signed_by_issuer(&document, self.tools.crypto) {
            return self.amiss(Answer::Fail, Why::StatusProof);
        }
        self.keys.shown_up_to(issuer, one.keys);
        let method = core::slice::from_ref(&proof.stated().method);
        match self.keys.are_in_use(issuer, method, one.keys) {
            true => self.brought.add_block(proof),
            false => self.amiss(Answer::Unknown, Why::StatusKey),
        }
    }

    /// A version of an achievement, of one of those who issued the credentials.
    fn achievement(&mut self, one: &Listed) {
        let known = self.issuers.iter().any(|issuer| {
            let entry = entries::achievement(one, issuer, self.tools.crypto);
            self.log.has_entry(&entry, &one.entry)
        });
        if !known {
            return self.amiss(Answer::Fail, Why::NotInLog);
        }
        let resource = Resource::RelatedResource(one.name.clone());
        let document = had(&one.document, self.had_at);
        self.brought.evidence.insert(resource, document);
        self.brought.achievements.insert(one.name.clone());
    }
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
