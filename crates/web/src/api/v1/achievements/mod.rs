//! What can be earned.

mod define;
mod exchange;
mod export;
mod import;
mod lint;
mod list;
mod revise;
mod show;
mod verifications;

use axum::extract::DefaultBodyLimit;
use serde::Serialize;
use touchstone_service::issuing::{DefinitionError, Listed, Outcome, VersionError, Written};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

pub(super) use lint::{Holds, Wanted};

use crate::ApiError;
use crate::api::wire::time;
use crate::limits::LARGEST_DEFINITIONS;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    let many = routes!(import::import, export::export);
    OpenApiRouter::new()
        .routes(routes!(list::list, define::define))
        .routes(routes!(show::show, revise::revise))
        .routes(routes!(exchange::write))
        .routes(routes!(verifications::verifications))
        .routes(routes!(lint::show, lint::choose))
        .routes(many.layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)))
}

/// An achievement in one of its versions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Achievement {
    /// Its id.
    id: String,
    /// Its short name; the same in all versions.
    slug: String,
    /// Its name.
    name: String,
    /// The version that is told of here.
    version: i64,
    /// The newest version.
    latest_version: i64,
    /// SHA-256 of the published document, in hex.
    sha256: String,
    /// Something was issued under this version: it never changes.
    issued_under: bool,
    /// When this version was written.
    written_at: String,
    /// When it was taken out of use.
    archived_at: Option<String>,
}

impl Achievement {
    fn of(listed: &Listed) -> Self {
        let (row, version) = (&listed.achievement, &listed.version);
        Self {
            id: row.id.clone(),
            slug: row.slug.clone(),
            name: listed.definition.name.clone(),
            version: version.version,
            latest_version: row.latest_version,
            sha256: version.sha256.clone(),
            issued_under: version.issued_under_at.is_some(),
            written_at: time(version.created_at),
            archived_at: row.archived_at.map(time),
        }
    }
}

/// A version as it was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WrittenVersion {
    /// The achievement's id.
    id: String,
    /// Its short name.
    slug: String,
    /// The version.
    version: i64,
    /// SHA-256 of the published document, in hex.
    sha256: String,
    /// `defined`, `new_version`, `replaced` (nothing had been issued under it) or `unchanged`.
    outcome: &'static str,
}

impl From<Written> for WrittenVersion {
    fn from(written: Written) -> Self {
        Self {
            id: written.achievement,
            slug: written.slug,
            version: written.version,
            sha256: written.sha256,
            outcome: match written.outcome {
                Outcome::Defined => "defined",
                Outcome::NewVersion => "new_version",
                Outcome::Replaced => "replaced",
                Outcome::Unchanged => "unchanged",
            },
        }
    }
}

/// A faulty definition: each fault with its place.
fn faulty(error: &DefinitionError) -> ApiError {
    match error {
        DefinitionError::NotJson { .. } => {
            ApiError::bad_request("not_json").with_detail(sentence(&error.to_string()))
        }
        DefinitionError::TooLarge { .. } => {
            ApiError::too_large("definition_too_large").with_detail(sentence(&error.to_string()))
        }
        DefinitionError::Faulty(faults) => faults.iter().fold(
            ApiError::unprocessable("faulty_definition"),
            |error, fault| error.with_field(fault.field.clone(), sentence(&fault.to_string())),
        ),
    }
}

impl From<DefinitionError> for ApiError {
    fn from(error: DefinitionError) -> Self {
        faulty(&error)
    }
}

impl From<VersionError> for ApiError {
    fn from(error: VersionError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            VersionError::SlugTaken(_) => Self::conflict("slug_taken").with_detail(said),
            VersionError::NoSuchAchievement(_) => {
                Self::not_found("achievement_not_found").with_detail(said)
            }
            VersionError::NoSuchInstitution => Self::not_found("institution_not_found"),
            VersionError::UnknownAchievement(_) => {
                Self::unprocessable("unknown_achievement").with_detail(said)
            }
            VersionError::InBetween => Self::conflict("written_in_between").with_detail(said),
            VersionError::Circle(_) => Self::unprocessable("circle").with_detail(said),
            VersionError::Picture(_) => {
                Self::unprocessable("faulty_definition").with_field("image", said)
            }
            error @ VersionError::Interrupted => Self::internal(&error),
            VersionError::Store(error) => error.into(),
        }
    }
}
