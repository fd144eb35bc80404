//! Whether something may be issued: the institution was admitted, a pilot is not over, what began as a pilot was released as it is, and the
//! version is ready for the profile that was chosen.
//!
//! **Invariant:** asked when a list is taken in and once more in the transaction that confirms it, and never of what was confirmed; where
//! no profile was chosen, readiness is not asked for.

use std::fmt;

use jiff::civil::Date;
use touchstone_store::{AchievementVersionRow, Reader, StoreError, TenantId};
use touchstone_vc::{
    Timestamp,
    lint::{Finding, Profile, Readiness, Rule, Severity, lint},
};

use super::{Definition, achievement::MOST_LINKS, choose_profile::chosen, lint::facts_of_version};
use crate::{
    World,
    competency::{ReleasedAs, released_as},
    text::day,
};

/// The last day of a pilot is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the achievement was a pilot, issued until {0}: empty “Tried out until” in its form to issue it for good, or set a later day"
)]
pub struct PilotEnded(Date);

/// It began as a pilot, and what it says now was not released.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotReleased {
    /// Nothing is released of what is called so.
    #[error(
        "the achievement began as a pilot of “{0}”, and is issued for good with the tasks and levels of a release, of which there is none yet: release a version, and save the achievement once more, or set “Tried out until” again"
    )]
    Nothing(String),
    /// The latest release of what is called so says something else, first in this.
    #[error(
        "the achievement began as a pilot of “{0}”, and is issued for good with the tasks and levels of a release; {1}. Release that version, write the tasks and levels of a release into the form of the achievement, or set “Tried out until” again"
    )]
    Differs(String, String),
    /// It says what was released as what is called so, and does not name the release.
    #[error(
        "the achievement has the tasks and levels of a release of “{0}”, and does not name it yet: save the achievement once more, with fewer than {MOST_LINKS} other links"
    )]
    NotNamed(String),
}

/// The institution signed up by itself, and was not admitted to issuing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "your organization signed up by itself, and issues nothing before whoever runs this installation lets it: ask them for `touchstone employer admit`"
)]
pub struct NotAdmitted;

/// Whether an institution may issue: whoever runs the installation answers for the mail that goes out, so they set it up or admitted it.
pub(super) async fn is_admitted(reader: &Reader, tenant: &TenantId) -> Result<bool, StoreError> {
    Ok(reader.employer(tenant).await?.is_none())
}

/// Why a version may not be issued.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Unissuable {
    /// It is a pilot that is over.
    PilotEnded(PilotEnded),
    /// It began as a pilot, and was not released as it is.
    NotReleased(NotReleased),
    /// It is not ready for the profile that was chosen for it.
    NotReady(NotReady),
}

/// Whether a version may be issued at a moment.
pub(super) async fn issuable(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    version: &AchievementVersionRow,
    at: Timestamp,
) -> Result<Result<(), Unissuable>, StoreError> {
    if let Some(ended) = pilot_ended(version, at) {
        return Ok(Err(Unissuable::PilotEnded(ended)));
    }
    if let Some(other) = not_released(reader, tenant, version).await? {
        return Ok(Err(Unissuable::NotReleased(other)));
    }
    Ok(match not_ready(world, reader, tenant, version).await? {
        Some(unready) => Err(Unissuable::NotReady(unready)),
        None => Ok(()),
    })
}

/// Whether a version is a pilot whose last day (in UTC) is over at a moment.
fn pilot_ended(version: &AchievementVersionRow, at: Timestamp) -> Option<PilotEnded> {
    let read = Definition::from_json(version.document.as_bytes()).ok()?;
    let last = read.pilot_until?;
    (day(at) > last.to_string()).then_some(PilotEnded(last))
}

/// Whether a version began as a pilot, is none any more, and says something else than what was released, or does not say where.
async fn not_released(
    reader: &Reader,
    tenant: &TenantId,
    version: &AchievementVersionRow,
) -> Result<Option<NotReleased>, StoreError> {
    let Ok(read) = Definition::from_json(version.document.as_bytes()) else {
        return Ok(None);
    };
    if read.pilot_until.is_some() {
        return Ok(None);
    }
    let found = released_as(reader, tenant, &version.achievement, &read).await?;
    Ok(match found {
        ReleasedAs::NoPilot => None,
        ReleasedAs::NotReleased { title, differs } => Some(match differs {
            None => NotReleased::Nothing(title),
            Some(differs) => NotReleased::Differs(title, differs.to_string()),
        }),
        ReleasedAs::Release(release) => {
            let named = read.release().and_then(|link| link.target_code.as_deref());
            let is_named = named.is_some_and(|sha256| release.is_named(sha256));
            (!is_named).then_some(NotReleased::NotNamed(release.title))
        }
    })
}

/// It has to be ready for a profile and is not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotReady {
    /// The profile.
    pub profile: Profile,
    /// Every rule that keeps it from being ready.
    pub unmet: Vec<Unmet>,
}

/// One rule that keeps an achievement from being issued.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unmet {
    /// The rule: `TS-005`.
    pub rule: &'static str,
    /// Where: the member of the definition document.
    pub place: String,
    /// What, and the way out.
    pub words: String,
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the achievement is not ready for {}, which was chosen for it; mend these, or choose another profile:",
            self.profile
        )?;
        for unmet in &self.unmet {
            write!(f, "\n  {} {}: {}", unmet.rule, unmet.place, unmet.words)?;
        }
        Ok(())
    }
}

/// What keeps a version from being ready for the profile that was chosen for it.
async fn not_ready(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
    version: &AchievementVersionRow,
) -> Result<Option<NotReady>, StoreError> {
    let chosen = chosen(reader, tenant, &version.achievement).await?;
    let Some(profile) = chosen.profile else {
        return Ok(None);
    };
    let institution = reader.institution(tenant).await?;
    let facts = facts_of_version(world, reader, institution.as_ref(), version).await?;
    let report = lint(&facts, profile);
    let mut unmet = match report.readiness() {
        Readiness::Ready => return Ok(None),
        Readiness::NotReady => report.errors(),
        // Nobody could look: that is no readiness either.
        Readiness::Undecided => report.unknown(),
    };
    unmet.retain(|(rule, _)| rule.severity == Severity::Error);
    Ok(Some(NotReady {
        profile,
        unmet: unmet
            .into_iter()
            .flat_map(|(rule, findings)| {
                findings.iter().map(move |finding| Unmet::of(rule, finding))
            })
            .collect(),
    }))
}

impl Unmet {
    fn of(rule: &Rule, finding: &Finding) -> Self {
        Self {
            rule: rule.id,
            place: finding.place.clone(),
            words: format!("{} {}", finding.what, finding.way_out(rule)),
        }
    }
}
