//! `GET /api/v1/mapping-sets/ID`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::crosswalk::{ReleaseView, set};
use utoipa::ToSchema;

use super::MappingSet;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::wire::time;
use crate::state::Web;

/// Shows a mapping set with who takes part and what was released
#[utoipa::path(
    get,
    path = "/api/v1/mapping-sets/{id}",
    tag = "crosswalk",
    operation_id = "showMappingSet",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The set", body = Shown),
        (status = 404, description = "`mapping_set_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Shown>, ApiError> {
    let found = set(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("mapping_set_not_found"))?;
    let releases = found.releases.iter().map(
        |ReleaseView {
             release,
             path,
             endorsements,
             endorsers,
         }| ReleasedVersion {
            version: release.number,
            url: web.world.site.link(path),
            statement: web
                .world
                .site
                .link(&path.replace(".sssom.tsv", ".statement.json")),
            endorsements: web.world.site.link(endorsements),
            endorsers: endorsers.clone().unwrap_or_default(),
            sha256: release.sha256.clone(),
            mappings: release.mappings,
            released_at: time(release.released_at),
            valid_until: time(release.valid_until),
        },
    );
    let parties = found.parties.iter().map(|party| Party {
        institution: party.slug.clone(),
        name: party.name.clone(),
        joined_at: party.joined_at.map(time),
    });
    Ok(Json(Shown {
        mapping_set: MappingSet::of(&found.summary),
        mapping_set_id: found.iri.clone(),
        parties: parties.collect(),
        releases: releases.collect(),
    }))
}

/// A set with who takes part and what was released.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingSetShown)]
pub(crate) struct Shown {
    #[serde(flatten)]
    mapping_set: MappingSet,
    /// Its identifier in files.
    mapping_set_id: String,
    /// Who takes part or was asked.
    parties: Vec<Party>,
    /// Latest first.
    releases: Vec<ReleasedVersion>,
}

/// An institution that takes part.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingParty)]
pub(crate) struct Party {
    /// Its short name.
    institution: String,
    /// Its name.
    name: String,
    /// When it joined; `null` if it was only asked.
    joined_at: Option<String>,
}

/// A released version. It never changes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingRelease)]
pub(crate) struct ReleasedVersion {
    /// The version.
    version: i64,
    /// Where the file stands: canonical SSSOM/TSV.
    url: String,
    /// Where the signed statement about it stands.
    statement: String,
    /// Where what others say about it stands.
    endorsements: String,
    /// Organizations other than the publisher that stand behind it now.
    endorsers: Vec<String>,
    /// SHA-256 of the file, in hex.
    sha256: String,
    /// How many mappings it has.
    mappings: i64,
    /// When it was released.
    released_at: String,
    /// When the first of its agreements ends.
    valid_until: String,
}
