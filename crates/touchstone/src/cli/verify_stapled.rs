//! Status proofs beside a credential: what its lists say of it, handed on with it, so that nobody is asked.
//!
//! **Invariant:** one that does not count ends the check, and is never passed over: whoever gave it wants it to count. It counts where the
//! verifier's own trust file makes its log believed, the issuer's key signed it, and the credential stands in its list.

use std::{collections::BTreeMap, path::Path, sync::Mutex};

use anyhow::{Context, Result, bail};
use touchstone_adapters::{CRYPTO, TLOG_CRYPTO};
use touchstone_bundle::{StatusAsked, StatusFile, Tools};
use touchstone_service::ports::{Clock, Fetch};
use touchstone_vc::{Contexts, Document, Fetched, Resource, Timestamp, did::DidDocument};

use super::{file, verify_bundle::trusted};

/// How status proofs are judged.
pub(super) struct Stapling<'a> {
    /// The verifier's trust file.
    pub(super) trust: Option<&'a Path>,
    /// The moment as of which is judged.
    pub(super) at: Timestamp,
    /// How old is too old, in milliseconds.
    pub(super) max_age_millis: Option<i64>,
    /// Documents at hand, by the address at which they are published.
    pub(super) at_hand: &'a (dyn Fn(&str) -> Option<Fetched> + Sync),
    pub(super) fetch: &'a dyn Fetch,
    pub(super) clock: &'a dyn Clock,
    pub(super) contexts: &'a Contexts,
}

/// What status proofs show.
#[derive(Default)]
pub(super) struct Stapled {
    lists: touchstone_bundle::Stapled,
    /// Documents of issuers that were fetched for it, by their address: the check of the credential needs them, too.
    fetched: BTreeMap<String, Fetched>,
    /// Files whose list nobody asked for yet.
    unused: Mutex<BTreeMap<String, Vec<String>>>,
}

impl Stapled {
    /// Reads these files, and makes sure that each counts.
    pub(super) async fn read(files: &[String], how: &Stapling<'_>) -> Result<Self> {
        let mut all = Self::default();
        if files.is_empty() {
            return Ok(all);
        }
        let trust = how.trust.context("--status: a status proof counts for the logs that a trust file names: give --trust FILE too")?;
        let policy = trusted(trust)?.policy;
        let tools = Tools {
            crypto: &CRYPTO,
            tree: &TLOG_CRYPTO,
            contexts: how.contexts,
        };
        let mut unused: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for named in files {
            let shown = || format!("--status {named}");
            let status = StatusFile::read(&file::read(named, LARGEST)?, &TLOG_CRYPTO);
            let status = status.with_context(shown)?;
            let stated = status.proof.stated();
            let document = all
                .document(&stated.issuer, how)
                .await
                .with_context(shown)?;
            let asked = StatusAsked {
                policy: &policy,
                at: how.at,
                max_age_millis: how.max_age_millis,
                document: document.as_ref(),
            };
            status.believe(&asked, &tools).with_context(shown)?;
            all.lists.add(&status.proof).with_context(shown)?;
            let files = unused.entry(stated.url.clone()).or_default();
            files.push(named.clone());
        }
        all.unused = Mutex::new(unused);
        Ok(all)
    }

    /// The document of an issuer that does not contain its own: its signature on the proof is checked as that on the credential is.
    async fn document(&mut self, issuer: &str, how: &Stapling<'_>) -> Result<Option<DidDocument>> {
        if DidDocument::contained(issuer).is_some() {
            return Ok(None);
        }
        let resource = Resource::DidDocument(issuer.to_owned());
        let address = resource.address();
        let address = address
            .with_context(|| format!("its issuer {issuer} is of a kind that is not read"))?;
        let known = (how.at_hand)(&address).or_else(|| self.fetched.get(&address).cloned());
        let found = match known {
            Some(found) => found,
            None => {
                let fetched = how.fetch.fetch(&address).await;
                let fetched = fetched.with_context(|| {
                    format!("the signature of its issuer needs {address}; give it with --documents")
                })?;
                let fetched = Fetched {
                    bytes: fetched.bytes,
                    fetched_at: how.clock.now(),
                };
                self.fetched.insert(address.clone(), fetched.clone());
                fetched
            }
        };
        let document = DidDocument::published(issuer, &found.bytes, found.fetched_at, &CRYPTO);
        let document =
            document.map_err(|_| anyhow::anyhow!("{address} is not the document of its issuer"))?;
        Ok(Some(document))
    }

    /// What is known of the document at an address: of a list the proof, unless one that is at hand is newer.
    pub(super) fn or(&self, url: &str, at_hand: Option<Fetched>) -> Option<Document> {
        let Some(known) = self.lists.of(url, at_hand.as_ref()) else {
            let document = at_hand.or_else(|| self.fetched.get(url).cloned());
            return document.map(Document::Fetched);
        };
        if let Ok(mut unused) = self.unused.lock() {
            unused.remove(url);
        }
        Some(known)
    }

    /// An error for a proof of a list that was not looked at.
    pub(super) fn all_used(&self) -> Result<()> {
        let unused = self.unused.lock();
        let unused = unused
            .map_err(|_| anyhow::anyhow!("a check ended in the middle; run the command again"))?;
        if let Some(named) = unused.values().flatten().next() {
            bail!("--status {named}: it is of a list in which no credential here stands");
        }
        Ok(())
    }
}

/// A file of this kind has 256 KiB at most.
const LARGEST: usize = 1 << 20;
