//! Bringing together what a verdict needs: our own documents from the database, those of others over the network, if the caller
//! allows it.
//!
//! **Invariant:** a document that could not be had is handed on as such, with the reason and the last good copy; it is never left
//! out to look as if nobody had asked.

use std::collections::BTreeMap;

use touchstone_store::{ApplicationCopyRow, FormerDidRow, InstitutionRow, Reader, StoreError};
use touchstone_vc::open_badges_2::{Assertion, MAX_ROUNDS};
use touchstone_vc::{Document, Evidence, Fetched, Resource, Timestamp, Unreachable};

use url::Url;

use super::{asking::Asking, documents::Which, former::document_of_at};
use crate::{
    World,
    issuing::{self, EvidenceError},
    operations::moving::authority,
    ports::{self, FetchError},
};

/// How far gathering may reach.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// This installation's own documents only.
    Own,
    /// The same, as it stood within the last second: for whoever shows what was found for longer than that.
    Moment,
    /// Status lists and DID documents of other issuers too.
    Network,
    /// Those too, as far as an application will rest on them: nothing of them stays here, and what is too large to be kept with one does not
    /// count.
    Preview,
}

/// Where documents of others come from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// From whoever publishes them, as far as these may be asked.
    Publishers(Reach),
    /// From copies that were made before, and nobody is asked; these copies belong to what is checked.
    Copies(&'a [ApplicationCopyRow]),
}

/// Gathers the documents that a verdict takes.
pub(crate) async fn gather(
    world: &World,
    resources: Vec<Resource>,
    reach: Reach,
) -> Result<Evidence, StoreError> {
    gather_from(world, resources, Source::Publishers(reach)).await
}

/// Gathers the documents that a verdict takes, those of others from `source`.
pub(crate) async fn gather_from(
    world: &World,
    resources: Vec<Resource>,
    source: Source<'_>,
) -> Result<Evidence, StoreError> {
    gather_with(Own::new(world), resources, source).await
}

/// Gathers what this installation publishes itself, for somebody who takes it all at once: of files that are kept here those that are no more
/// than `most` bytes together. No other is read to its end.
pub(super) async fn gather_small(
    world: &World,
    resources: Vec<Resource>,
    most: usize,
) -> Result<Evidence, StoreError> {
    let own = Own {
        room: Some(most),
        ..Own::new(world)
    };
    gather_with(own, resources, Source::Publishers(Reach::Own)).await
}

async fn gather_with(
    mut own: Own<'_>,
    resources: Vec<Resource>,
    source: Source<'_>,
) -> Result<Evidence, StoreError> {
    let (world, mut evidence) = (own.world, BTreeMap::new());
    let mut asking = Asking::begun(world.clock.now());
    for resource in resources {
        let Some(url) = resource.address() else {
            continue;
        };
        let found = match own_document(&mut own, &url, source).await? {
            Some(found) => Some(found),
            None if resource.decides() => {
                Some(foreign(world, &url, source, false, &mut asking).await?)
            }
            // Evidence stays where it is: opening it is the reader's choice.
            None => None,
        };
        if let Some(found) = found {
            evidence.insert(resource, found);
        }
    }
    Ok(evidence)
}

/// One of our own documents: asked for, or what was asked for a moment ago.
async fn own_document(
    own: &mut Own<'_>,
    url: &str,
    source: Source<'_>,
) -> Result<Option<Document>, StoreError> {
    if !matches!(source, Source::Publishers(Reach::Moment)) {
        return own.document(url).await;
    }
    let (moment, now) = (&own.world.moment, own.world.clock.now());
    if let Some(known) = moment.document(url, now) {
        return Ok(Some(known));
    }
    let found = own.document(url).await?;
    if let Some(found) = &found {
        moment.keep_document(url, found, now);
    }
    Ok(found)
}

/// Gathers the documents of a badge of version 2.0, each of which names the next.
pub(crate) async fn gather_hosted(
    world: &World,
    assertion: &Assertion,
    source: Source<'_>,
) -> Result<Evidence, StoreError> {
    let mut evidence = BTreeMap::new();
    let mut asking = Asking::begun(world.clock.now());
    for _ in 0..MAX_ROUNDS {
        let wanted = assertion.required(&evidence);
        if wanted.is_empty() {
            break;
        }
        for resource in wanted {
            if let Some(url) = resource.address() {
                let personal = assertion.id() == Some(&url);
                let found = foreign(world, &url, source, personal, &mut asking).await?;
                evidence.insert(resource, found);
            }
        }
    }
    Ok(evidence)
}

/// Whether this installation publishes the document at an address itself.
pub(super) async fn is_own(world: &World, url: &str) -> Result<bool, StoreError> {
    Ok(Own::new(world).document(url).await?.is_some())
}

/// What this installation publishes itself, as it stands while one credential is checked: what several of its documents take is looked up once.
struct Own<'w> {
    world: &'w World,
    reader: Reader,
    /// Where institutions were before they moved.
    former: Option<Vec<FormerDidRow>>,
    /// Institutions that are shown, by their short names.
    shown: BTreeMap<String, Option<InstitutionRow>>,
    /// How many more bytes there may be of files that are kept here; if it is `None`, as many as there are.
    room: Option<usize>,
}

impl<'w> Own<'w> {
    fn new(world: &'w World) -> Self {
        Self {
            world,
            reader: world.store.read(),
            former: None,
            shown: BTreeMap::new(),
            room: None,
        }
    }

    /// The document at this address, if it is one of ours.
    async fn document(&mut self, url: &str) -> Result<Option<Document>, StoreError> {
        let world = self.world;
        let (host, path) = match below(&world.site.link(""), url) {
            Some(path) => (None, path),
            // Of what an institution issued before it moved, the documents stay where they were.
            None => {
                let Some((path, row)) = self.formerly(url).await? else {
                    return Ok(None);
                };
                let at = Url::parse(&row.public_url).ok();
                (at.as_ref().and_then(authority), path)
            }
        };
        let parts: Vec<&str> = path.split('/').collect();
        let which = match parts.as_slice() {
            [_, "did.json"] => Which::Did,
            [_, "did.jsonl"] => Which::History,
            [_, "profile"] => Which::Profile,
            [_, "status", number] => match number.parse() {
                Ok(number) => Which::Status { number },
                Err(_) => return Ok(None),
            },
            [_, "a", slug, version] => match version.parse() {
                Ok(version) => Which::Achievement { slug, version },
                Err(_) => return Ok(None),
            },
            [slug, "e", sha256] => {
                return match &mut self.room {
                    None => evidence(world, slug, sha256).await,
                    Some(room) => small_evidence(world, slug, sha256, room).await,
                };
            }
            _ => return Ok(None),
        };
        let slug = parts.first().copied().unwrap_or_default();
        let Some(institution) = self.shown(slug).await? else {
            return Ok(None);
        };
        let found = document_of_at(world, host.as_deref(), institution, which).await?;
        let fetched_at = world.clock.now();
        Ok(found.map(|found| {
            Document::Fetched(Fetched {
                bytes: found.bytes,
                fetched_at,
            })
        }))
    }

    /// Who published at this address before they moved.
    async fn formerly<'u>(
        &mut self,
        url: &'u str,
    ) -> Result<Option<(&'u str, &FormerDidRow)>, StoreError> {
        // Most addresses are of others, and none of theirs looks like one of ours.
        if !url.contains("/i/") {
            return Ok(None);
        }
        let former = match &mut self.former {
            Some(former) => former,
            none => none.insert(self.reader.all_former_dids().await?),
        };
        let mut former = former.iter();
        Ok(former.find_map(|row| Some((below(&row.public_url, url)?, row))))
    }

    async fn shown(&mut self, slug: &str) -> Result<Option<&InstitutionRow>, StoreError> {
        if !self.shown.contains_key(slug) {
            let found = self.reader.institution_shown(slug).await?;
            self.shown.insert(slug.to_owned(), found);
        }
        Ok(self.shown.get(slug).and_then(Option::as_ref))
    }
}

/// What follows `/i/` in an address of the site at `base`.
fn below<'u>(base: &str, url: &'u str) -> Option<&'u str> {
    let base = format!("{base}/i/");
    let https = base.replacen("http://", "https://", 1); // A DID document's address is always https.
    url.strip_prefix(&base).or_else(|| url.strip_prefix(&https))
}

/// A piece of evidence that is kept here.
async fn evidence(world: &World, slug: &str, sha256: &str) -> Result<Option<Document>, StoreError> {
    let found = match issuing::evidence(world, slug, sha256).await {
        Ok(found) => found,
        Err(EvidenceError::Store(error)) => return Err(error),
        // The file store did not answer: that says nothing about the file.
        Err(_) => {
            return Ok(Some(Document::Unreachable {
                why: Unreachable::NoAnswer,
                last_good: None,
            }));
        }
    };
    Ok(found.map(|(_, bytes)| {
        Document::Fetched(Fetched {
            bytes,
            fetched_at: world.clock.now(),
        })
    }))
}

/// A piece of evidence that is kept here, if there is room for it. Its first bytes come with how many there are.
async fn small_evidence(
    world: &World,
    slug: &str,
    sha256: &str,
    room: &mut usize,
) -> Result<Option<Document>, StoreError> {
    let Some(file) = issuing::open_evidence(world, slug, sha256).await? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    loop {
        let part = match file.piece(world, bytes.len() as u64).await {
            Ok(Some(part)) if part.whole <= *room as u64 => part,
            Ok(_) => return Ok(None),
            Err(_) => {
                return Ok(Some(Document::Unreachable {
                    why: Unreachable::NoAnswer,
                    last_good: None,
                }));
            }
        };
        bytes.extend_from_slice(&part.bytes);
        if part.bytes.is_empty() || bytes.len() as u64 >= part.whole {
            break;
        }
    }
    *room = room.saturating_sub(bytes.len());
    Ok(Some(Document::Fetched(Fetched {
        bytes,
        fetched_at: world.clock.now(),
    })))
}

/// A document of somebody else: a fresh copy, or a new one, or why there is none. A personal one says what somebody earned: no copy of it
/// stays for others.
async fn foreign(
    world: &World,
    url: &str,
    source: Source<'_>,
    personal: bool,
    asking: &mut Asking,
) -> Result<Document, StoreError> {
    let reach = match source {
        Source::Copies(own) => return from_copies(world, url, own).await,
        Source::Publishers(reach) => reach,
    };
    let last_good = (world.store.read().remote_document(url).await?)
        .and_then(|row| copy(row.bytes, row.fetched_at));
    let now = world.clock.now();
    if let Some(copy) = &last_good
        && now.unix_millis() - copy.fetched_at.unix_millis() < FRESH_MS
    {
        return Ok(Document::Fetched(copy.clone()));
    }
    if matches!(reach, Reach::Own | Reach::Moment) {
        return Ok(Document::Unreachable {
            why: Unreachable::Offline,
            last_good,
        });
    }
    if let Err(why) = asking.one_more(now) {
        return Ok(Document::Unreachable { why, last_good });
    }
    let stays = reach == Reach::Network && !personal;
    let fetched = world
        .fetch
        .fetch(url)
        .await
        .inspect(|fetched| asking.answered(fetched));
    let fetched = match reach {
        Reach::Preview => fetched.and_then(|fetched| small(fetched, personal)),
        Reach::Own | Reach::Moment | Reach::Network => fetched,
    };
    match fetched {
        Ok(fetched) => {
            if stays {
                keep(world, url, &fetched.bytes, now).await;
            }
            Ok(Document::Fetched(Fetched {
                bytes: fetched.bytes,
                fetched_at: now,
            }))
        }
        Err(error) => {
            if stays {
                miss(world, url, error, now).await;
            }
            Ok(Document::Unreachable {
                why: why(error),
                last_good,
            })
        }
    }
}

/// What an application can rest on: of what is larger, no copy is kept with one.
pub(crate) fn small(fetched: ports::Fetched, personal: bool) -> Result<ports::Fetched, FetchError> {
    let most = match personal {
        true => LARGEST_ASSERTION,
        false => LARGEST_COPY,
    };
    match fetched.bytes.len() > most {
        true => Err(FetchError::TooLarge),
        false => Ok(fetched),
    }
}

/// A copy as it was made, if that was not so long ago that it says nothing about today.
async fn from_copies(
    world: &World,
    url: &str,
    own: &[ApplicationCopyRow],
) -> Result<Document, StoreError> {
    let found = match own.iter().find(|row| row.url == url).cloned() {
        Some(row) => Some((copy(row.bytes, row.fetched_at), row.error, row.error_at)),
        None => (world.store.read().remote_document(url).await?)
            .map(|row| (copy(row.bytes, row.fetched_at), row.error, row.error_at)),
    };
    let (last_good, error, error_at) = found.unwrap_or_default();
    let made_at = last_good.as_ref().map(|copy| copy.fetched_at.unix_millis());
    // What was noted since the copy was made.
    let error = error
        .filter(|_| error_at > made_at)
        .and_then(|words| FetchError::noted(&words));
    let oldest = world.clock.now().unix_millis() - OLDEST_USED_MS;
    Ok(match (last_good, error) {
        // Whoever publishes it said that it is there no more: of a hosted badge, that it was withdrawn. A silence says nothing yet.
        (last_good, Some(error @ FetchError::Status(404 | 410))) => Document::Unreachable {
            why: why(error),
            last_good,
        },
        (Some(copy), _) if copy.fetched_at.unix_millis() > oldest => Document::Fetched(copy),
        (last_good, error) => Document::Unreachable {
            why: error.map_or(Unreachable::NoAnswer, why),
            last_good,
        },
    })
}

fn copy(bytes: Option<Vec<u8>>, fetched_at: Option<i64>) -> Option<Fetched> {
    Some(Fetched {
        bytes: bytes?,
        fetched_at: Timestamp::from_unix_millis(fetched_at?),
    })
}

/// Notes that a document was not to be had.
pub(super) async fn miss(world: &World, url: &str, error: FetchError, now: Timestamp) {
    let missed = (world.store)
        .miss_remote_document(url, &error.to_string(), now.unix_millis())
        .await;
    noted(missed);
}

/// Keeps a copy for the next check. Whoever checks hands in any address: copies are capped in number and in size, so that
/// nobody fills the disk, and the oldest go first.
pub(super) async fn keep(world: &World, url: &str, bytes: &[u8], now: Timestamp) {
    if bytes.len() > LARGEST_COPY {
        return;
    }
    let at = now.unix_millis();
    let kept = world
        .store
        .keep_remote_document(url, bytes.to_vec(), at)
        .await;
    noted(kept);
    noted(forget_old_copies(world).await);
}

/// Forgets copies that nobody asked for in a long time, and the oldest of too many.
pub(crate) async fn forget_old_copies(world: &World) -> Result<(), StoreError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .forget_remote_documents(now, OLDEST_COPY_MS, MOST_COPIES)
        .await
}

/// A copy that cannot be kept (the disk is full, the database is read-only) does not spoil the check that fetched it.
fn noted(kept: Result<(), StoreError>) {
    if let Err(error) = kept {
        tracing::warn!(%error, "the copy of a document of another issuer was not kept");
    }
}

/// The reason in the words of the report.
pub(crate) fn why(error: FetchError) -> Unreachable {
    match error {
        FetchError::Offline => Unreachable::Offline,
        FetchError::NotHttps | FetchError::NotPublic => Unreachable::NotAllowed,
        FetchError::NoSuchHost => Unreachable::NoSuchHost,
        FetchError::TimedOut | FetchError::Broken => Unreachable::NoAnswer,
        FetchError::TooLarge => Unreachable::TooLarge,
        FetchError::Status(status) => Unreachable::Status(status),
    }
}

/// How many copies are kept besides those on which applications rest. At most a gigabyte, in practice some 20 MB: a status list has 20 kB.
const MOST_COPIES: u64 = 1_000;
/// A document that is larger is fetched each time, and no application rests on it.
const LARGEST_COPY: usize = 1 << 20;
/// An assertion is a page of text. So much is counted for each when an application comes, as its copy is kept beside it.
pub(crate) const LARGEST_ASSERTION: usize = 32 << 10;
/// How long a copy is kept that nobody asks for: 90 days.
const OLDEST_COPY_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// How long a copy of somebody else's document is used without asking again.
const FRESH_MS: i64 = 30_000;
/// How old a copy may be where nobody is asked: a day, as for a list that states no time of its own.
pub(crate) const OLDEST_USED_MS: i64 = 24 * 60 * 60 * 1_000;
