//! The files that an institution publishes beside its documents: `/i/SLUG/mark` and `/i/SLUG/e/SHA256`.
//!
//! `serve` answers with them and `publish` writes them; both find them here. Whoever asks `serve` for evidence knows its SHA-256, from
//! a credential; a folder may list its files to anybody, so `publish` writes evidence only if it is told to.

use touchstone_store::{InstitutionRow, StoreError};

use crate::{
    World,
    issuing::evidence_folder,
    operations::sign_up::is_shown,
    ports::{ObjectError, ObjectKey},
};

/// One public file. It may be large, so it is read when it is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicFile {
    /// Its path on this site, with a leading slash.
    pub path: String,
    /// Its media type, as it was declared.
    pub media_type: String,
    /// Somebody's work was uploaded for an award to rest on, whether that was made or not. Otherwise it is a mark.
    pub evidence: bool,
    key: ObjectKey,
}

impl PublicFile {
    /// Its exact bytes. `None` if the file store lost it.
    #[crate::boxed]
    pub async fn read(&self, world: &World) -> Result<Option<Vec<u8>>, ObjectError> {
        world.objects.read(&self.key).await
    }
}

/// The mark of the institution called `slug`, if it has one.
#[crate::boxed]
pub async fn mark(world: &World, slug: &str) -> Result<Option<PublicFile>, StoreError> {
    let institution = world.store.read().institution_shown(slug).await?;
    institution.map_or(Ok(None), |institution| mark_of(&institution))
}

/// All files of all institutions, in the order of their paths within each.
#[crate::boxed]
pub async fn files(world: &World) -> Result<Vec<PublicFile>, StoreError> {
    let reader = world.store.read();
    let objects = reader.objects().await?;
    let mut all = Vec::new();
    for institution in reader.institutions().await? {
        if !is_shown(&reader, &institution.id).await? {
            continue;
        }
        let folder = evidence_folder(&institution.id);
        for object in &objects {
            let Some(sha256) = object.key.strip_prefix(&folder) else {
                continue;
            };
            all.push(PublicFile {
                path: format!("/i/{}/e/{sha256}", institution.slug),
                media_type: object.media_type.clone(),
                evidence: true,
                key: key(&object.key)?,
            });
        }
        all.extend(mark_of(&institution)?);
    }
    Ok(all)
}

fn mark_of(institution: &InstitutionRow) -> Result<Option<PublicFile>, StoreError> {
    let Some(name) = &institution.mark else {
        return Ok(None);
    };
    let media_type = if name.ends_with(".png") {
        "image/png"
    } else {
        "image/svg+xml"
    };
    Ok(Some(PublicFile {
        path: format!("/i/{}/mark", institution.slug),
        media_type: media_type.to_owned(),
        evidence: false,
        key: key(name)?,
    }))
}

fn key(name: &str) -> Result<ObjectKey, StoreError> {
    ObjectKey::new(name).map_err(|_| StoreError::Corrupt {
        table: "object",
        column: "key",
    })
}
