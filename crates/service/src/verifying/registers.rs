//! "Do I know this issuer?": the registers that this installation was told to ask, and the copies that it keeps of them.
//!
//! A register is read by a job and never while somebody waits for a verdict; a check asks the copy, and says how old it is.
//!
//! **Invariant:** a register that could not be read for too long decides nothing: what its last copy says is told as such. A copy that
//! cannot be read does not replace one that can. A copy of a federation that was judged by other keys or trust marks than are asked for is none.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use touchstone_store::{RegisterAge, StoreError};
use touchstone_vc::{
    Crypto, Listing, Register, Timestamp, Trust,
    federation::{Anchor, KeySet},
    multibase,
    registry::{MAX_BYTES, Registry},
};

use super::{
    federation::read_federation,
    trust_chain::{Chains, Known},
};
use crate::{World, elapsed::has_passed, operations::Lease};

/// Which registers are asked, and how old their copies may become.
#[derive(Default)]
pub struct Recognition {
    /// Registers that were read from files when the program started.
    pub files: Vec<RegisterFile>,
    /// Registers that others publish.
    pub sources: Vec<Source>,
    /// After how long a copy is read anew.
    pub every_ms: i64,
    /// How old a copy may be that decides.
    pub most_age_ms: i64,
    /// The superiors of the institutions of this installation in federations; empty if they are in none.
    pub authority_hints: Vec<String>,
    /// Registers as they were asked last, by the key of their source.
    read: Mutex<BTreeMap<String, Read>>,
}

/// A register in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegisterFile {
    /// What it is called here.
    pub name: String,
    /// What stands in it.
    pub registry: Registry,
    /// How old the file is.
    pub as_of: Option<Timestamp>,
}

impl RegisterFile {
    /// What it says at this moment.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Register {
        Register {
            name: self.name.clone(),
            issuers: self.registry.at(now),
            source: None,
            as_of: self.as_of,
            unread: false,
        }
    }
}

/// A register that somebody publishes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// What it is called here.
    pub name: String,
    /// Where it is read: an address, or the trust anchor of a federation.
    pub address: String,
    /// What is read there.
    pub kind: SourceKind,
}

/// What is read at a source.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SourceKind {
    /// A document that lists issuers.
    Document,
    /// A federation (OpenID Federation 1.0), from its trust anchor down.
    Federation {
        /// The anchor's keys, which came another way.
        keys: KeySet,
        /// The types of trust marks of which an entity must have one; empty for none.
        trust_marks: Vec<String>,
    },
}

impl Source {
    /// Under what its copy is kept. That of a federation is one of what it was judged by: whoever asks for other keys or trust marks has none.
    fn key(&self, crypto: &Crypto) -> String {
        let SourceKind::Federation { keys, trust_marks } = &self.kind else {
            return self.address.clone();
        };
        let mut marks = trust_marks.clone();
        marks.sort_unstable();
        let judged_by = (crypto.sha256)(format!("{keys:?} {marks:?}").as_bytes());
        let judged_by = multibase::encode_hex(&judged_by);
        format!("federation {} {judged_by}", self.address)
    }
}

/// A copy as it was read.
struct Read {
    fetched_at: Option<i64>,
    unread: bool,
    /// When it says something else, though nobody changed it.
    until: Option<Timestamp>,
    asked: Asked,
}

/// A register as it is asked, with what is told of those whom a federation has.
#[derive(Clone)]
struct Asked {
    register: Arc<Register>,
    chains: Arc<Chains>,
}

impl Asked {
    fn chains(registry: &Registry) -> Arc<Chains> {
        let with = registry.issuers.iter();
        let with = with.filter(|(_, entry)| !entry.chain.is_empty());
        let chains = with.map(|(id, entry)| (id.clone(), entry.clone()));
        Arc::new(chains.collect())
    }
}

impl Recognition {
    /// Asks these, and reads each anew after `every_ms`.
    pub fn new(
        files: Vec<RegisterFile>,
        sources: Vec<Source>,
        every_ms: i64,
        most_age_ms: i64,
    ) -> Self {
        Self {
            files,
            sources,
            every_ms,
            most_age_ms,
            authority_hints: Vec::new(),
            read: Mutex::default(),
        }
    }

    /// The same, with these superiors of the institutions here.
    #[must_use]
    pub fn below(self, authority_hints: Vec<String>) -> Self {
        Self {
            authority_hints,
            ..self
        }
    }

    fn remembered(
        &self,
        key: &str,
        fetched_at: Option<i64>,
        unread: bool,
        now: Timestamp,
    ) -> Option<Asked> {
        let all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let read = all.get(key)?;
        let same = read.fetched_at == fetched_at && read.unread == unread;
        let stands = read.until.is_none_or(|until| now < until);
        (same && stands).then(|| read.asked.clone())
    }

    fn remember(&self, key: String, read: Read) -> Asked {
        let asked = read.asked.clone();
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, read);
        asked
    }

    /// A file as it stands now: what ends in it ends whether or not the program is started again.
    fn file(&self, place: usize, file: &RegisterFile, now: Timestamp) -> Asked {
        // Two may be called the same.
        let key = format!("file {place}");
        self.remembered(&key, None, false, now).unwrap_or_else(|| {
            let asked = Asked {
                register: Arc::new(file.at(now)),
                chains: Asked::chains(&file.registry),
            };
            let read = Read {
                fetched_at: None,
                unread: false,
                until: file.registry.changes_after(now),
                asked,
            };
            self.remember(key, read)
        })
    }

    fn is_unread(&self, fetched_at: Option<i64>, now: Timestamp) -> bool {
        fetched_at.is_none_or(|at| now.unix_millis() - at > self.most_age_ms)
    }
}

/// The registers behind `first`, as their copies stand.
pub(super) async fn known(world: &World, first: Trust) -> Result<Known, StoreError> {
    let without = first.registers.iter().map(|_| Arc::default());
    let mut known = Known {
        chains: without.collect(),
        trust: first,
    };
    for asked in all(world).await? {
        known.trust.registers.push(asked.register);
        known.chains.push(asked.chains);
    }
    Ok(known)
}

async fn all(world: &World) -> Result<Vec<Asked>, StoreError> {
    let asked = &world.recognition;
    let now = world.clock.now();
    let files = asked.files.iter().enumerate();
    let files = files.map(|(place, file)| asked.file(place, file, now));
    let mut registers: Vec<_> = files.collect();
    if asked.sources.is_empty() {
        return Ok(registers);
    }
    let reader = world.store.read();
    let ages = reader.register_ages().await?;
    for source in &asked.sources {
        let key = source.key(world.crypto);
        let fetched_at = age(&ages, &key).and_then(|age| age.fetched_at);
        let unread = asked.is_unread(fetched_at, now);
        if let Some(known) = asked.remembered(&key, fetched_at, unread, now) {
            registers.push(known);
            continue;
        }
        let copy = reader.register_copy(&key).await?;
        let fetched_at = copy.as_ref().and_then(|copy| copy.fetched_at);
        let unread = asked.is_unread(fetched_at, now);
        // Only what could be read was kept.
        let bytes = copy.and_then(|copy| copy.bytes);
        let read = bytes.and_then(|bytes| Registry::parse(&bytes).ok());
        // An older program's copy may be one that this one cannot read: that says nothing about anybody.
        let unread = unread || read.is_none();
        let until = read.as_ref().and_then(|read| read.changes_after(now));
        let chains = read.as_ref().map(Asked::chains).unwrap_or_default();
        let register = Arc::new(Register {
            name: source.name.clone(),
            issuers: read.map(|read| read.at(now)).unwrap_or_default(),
            source: Some(source.address.clone()),
            as_of: fetched_at.map(Timestamp::from_unix_millis),
            unread,
        });
        let read = Read {
            fetched_at,
            unread,
            until,
            asked: Asked { register, chains },
        };
        registers.push(asked.remember(key, read));
    }
    Ok(registers)
}

/// The name of the first register that can be relied on and lists an issuer, of those that this installation was told to ask.
pub(crate) async fn listed_by(world: &World, issuer: &str) -> Result<Option<String>, StoreError> {
    let known = known(world, Trust::default()).await?.trust;
    let found = listing(&known, issuer).and_then(|place| known.registers.get(place));
    Ok(found.map(|register| register.name.clone()))
}

/// The place of the first register that can be relied on and lists an issuer: the one that decides.
pub(super) fn listing(trust: &Trust, issuer: &str) -> Option<usize> {
    trust.registers.iter().position(|register| {
        !register.unread && register.issuers.get(issuer) == Some(&Listing::Listed)
    })
}

fn age<'a>(ages: &'a [RegisterAge], key: &str) -> Option<&'a RegisterAge> {
    ages.iter().find(|age| age.source == key)
}

/// Reads each register that is due: whose copy is old enough, or which failed an hour ago.
pub(crate) async fn read_due(world: &World, lease: &Lease<'_>) -> Result<(), StoreError> {
    let asked = &world.recognition;
    let keys = asked.sources.iter().map(|one| one.key(world.crypto));
    let keys: Vec<_> = keys.collect();
    world.store.keep_register_copies_of(&keys).await?;
    let ages = world.store.read().register_ages().await?;
    for (source, key) in asked.sources.iter().zip(&keys) {
        let now = world.clock.now();
        if !age(&ages, key).is_none_or(|age| is_due(age, asked.every_ms, now)) {
            continue;
        }
        let at = now.unix_millis();
        match read(world, source, key, lease).await? {
            Ok(bytes) => world.store.keep_register_copy(key, bytes, at).await?,
            Err(why) => {
                tracing::warn!(register = %source.name, %why, "a register could not be read");
                world.store.miss_register_copy(key, &why, at).await?;
            }
        }
        lease.extend(&world.store, world.clock.now()).await?;
    }
    Ok(())
}

fn is_due(age: &RegisterAge, every_ms: i64, now: Timestamp) -> bool {
    let passed = |at: i64, every_ms: i64| has_passed(at, every_ms, now.unix_millis());
    let old = age.fetched_at.is_none_or(|at| passed(at, every_ms));
    old && age
        .error_at
        .is_none_or(|at| passed(at, RETRY_MS.min(every_ms)))
}

/// The register's bytes, or why there are none.
async fn read(
    world: &World,
    source: &Source,
    key: &str,
    lease: &Lease<'_>,
) -> Result<Result<Vec<u8>, String>, StoreError> {
    match &source.kind {
        SourceKind::Document => Ok(read_document(world, &source.address).await),
        SourceKind::Federation { keys, trust_marks } => {
            let anchor = Anchor {
                id: source.address.clone(),
                keys: keys.clone(),
            };
            let before = world.store.read().register_copy(key).await?;
            let before = before.and_then(|copy| Registry::parse(&copy.bytes?).ok());
            let read = read_federation(world, &anchor, trust_marks, before, lease);
            // As a document would have to be: what is kept can be read.
            let written = read.await?.map(written);
            Ok(written.and_then(read_from))
        }
    }
}

/// A federation as it is kept: with the chains by which each is known, unless that is more than is read again. They are told and decide nothing.
pub fn written(mut registry: Registry) -> Vec<u8> {
    let whole = registry.to_json().to_string().into_bytes();
    if whole.len() <= MAX_BYTES {
        return whole;
    }
    for entry in registry.issuers.values_mut() {
        entry.chain.clear();
    }
    registry.to_json().to_string().into_bytes()
}

/// A document's bytes, if they are a register.
async fn read_document(world: &World, address: &str) -> Result<Vec<u8>, String> {
    let fetched = world.fetch.fetch(address).await;
    let fetched = fetched.map_err(|error| error.to_string())?;
    read_from(fetched.bytes)
}

/// A register's bytes, if they are one.
fn read_from(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if bytes.len() > MAX_BYTES {
        return Err("the answer is too large".into());
    }
    match Registry::parse(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// How a register stands, for who runs this.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegisterStanding {
    /// What it is called.
    pub name: String,
    /// Where it is read.
    pub source: String,
    /// How many issuers it lists.
    pub listed: usize,
    /// When its copy was read.
    pub as_of: Option<Timestamp>,
    /// Whether the copy is too old to decide, or there is none.
    pub unread: bool,
    /// Why the last reading failed, if it did.
    pub error: Option<String>,
}

/// How each register stands, in the order in which they are asked.
#[crate::boxed]
pub async fn standing(world: &World) -> Result<Vec<RegisterStanding>, StoreError> {
    let asked = &world.recognition;
    let ages = world.store.read().register_ages().await?;
    let registers = known(world, Trust::default()).await?.trust.registers;
    // Files have no copy that could fail to be read.
    let files = asked.files.iter().map(|_| None);
    let sources = asked
        .sources
        .iter()
        .map(|one| age(&ages, &one.key(world.crypto)));
    let ages = files.chain(sources);
    let standings = registers.iter().zip(ages).map(|(register, age)| {
        let listed = |listing: &&Listing| **listing == Listing::Listed;
        RegisterStanding {
            name: register.name.clone(),
            listed: register.issuers.values().filter(listed).count(),
            as_of: register.as_of,
            unread: register.unread,
            error: age.and_then(|age| age.error.clone()),
            source: register.source.clone().unwrap_or_default(),
        }
    });
    Ok(standings.collect())
}

/// When a register is tried again that could not be read: after an hour.
const RETRY_MS: i64 = 60 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use touchstone_vc::{
        federation::Link,
        registry::{Entry, Form},
    };

    use super::*;

    #[test]
    fn chains_that_are_too_long_to_be_kept_cost_nobody_the_register() {
        let of = |links: usize| {
            let link = Link {
                entity: format!("https://{}.example", "x".repeat(200)),
                ..Link::default()
            };
            let entry = Entry {
                listing: Listing::Listed,
                valid_until: None,
                via: Vec::new(),
                marked_via: Vec::new(),
                chain: vec![link; links],
                mark: None,
            };
            let ids = (0..4_000).map(|number| format!("https://{number}.example"));
            Registry {
                form: Form::List,
                name: None,
                issuers: ids.map(|id| (id, entry.clone())).collect(),
            }
        };
        let kept = |links| Registry::parse(&written(of(links))).unwrap();
        assert_eq!(kept(1), of(1));
        assert_eq!(kept(9), of(0), "whom it lists, without how");
    }
}
