//! Releasing a version of a mapping set: a file that never changes, a signed statement about it, and an entry of the log.
//!
//! In a release stand the mappings that the votes agree with, for as long as that is good, and those that people state in the file
//! from which the set was taken in. What a program suggests is not in it until the votes agree (TS-022). Where nothing stands in it any more,
//! an empty version takes the place of one that is still good: that is how something wrong is taken back.
//!
//! **Invariant:** what is released is what stood when it was released: a vote while it is signed makes whoever releases look again.

use std::collections::BTreeMap;

use serde_json::json;
use touchstone_crosswalk::sssom::{Fault, Mapping, MappingSet, Slot};
use touchstone_store::{
    AuditLine, InstitutionRow, MappingFilter, MappingReleaseRow, MappingRow, MappingSetRow,
    MappingState, MappingVoteRow, OutboxLine, Reader, StoreError, TenantId,
};
use touchstone_vc::{DAY_MS, Timestamp};

use super::{
    document::{self, Origin, stated_until},
    lost_votes::{with_a_say, without_lost},
    one_person::People,
    propose::{NO_REASON, reason},
    sets::{iri, is_due},
    statement::{FileStatement, StatementError},
};
use crate::{World, digest::hex, logging, text::day};

/// A request to release a set.
#[derive(Clone, Debug)]
pub struct Release {
    /// The institution that publishes it.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// Why.
    pub why: String,
}

/// A version that was released.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Released {
    /// The version.
    pub number: i64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// How many mappings it has.
    pub mappings: i64,
    /// Where the file is published.
    pub url: String,
    /// Until when it is good: when the first of its agreements ends.
    pub valid_until: i64,
}

/// Releases the next version. Of two who release at once one is told to look again.
#[crate::boxed]
pub async fn release(world: &World, order: &Release) -> Result<Released, ReleaseError> {
    let why = &reason(&order.why).ok_or(ReleaseError::Reason)?;
    let now = world.clock.now().whole_seconds();
    let reader = world.store.read();
    let set = reader.mapping_set(&order.tenant, &order.set).await?;
    let set = set.ok_or(ReleaseError::NoSuchSet)?;
    if set.tenant != order.tenant {
        return Err(ReleaseError::NotYours);
    }
    let institution = reader.institution(&order.tenant).await?;
    let institution = institution.ok_or(ReleaseError::NoSuchSet)?;
    let before = reader.mapping_releases(&order.tenant, &set.id).await?;
    let number = before.first().map_or(1, |before| before.number + 1);
    let standing = standing(&reader, &set, now.unix_millis()).await?;
    let (mappings, ends) = gathered(&reader, &standing).await?;
    let read_through = (before.first())
        .is_some_and(|latest| latest.mappings > 0 && latest.valid_until > now.unix_millis());
    if mappings.is_empty() && !read_through {
        return Err(ReleaseError::NothingAgreed);
    }
    let valid_until = ends.unwrap_or(now.unix_millis() + set.review_days * DAY_MS);
    let count = i64::try_from(mappings.len()).unwrap_or(i64::MAX);
    let file = file(world, &institution, &set, mappings, number, now)?;
    let sha256 = (world.crypto.sha256)(file.as_bytes());
    let path = path_of_release(&institution.slug, &set.slug, number);
    let url = world.site.link(&path);
    let key = reader.active_signing_key(&institution.id).await?;
    let key = &key.ok_or(StatementError::NoKey)?;
    let statement = FileStatement {
        title: &set.title,
        url: &url,
        sha256: &sha256,
        media_type: "text/tab-separated-values",
        now,
        valid_until,
    };
    let statement = statement.sign(world, &institution, key).await?;
    let row = &MappingReleaseRow {
        mapping_set: set.id.clone(),
        number,
        file: file.into_bytes(),
        sha256: hex(&sha256),
        statement,
        mappings: count,
        released_at: now.unix_millis(),
        released_by: order.actor.clone(),
        valid_until,
    };
    let (seen, seen_in, seen_at) = (&standing, &set, now.unix_millis());
    let released = world.store.write(|mut tx| async move {
        let in_between = || StoreError::Conflict {
            table: "mapping_release",
        };
        // What was signed with a key that ended in between, or stands otherwise since, is not released: look again.
        let held = tx.hold_signing_key(&order.tenant, &key.id).await?;
        held.ok_or_else(in_between)?;
        if self::standing(&tx, seen_in, seen_at).await? != *seen {
            return Err(in_between());
        }
        tx.add_mapping_release(row.clone()).await?;
        tx.outbox([OutboxLine {
            tenant: order.tenant.clone(),
            kind: logging::MAPPINGS.into(),
            subject: row.mapping_set.clone(),
            version: row.number,
            at: row.released_at,
        }])
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: row.released_at,
            actor: order.actor.clone(),
            action: "mapping_set.release".into(),
            subject: row.mapping_set.clone(),
            detail: json!({
                "version": row.number, "sha256": row.sha256, "mappings": row.mappings, "why": why,
            })
            .to_string(),
        }])
        .await
    });
    match released.await {
        Err(StoreError::Conflict {
            table: "mapping_release",
        }) => Err(ReleaseError::InBetween),
        released => {
            released?;
            Ok(Released {
                number,
                sha256: row.sha256.clone(),
                mappings: row.mappings,
                url,
                valid_until,
            })
        }
    }
}

/// Where the file of a version is published on this site.
pub(crate) fn path_of_release(institution: &str, set: &str, number: i64) -> String {
    format!("/i/{institution}/mappings/{set}/{number}.sssom.tsv")
}

/// Where the signed statement about it is published.
pub(crate) fn statement_path_of_release(institution: &str, set: &str, number: i64) -> String {
    format!("/i/{institution}/mappings/{set}/{number}.statement.json")
}

/// What others say about it is published there.
pub(crate) fn endorsements_path_of_release(institution: &str, set: &str, number: i64) -> String {
    format!("/i/{institution}/mappings/{set}/{number}.endorsements.json")
}

/// A mapping that may be released, with the votes of its round if they agree with it.
type Stands = (MappingRow, Vec<MappingVoteRow>);

/// The mappings of a set that may be released.
async fn standing(
    reader: &Reader,
    set: &MappingSetRow,
    now: i64,
) -> Result<Vec<Stands>, StoreError> {
    let say = with_a_say(reader, &set.tenant, &set.id).await?;
    let mut people = People::default();
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = reader
            .mappings(
                &set.tenant,
                &set.id,
                &MappingFilter::default(),
                &after,
                PAGE,
            )
            .await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        let rows: Vec<MappingRow> = page.into_iter().filter(|row| stands(row, now)).collect();
        let agreed = rows.iter().filter(|row| row.state == MappingState::Agreed);
        let agreed: Vec<String> = agreed.map(|row| row.id.clone()).collect();
        let mut votes: BTreeMap<String, Vec<MappingVoteRow>> = BTreeMap::new();
        let cast = reader.votes_on_mappings(&set.tenant, &set.id, &agreed);
        for vote in cast.await? {
            votes.entry(vote.mapping.clone()).or_default().push(vote);
        }
        for mut row in rows {
            let mut votes = votes.remove(&row.id).unwrap_or_default();
            votes.retain(|vote| vote.round == row.round);
            let known = (say.as_slice(), &mut people);
            without_lost(reader, &set.tenant, known, &mut row, &mut votes).await?;
            if stands(&row, now) {
                all.push((row, votes));
            }
        }
    }
    Ok(all)
}

/// Whether a mapping may be released: the votes agree, or people state it, and that is still good.
fn stands(row: &MappingRow, now: i64) -> bool {
    match row.state {
        MappingState::Agreed => !is_due(row, now),
        MappingState::Stated => stated_until(row).is_none_or(|until| until > now),
        _ => false,
    }
}

/// What is to be released, with the prefixes of each, and when the first of it ends.
async fn gathered(
    reader: &Reader,
    standing: &[Stands],
) -> Result<(Vec<(MappingSet, Mapping)>, Option<i64>), ReleaseError> {
    let (mut all, mut ends) = (Vec::new(), None::<i64>);
    for (row, votes) in standing {
        let (prefixes, mapping) = document::read(row)?;
        let (mapping, end) = match (row.state, row.stated.map(Origin::of)) {
            (MappingState::Agreed, _) => (
                reviewed(reader, row, votes, &mapping).await?,
                row.review_due,
            ),
            (_, Some(Origin::Release(until))) => (mapping, Some(until)),
            // Taken in when reviewers of files still counted.
            _ if document::is_suggestion(&mapping) => continue,
            _ => (stated(&mapping)?, None),
        };
        ends = [ends, end].into_iter().flatten().min();
        all.push((prefixes, mapping));
    }
    Ok((all, ends))
}

/// A mapping that nobody reviewed here: whoever its file names as reviewers said so to somebody else, if at all.
fn stated(mapping: &Mapping) -> Result<Mapping, ReleaseError> {
    let claimed = [
        Slot::ReviewerId,
        Slot::ReviewerLabel,
        Slot::ReviewerAgreement,
        Slot::ReviewDate,
    ];
    let draft = claimed
        .into_iter()
        .fold(mapping.to_draft(), |draft, slot| draft.without(slot));
    draft.finish().map_err(ReleaseError::Faulty)
}

/// A mapping with the organizations that reviewed it here, and how far they agree.
async fn reviewed(
    reader: &Reader,
    row: &MappingRow,
    votes: &[MappingVoteRow],
    mapping: &Mapping,
) -> Result<Mapping, ReleaseError> {
    let (mut draft, mut sum, mut count) = (mapping.to_draft(), 0, 0);
    for slot in [Slot::ReviewerId, Slot::ReviewerLabel] {
        draft = draft.without(slot);
    }
    for vote in votes {
        sum += vote.hundredths;
        count += 1;
        let institution = reader.institution(&vote.tenant).await?;
        let Some(institution) = institution else {
            continue;
        };
        draft = draft.and(Slot::ReviewerLabel, &institution.name);
        if let Some(did) = &institution.did {
            draft = draft.and(Slot::ReviewerId, did);
        }
    }
    let agreement = sum as f64 / (100 * count.max(1)) as f64;
    draft = draft.with(Slot::ReviewerAgreement, &format!("{agreement:.2}"));
    if let Some(at) = row.decided_at {
        draft = draft.with(Slot::ReviewDate, &day(Timestamp::from_unix_millis(at)));
    }
    draft.finish().map_err(ReleaseError::Faulty)
}

fn file(
    world: &World,
    institution: &InstitutionRow,
    set: &MappingSetRow,
    mappings: Vec<(MappingSet, Mapping)>,
    number: i64,
    now: Timestamp,
) -> Result<String, ReleaseError> {
    let mut made = MappingSet::default();
    let source = match set.head.as_str() {
        "" => None,
        head => {
            let read = MappingSet::read_tsv(head.as_bytes());
            made = read
                .map_err(|_| StoreError::Corrupt {
                    table: "mapping_set",
                    column: "head",
                })?
                .set;
            made.id().map(str::to_owned)
        }
    };
    for (words, mapping) in mappings {
        made.adopt(&words.with_mappings(vec![mapping]));
    }
    let id = iri(world, &institution.slug, &set.slug);
    let (number, today) = (number.to_string(), day(now));
    let said: [(Slot, &str); 5] = [
        (Slot::MappingSetId, &id),
        (Slot::MappingSetVersion, &number),
        (Slot::MappingSetTitle, &set.title),
        (Slot::License, &set.license),
        (Slot::PublicationDate, &today),
    ];
    let faulty = |fault| ReleaseError::Faulty(vec![fault]);
    for (slot, value) in said {
        made.say(slot, &[value]).map_err(faulty)?;
    }
    if let Some(source) = source {
        made.say(Slot::MappingSetSource, &[&source])
            .map_err(faulty)?;
    }
    made.cover();
    made.canonical().map_err(faulty)
}

/// Why nothing was released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no such set for this institution.
    #[error("no such mapping set")]
    NoSuchSet,
    /// Another institution publishes it.
    #[error("only the institution that publishes the set may release it")]
    NotYours,
    /// A release without content says nothing.
    #[error("there is no mapping that the votes agree with, so there is nothing to release")]
    NothingAgreed,
    /// Nothing about why, or too many words.
    #[error("{NO_REASON}")]
    Reason,
    /// Another version was released meanwhile, a mapping stands otherwise, or the key that signed ended.
    #[error(
        "another version was released in between, somebody voted, or another key signs now: look at it first"
    )]
    InBetween,
    /// The set cannot be written.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faulty(Vec<Fault>),
    /// The statement about it was not signed.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mappings that are read at once.
const PAGE: u64 = 500;
