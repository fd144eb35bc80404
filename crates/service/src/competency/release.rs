//! Releasing a version that the votes agree with: a file that never changes, a signed statement about it, and an entry of the log.

use touchstone_store::{
    AuditLine, CompetencyReleaseRow, CompetencyRow, CompetencyState, CompetencyVersionRow,
    CompetencyVoteRow, InstitutionRow, OutboxLine, Reader, StoreError, TenantId,
};

use super::{
    CompetencyError, Rubric,
    document::Document,
    error::{joined, whole, why},
    look::tasks_of,
    vote::{counted, is_due},
};
use crate::{
    World,
    crosswalk::{Ballot, FileStatement, People, StatementError, that_count, with_a_say},
    digest::hex,
    logging,
};

/// A request to release a version.
#[derive(Clone, Debug)]
pub struct Release {
    /// The issuer.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// Why.
    pub why: String,
}

/// What was released.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Released {
    /// Which release it is, from 1.
    pub number: i64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Where the file is published.
    pub url: String,
    /// Until when it is good: when its agreement ends.
    pub valid_until: i64,
}

/// Releases a version. Of two who release at once one is told to look again.
#[crate::boxed]
pub async fn release(world: &World, order: &Release) -> Result<Released, ReleaseError> {
    let why = why(&order.why)?;
    let now = world.clock.now().whole_seconds();
    let reader = world.store.read();
    let competency = joined(&reader, &order.tenant, &order.competency).await?;
    if competency.issuer != order.tenant {
        return Err(CompetencyError::NotIssuer.into());
    }
    let version = whole(&reader, &order.tenant, &competency.id, order.version).await?;
    if !still_agreed(&reader, &order.tenant, &competency, &version).await? {
        return Err(ReleaseError::NotAgreed);
    }
    if is_due(&version, now.unix_millis()) {
        return Err(ReleaseError::Ended);
    }
    let valid_until = version.review_due.ok_or(ReleaseError::NotAgreed)?;
    let institution = reader.institution(&order.tenant).await?;
    let institution = institution.ok_or(CompetencyError::NoSuchCompetency)?;
    let before = reader
        .competency_releases(&order.tenant, &competency.id)
        .await?;
    let same =
        |one: &CompetencyReleaseRow| (one.version, one.round) == (version.number, version.round);
    if before.iter().any(same) {
        return Err(ReleaseError::Before);
    }
    if is_replaced(&version, &before) {
        return Err(ReleaseError::Replaced);
    }
    let number = before.first().map_or(1, |before| before.number + 1);
    let url = world.site.link(&path_of_release(
        &institution.slug,
        &competency.slug,
        number,
    ));
    let place = Place {
        url: &url,
        number,
        released_at: now.unix_millis(),
        valid_until,
    };
    let heard = cast(&reader, &order.tenant, &version).await?;
    let file = file(world, &reader, &competency, &version, &place).await?;
    let sha256 = (world.crypto.sha256)(&file);
    let key = reader.active_signing_key(&institution.id).await?;
    let key = &key.ok_or(StatementError::NoKey)?;
    let statement = FileStatement {
        title: &competency.title,
        url: &url,
        sha256: &sha256,
        media_type: "application/json",
        now,
        valid_until,
    };
    let row = &CompetencyReleaseRow {
        competency: competency.id.clone(),
        number,
        version: version.number,
        round: version.round,
        file,
        sha256: hex(&sha256),
        statement: statement.sign(world, &institution, key).await?,
        why,
        released_at: now.unix_millis(),
        released_by: order.actor.clone(),
        valid_until,
    };
    let (seen, heard, agreed_on) = (&version, &heard, &competency);
    let released = world.store.write(|mut tx| async move {
        let in_between = || StoreError::Conflict {
            table: "competency_release",
        };
        // What was signed with a key that ended in between, agreed with no more, or voted on otherwise, is not released: look again.
        let held = tx.hold_signing_key(&order.tenant, &key.id).await?;
        held.ok_or_else(in_between)?;
        let still = tx.competency_version(&order.tenant, &row.competency, row.version);
        let still = still.await?.as_ref() == Some(seen)
            && cast(&tx, &order.tenant, seen).await? == *heard
            && still_agreed(&tx, &order.tenant, agreed_on, seen).await?;
        if !still {
            return Err(in_between());
        }
        tx.add_competency_release(row.clone()).await?;
        tx.outbox([OutboxLine {
            tenant: order.tenant.clone(),
            kind: logging::COMPETENCY.into(),
            subject: row.competency.clone(),
            version: row.number,
            at: row.released_at,
        }])
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: row.released_at,
            actor: order.actor.clone(),
            action: "competency.release".into(),
            subject: row.competency.clone(),
            detail: serde_json::json!({
                "release": row.number, "version": row.version, "sha256": row.sha256, "why": row.why,
            })
            .to_string(),
        }])
        .await
    });
    match released.await {
        Err(StoreError::Conflict {
            table: "competency_release",
        }) => Err(ReleaseError::InBetween),
        released => {
            released?;
            Ok(Released {
                number,
                sha256: row.sha256.clone(),
                url,
                valid_until,
            })
        }
    }
}

/// The votes of the present round, of which the file says how far they agree.
async fn cast(
    reader: &Reader,
    tenant: &TenantId,
    version: &CompetencyVersionRow,
) -> Result<Vec<CompetencyVoteRow>, StoreError> {
    let votes = reader.competency_votes(tenant, &version.competency, version.number);
    let mut votes = votes.await?;
    votes.retain(|vote| vote.round == version.round);
    Ok(votes)
}

/// Those of them that count.
async fn counting(
    reader: &Reader,
    tenant: &TenantId,
    competency: &CompetencyRow,
    mut votes: Vec<CompetencyVoteRow>,
) -> Result<Vec<CompetencyVoteRow>, StoreError> {
    let say = with_a_say(reader, tenant, &competency.mapping_set).await?;
    let ballots: Vec<Ballot<'_>> = votes.iter().map(Ballot::from).collect();
    let counting = that_count(reader, &mut People::default(), &say, &ballots).await?;
    votes.retain(|vote| counting.contains(&vote.tenant));
    Ok(votes)
}

/// Whether the votes agree still. A newcomer undoes nothing; a vote of an organization that has no say any more counts no more, nor does the
/// second one of a person.
async fn still_agreed(
    reader: &Reader,
    tenant: &TenantId,
    competency: &CompetencyRow,
    version: &CompetencyVersionRow,
) -> Result<bool, StoreError> {
    if version.state != CompetencyState::Agreed {
        return Ok(false);
    }
    let votes = cast(reader, tenant, version).await?;
    let all = votes.len();
    if counting(reader, tenant, competency, votes).await?.len() == all {
        return Ok(true);
    }
    let tally = counted(reader, tenant, competency, version).await?;
    Ok(tally.decision() == Some(true))
}

/// Whether a later version was released since organizations agreed with this one: they wrote it to take this one's place, and only what they say
/// after that brings this one back.
pub fn is_replaced<'r>(
    version: &CompetencyVersionRow,
    releases: impl IntoIterator<Item = &'r CompetencyReleaseRow>,
) -> bool {
    let agreed = version.decided_at.unwrap_or_default();
    releases
        .into_iter()
        .any(|one| one.version > version.number && agreed <= one.released_at)
}

/// Where the file of a release is published on this site.
pub(crate) fn path_of_release(institution: &str, competency: &str, number: i64) -> String {
    format!("/i/{institution}/competencies/{competency}/{number}.json")
}

/// Where the signed statement about it is published.
pub(crate) fn statement_path_of_release(
    institution: &str,
    competency: &str,
    number: i64,
) -> String {
    format!("/i/{institution}/competencies/{competency}/{number}.statement.json")
}

/// Where and when a release stands.
struct Place<'a> {
    url: &'a str,
    number: i64,
    released_at: i64,
    valid_until: i64,
}

/// The exact bytes of the file.
async fn file(
    world: &World,
    reader: &Reader,
    competency: &CompetencyRow,
    version: &CompetencyVersionRow,
    place: &Place<'_>,
) -> Result<Vec<u8>, ReleaseError> {
    let tenant = &competency.issuer;
    let organization = async |id: &TenantId| -> Result<InstitutionRow, StoreError> {
        let found = reader.institution(id).await?;
        found.ok_or(StoreError::Corrupt {
            table: "competency_version",
            column: "organization",
        })
    };
    let mut history = Vec::new();
    let versions = reader.competency_versions(tenant, &competency.id).await?;
    for row in versions.into_iter().rev() {
        if row.number <= version.number {
            let author = organization(&row.organization).await?;
            history.push((row, author));
        }
    }
    let mut reviewers = Vec::new();
    let votes = cast(reader, tenant, version).await?;
    for vote in counting(reader, tenant, competency, votes).await? {
        reviewers.push(organization(&vote.tenant).await?);
    }
    let tally = counted(reader, tenant, competency, version).await?;
    let pilots = reader.competency_pilots(tenant, &competency.id).await?;
    let pilot = pilots.iter().find(|pilot| pilot.version == version.number);
    let pilot = match pilot {
        None => None,
        Some(pilot) => {
            let issuer = organization(tenant).await?;
            let achievement = reader.achievement(tenant, &pilot.achievement).await?;
            let path = achievement.map(|row| format!("/i/{}/a/{}", issuer.slug, row.slug));
            path.map(|path| (pilot, path))
        }
    };
    let document = Document {
        competency,
        version,
        tasks: &tasks_of(version)?,
        rubric: &Rubric::of(version)?.ok_or(CompetencyError::NoRubric)?,
        history: &history,
        reviewers: &reviewers,
        agreement: tally.agreement.unwrap_or_default(),
        pilot,
        url: place.url,
        number: place.number,
        released_at: place.released_at,
        valid_until: place.valid_until,
    };
    Ok(document.bytes(world))
}

/// Why nothing was released.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum ReleaseError {
    #[error("the votes do not agree with this version, so it cannot be released")]
    NotAgreed,
    #[error("the agreement with this version has ended: review it again, then release it")]
    Ended,
    #[error("this version was released after this review already")]
    Before,
    #[error(
        "a later version was released since the votes agreed with this one: review it again, then release it"
    )]
    Replaced,
    #[error(
        "another version was released, somebody voted, or another key signs since: look at it first"
    )]
    InBetween,
    #[error(transparent)]
    Competency(#[from] CompetencyError),
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
