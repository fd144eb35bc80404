//! The public documents of an institution, byte for byte what any static host can serve:
//! `/registry.json`, and of each institution `/i/SLUG/did.json`, `/i/SLUG/did.jsonl`, `/i/SLUG/.well-known/openid-federation`, `/i/SLUG/profile`, `/i/SLUG/status/N`, `/i/SLUG/a/ACHIEVEMENT/VERSION`, `/i/SLUG/mappings/SET/N.sssom.tsv`
//! and `N.statement.json`, `/i/SLUG/competencies/COMPETENCY/N.json` and `N.statement.json`.
//!
//! `serve` answers with them and `publish` writes them; both call this file, so they cannot differ.

use touchstone_store::{CompetencyRow, EndorsedKind, InstitutionRow, Reader, StoreError};
use touchstone_vc::{
    Timestamp, badge,
    json::Value,
    registry::{Member, registry},
};

use super::{
    did_document::{did_document, parallel_document},
    publish_entity::{entity_shown, path_of_entity},
    publish_status::TTL_SECONDS,
};
use crate::{
    World, competency,
    crosswalk::{path_of_release, statement_path_of_release},
    endorsing,
    issuing::issuer_profile,
    operations::{did_history::webvh_of, sign_up::is_shown},
};

/// One public document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicDocument {
    /// Its path on this site, with a leading slash.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// How long a cache may keep it.
    pub max_age_seconds: u64,
}

/// Which public document of an institution.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Which<'a> {
    /// `did.json`, whatever the DID is called.
    Did,
    /// `did.jsonl`, where the DID has a history.
    History,
    Entity,
    Profile,
    Status {
        number: i64,
    },
    Achievement {
        slug: &'a str,
        version: i64,
    },
    /// A released version of a mapping set: the file, or the signed statement about it.
    Mappings {
        set: &'a str,
        number: i64,
        statement: bool,
    },
    /// A release of a competency: the file, or the signed statement about it.
    Competency {
        slug: &'a str,
        number: i64,
        statement: bool,
    },
    /// A signed endorsement, or what a passkey signed.
    Endorsement {
        id: &'a str,
        evidence: bool,
    },
    /// Who endorses a version of an achievement.
    Endorsements {
        achievement: &'a str,
        version: i64,
    },
    /// Who endorses a release of a mapping set.
    MappingEndorsements {
        set: &'a str,
        number: i64,
    },
}

/// Reads one document of the institution called `slug`.
pub async fn document(
    world: &World,
    slug: &str,
    which: Which<'_>,
) -> Result<Option<PublicDocument>, StoreError> {
    let reader = world.store.read();
    match reader.institution_shown(slug).await? {
        Some(institution) => document_of(world, &reader, &institution, which).await,
        None => Ok(None),
    }
}

/// Reads one document of an institution that is shown.
pub(super) async fn document_of(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    which: Which<'_>,
) -> Result<Option<PublicDocument>, StoreError> {
    match which {
        Which::Did => match webvh_of(institution) {
            Some(_) => parallel_document(reader, institution).await,
            None => did_document(reader, institution).await,
        },
        Which::History => match webvh_of(institution) {
            Some(_) => did_document(reader, institution).await,
            None => Ok(None),
        },
        Which::Entity => entity(world, institution).await,
        Which::Profile => Ok(profile(world, institution)),
        Which::Status { number } => status(reader, institution, number).await,
        Which::Achievement { slug, version } => {
            achievement(reader, institution, slug, version).await
        }
        Which::Mappings {
            set,
            number,
            statement,
        } => {
            let found = mappings(reader, institution, set, number).await?;
            Ok(found.map(|(file, about)| if statement { about } else { file }))
        }
        Which::Competency {
            slug,
            number,
            statement,
        } => {
            let row = reader.competency_by_slug(&institution.id, slug).await?;
            let Some(row) = row else { return Ok(None) };
            let found = competency(reader, institution, &row, number).await?;
            Ok(found.map(|(file, about)| if statement { about } else { file }))
        }
        Which::Endorsement { id, evidence } => {
            let found = endorsing::file(reader, institution, id, evidence).await?;
            Ok(found.map(endorsement))
        }
        Which::Endorsements {
            achievement,
            version,
        } => {
            let row = reader.achievement_by_slug(&institution.id, achievement);
            let Some(row) = row.await? else {
                return Ok(None);
            };
            let kind = EndorsedKind::Achievement;
            endorsements(world, reader, institution, kind, &row.id, version).await
        }
        Which::MappingEndorsements { set, number } => {
            let row = reader.mapping_set_by_slug(&institution.id, set).await?;
            let Some(row) = row else { return Ok(None) };
            let kind = EndorsedKind::MappingSet;
            endorsements(world, reader, institution, kind, &row.id, number).await
        }
    }
}

/// All documents of all institutions, in the order of their paths within each.
#[crate::boxed]
pub async fn documents(world: &World) -> Result<Vec<PublicDocument>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    all.extend(membership(world).await?);
    for institution in reader.institutions().await? {
        if !is_shown(&reader, &institution.id).await? {
            continue;
        }
        all.extend(parallel_document(&reader, &institution).await?);
        all.extend(did_document(&reader, &institution).await?);
        all.extend(entity(world, &institution).await?);
        all.extend(profile(world, &institution));
        for list in reader.status_lists(&institution.id).await? {
            all.extend(status(&reader, &institution, list.number).await?);
        }
        for set in reader.mapping_sets(&institution.id).await? {
            if set.tenant != institution.id {
                continue;
            }
            for release in reader.mapping_releases(&institution.id, &set.id).await? {
                let found = mappings(&reader, &institution, &set.slug, release.number).await?;
                all.extend(found.into_iter().flat_map(|(file, about)| [file, about]));
            }
        }
        for row in reader.competencies_issued(&institution.id).await? {
            for release in reader.competency_releases(&institution.id, &row.id).await? {
                let found = competency(&reader, &institution, &row, release.number).await?;
                all.extend(found.into_iter().flat_map(|(file, about)| [file, about]));
            }
        }
        for row in reader.achievements(&institution.id).await? {
            for version in reader
                .achievement_versions(&institution.id, &row.id)
                .await?
            {
                all.extend(achievement(&reader, &institution, &row.slug, version.version).await?);
            }
        }
        let (signed, endorsed) = endorsing::documents_of(&reader, &institution).await?;
        all.extend(signed.into_iter().map(endorsement));
        for (kind, thing, version) in endorsed {
            all.extend(endorsements(world, &reader, &institution, kind, &thing, version).await?);
        }
    }
    Ok(all)
}

/// Who was set up to issue here, as a registry that the verifiers of the Digital Credentials Consortium read. `None` before the first institution.
#[crate::boxed]
pub async fn membership(world: &World) -> Result<Option<PublicDocument>, StoreError> {
    let institutions = world.store.read().institutions_set_up().await?;
    let issuing = institutions.iter().filter(|one| one.did.is_some());
    let made: Vec<i64> = issuing.clone().map(|one| one.created_at).collect();
    let (Some(first), Some(last)) = (made.iter().min(), made.iter().max()) else {
        return Ok(None);
    };
    let member = |id: String, one: &InstitutionRow| Member {
        id,
        name: one.name.clone(),
        location: one.country.clone(),
        url: one.website.clone(),
    };
    // What was issued before an institution moved names the DID that it had then.
    let former = world.store.read().all_former_dids().await?;
    let mut members = Vec::new();
    for one in issuing {
        members.push(member(one.did.clone().unwrap_or_default(), one));
        let before = former.iter().filter(|row| row.tenant == one.id);
        members.extend(before.map(|row| member(row.did.clone(), one)));
    }
    let moment = |at: i64| Timestamp::from_unix_millis(at).whole_seconds();
    Ok(Some(PublicDocument {
        path: "/registry.json".into(),
        media_type: "application/json",
        bytes: pretty(&registry(&members, moment(*first), moment(*last))),
        max_age_seconds: 300,
    }))
}

/// What an institution says about itself in federations, where it does.
async fn entity(
    world: &World,
    institution: &InstitutionRow,
) -> Result<Option<PublicDocument>, StoreError> {
    let shown = entity_shown(world, institution).await?;
    Ok(shown.map(|shown| PublicDocument {
        path: path_of_entity(&institution.slug),
        media_type: "application/entity-statement+jwt",
        bytes: shown.bytes,
        max_age_seconds: 300,
    }))
}

pub(super) fn profile(world: &World, institution: &InstitutionRow) -> Option<PublicDocument> {
    let issuer = issuer_profile(world, institution)?;
    let mut profile = badge::profile(&issuer).into_owned();
    if let Some(object) = profile.as_object_mut() {
        object.insert("@context", badge::contexts());
    }
    Some(PublicDocument {
        path: format!("/i/{}/profile", institution.slug),
        media_type: "application/ld+json",
        bytes: pretty(&profile),
        max_age_seconds: 300,
    })
}

pub(super) async fn status(
    reader: &Reader,
    institution: &InstitutionRow,
    number: i64,
) -> Result<Option<PublicDocument>, StoreError> {
    let published = reader.publication_of(&institution.id, number).await?;
    Ok(published.map(|published| PublicDocument {
        path: format!("/i/{}/status/{number}", institution.slug),
        media_type: "application/vc",
        bytes: published.bytes,
        max_age_seconds: TTL_SECONDS,
    }))
}

pub(super) async fn achievement(
    reader: &Reader,
    institution: &InstitutionRow,
    slug: &str,
    version: i64,
) -> Result<Option<PublicDocument>, StoreError> {
    let version = reader.achievement_version_by_slug(&institution.id, slug, version);
    Ok(version.await?.map(|version| PublicDocument {
        path: format!("/i/{}/a/{slug}/{}", institution.slug, version.version),
        media_type: "application/json",
        max_age_seconds: if version.issued_under_at.is_some() {
            86_400
        } else {
            0
        },
        bytes: version.published,
    }))
}

/// The file of a released version, and the statement about it.
async fn mappings(
    reader: &Reader,
    institution: &InstitutionRow,
    set: &str,
    number: i64,
) -> Result<Option<(PublicDocument, PublicDocument)>, StoreError> {
    let Some(set) = reader.mapping_set_by_slug(&institution.id, set).await? else {
        return Ok(None);
    };
    let released = reader
        .mapping_release(&institution.id, &set.id, number)
        .await?;
    Ok(released.map(|released| {
        let file = PublicDocument {
            path: path_of_release(&institution.slug, &set.slug, number),
            media_type: "text/tab-separated-values; charset=utf-8",
            bytes: released.file,
            max_age_seconds: 86_400,
        };
        let statement = PublicDocument {
            path: statement_path_of_release(&institution.slug, &set.slug, number),
            media_type: "application/vc",
            bytes: released.statement,
            max_age_seconds: 86_400,
        };
        (file, statement)
    }))
}

/// The file of a release, and the statement about it.
async fn competency(
    reader: &Reader,
    institution: &InstitutionRow,
    row: &CompetencyRow,
    number: i64,
) -> Result<Option<(PublicDocument, PublicDocument)>, StoreError> {
    let released = reader
        .competency_release(&institution.id, &row.id, number)
        .await?;
    Ok(released.map(|released| {
        let file = PublicDocument {
            path: competency::path_of_release(&institution.slug, &row.slug, number),
            media_type: "application/json",
            bytes: released.file,
            max_age_seconds: 86_400,
        };
        let statement = PublicDocument {
            path: competency::statement_path_of_release(&institution.slug, &row.slug, number),
            media_type: "application/vc",
            bytes: released.statement,
            max_age_seconds: 86_400,
        };
        (file, statement)
    }))
}

fn endorsement((path, media_type, bytes): endorsing::File) -> PublicDocument {
    PublicDocument {
        path,
        media_type,
        bytes,
        // It may be taken back, and then it is not to be had from here.
        max_age_seconds: 300,
    }
}

/// Who endorses one version of a thing, as a list.
async fn endorsements(
    world: &World,
    reader: &Reader,
    institution: &InstitutionRow,
    kind: EndorsedKind,
    thing: &str,
    version: i64,
) -> Result<Option<PublicDocument>, StoreError> {
    let found = endorsing::listing(world, reader, institution, kind, thing, version).await?;
    Ok(found.map(|(path, bytes)| PublicDocument {
        path,
        media_type: "application/json",
        bytes,
        max_age_seconds: 300,
    }))
}

/// A value as a file.
pub(super) fn pretty(value: &Value<'_>) -> Vec<u8> {
    let mut text = value.to_string();
    text.push('\n');
    text.into_bytes()
}
