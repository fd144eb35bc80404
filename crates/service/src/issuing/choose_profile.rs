//! Choosing for whom achievements have to be ready. Until somebody chooses, nothing is asked of them.

use touchstone_store::{AuditLine, LintChoiceRow, OutboxLine, Reader, StoreError, TenantId};
use touchstone_vc::lint::Profile;

use crate::{World, digest::sha256_hex, logging};

/// What is asked of an achievement before it is issued, and who chose it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Chosen {
    /// The profile; `None` if nothing is asked.
    pub profile: Option<Profile>,
    /// Who chose.
    pub by: ChosenBy,
}

/// Who chose a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChosenBy {
    /// It was chosen for this achievement.
    Achievement,
    /// It was chosen for all achievements that have no choice of their own.
    Institution,
    /// Nobody.
    Nobody,
}

impl ChosenBy {
    /// A stable name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Achievement => "achievement",
            Self::Institution => "institution",
            Self::Nobody => "nobody",
        }
    }
}

/// A choice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Choice {
    /// It must be ready for this profile.
    Profile(Profile),
    /// Nothing is asked, whatever the institution chose for the others.
    Nothing,
    /// What the institution chose; of the institution itself: nothing.
    AsInstitution,
}

impl Choice {
    /// Reads a profile's name, `none`, or nothing.
    pub fn parse(text: &str) -> Result<Self, touchstone_vc::lint::UnknownProfile> {
        match text {
            "" => Ok(Self::AsInstitution),
            "none" => Ok(Self::Nothing),
            name => Profile::parse(name).map(Self::Profile),
        }
    }

    /// What it comes to, as the exact text whose hash the log has (`docs/formats/log.md`, `policy-change`).
    fn rules(self, of_one: bool) -> String {
        match self {
            Self::Profile(profile) => profile.gate(),
            Self::AsInstitution if of_one => Profile::no_gate("as-institution"),
            Self::Nothing | Self::AsInstitution => Profile::no_gate("none"),
        }
    }

    /// What [`Choice::parse`] reads.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile(profile) => profile.name(),
            Self::Nothing => "none",
            Self::AsInstitution => "",
        }
    }
}

/// A request to choose.
#[derive(Clone, Debug)]
pub struct ProfileOrder {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The achievement, by id or short name; `None`: all that have no choice of their own.
    pub achievement: Option<String>,
    /// What is chosen.
    pub choice: Choice,
}

/// Chooses. What was issued before stays as it is.
#[crate::boxed]
pub async fn choose_profile(world: &World, order: &ProfileOrder) -> Result<(), ChooseError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let achievement = match &order.achievement {
                None => String::new(),
                Some(named) => {
                    let row = match tx.achievement_by_slug(&order.tenant, named).await? {
                        Some(row) => Some(row),
                        None => tx.achievement(&order.tenant, named).await?,
                    };
                    row.ok_or(ChooseError::NoSuchAchievement)?.id
                }
            };
            let profile = match order.choice {
                Choice::Profile(profile) => Some(profile.name()),
                Choice::Nothing => Some(""),
                Choice::AsInstitution => None,
            };
            let before = tx.lint_choice(&order.tenant, &achievement).await?;
            let changes = before.as_ref().map(|before| before.profile.as_str()) != profile;
            match profile {
                Some(profile) => {
                    tx.choose_lint(LintChoiceRow {
                        tenant: order.tenant.clone(),
                        achievement: achievement.clone(),
                        profile: profile.to_owned(),
                        chosen_at: now,
                    })
                    .await?;
                }
                None => tx.forget_lint_choice(&order.tenant, &achievement).await?,
            }
            // The log says under which rules an institution issues from here on: the hash stands in the line, so it is that of now whenever it is
            // entered, and by whatever version of this program.
            let rules = order.choice.rules(!achievement.is_empty());
            let line = OutboxLine {
                tenant: order.tenant.clone(),
                kind: logging::POLICY.into(),
                subject: format!(
                    "{} {achievement}",
                    sha256_hex(world.crypto, rules.as_bytes())
                ),
                version: now,
                at: now,
            };
            tx.outbox(changes.then_some(line)).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "lint.choose".into(),
                subject: match order.achievement {
                    Some(_) => achievement,
                    None => order.tenant.to_string(),
                },
                detail: serde_json::json!({"profile": order.choice.as_str()}).to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}

/// Why nothing was chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// No such achievement.
    #[error("no such achievement")]
    NoSuchAchievement,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is asked of an achievement, by its id, before it is issued; without an id: of those that have no choice of their own.
#[crate::boxed]
pub async fn chosen_profile(
    world: &World,
    tenant: &TenantId,
    achievement: Option<&str>,
) -> Result<Chosen, StoreError> {
    chosen(&world.store.read(), tenant, achievement.unwrap_or_default()).await
}

pub(super) async fn chosen(
    reader: &Reader,
    tenant: &TenantId,
    achievement: &str,
) -> Result<Chosen, StoreError> {
    let read = |row: &LintChoiceRow| match row.profile.as_str() {
        "" => Ok(None),
        name => Profile::parse(name)
            .map(Some)
            .map_err(|_| StoreError::Corrupt {
                table: "lint_choice",
                column: "profile",
            }),
    };
    if !achievement.is_empty()
        && let Some(own) = reader.lint_choice(tenant, achievement).await?
    {
        return Ok(Chosen {
            profile: read(&own)?,
            by: ChosenBy::Achievement,
        });
    }
    Ok(match reader.lint_choice(tenant, "").await? {
        Some(all) => Chosen {
            profile: read(&all)?,
            by: ChosenBy::Institution,
        },
        None => Chosen {
            profile: None,
            by: ChosenBy::Nobody,
        },
    })
}
