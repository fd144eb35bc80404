//! A credential with all that it takes to check it when this installation is gone: `docs/formats/bundle.md`.
//!
//! Whoever may have the credential may have the bundle: the salt in it lets them find the credential's entry in the log, and tells nothing to
//! who has not got the credential.

use touchstone_bundle::{Bundle, Entered, Listed, Logged};
use touchstone_store::{CredentialRow, InstitutionRow};

use super::ExportError;
use crate::{
    World,
    logging::{self, LogError, Proven, Shown},
    verifying::did_document,
};

/// Makes the proof bundle of a credential, from the newest checkpoint that enough witnesses have seen; from the one that is shown now where
/// that does not have everything yet. Then it is pending: it can be made again later.
pub(super) async fn proof_bundle(
    world: &World,
    row: &CredentialRow,
) -> Result<Vec<u8>, ExportError> {
    if let Some(witnessed) = logging::witnessed(world).await? {
        match made(world, row, &witnessed).await {
            Err(ExportError::NotLogged) => {}
            done => return done,
        }
    }
    let shown = logging::shown(world).await?.ok_or(ExportError::NotLogged)?;
    made(world, row, &shown).await
}

async fn made(world: &World, row: &CredentialRow, shown: &Shown) -> Result<Vec<u8>, ExportError> {
    let reader = world.store.read();
    let institution = reader.institution(&row.tenant).await?;
    let institution = institution.ok_or(ExportError::Unreadable)?;
    let issued = proven(world, shown, logging::ISSUED, &row.id, 1).await?;
    let salt = row.log_salt.as_slice().try_into();
    let mut bundle = Bundle {
        checkpoint: String::from_utf8(shown.checkpoint.clone())
            .map_err(|_| ExportError::Unreadable)?,
        credentials: vec![Logged {
            document: text(row.bytes.clone())?,
            salt: salt.map_err(|_| ExportError::Unreadable)?,
            entry: entered(&issued),
        }],
        ..Bundle::default()
    };
    let lists = [&row.status_list, &row.suspension_list];
    for list in lists.into_iter().flatten() {
        bundle
            .status_lists
            .extend(status_list(world, shown, row, &institution, list).await?);
    }
    bundle.achievements = vec![achievement(world, shown, row, &institution).await?];
    bundle.did_documents = did_documents(world, shown, row, &institution).await?;
    bundle.key_events = key_events(world, shown, row).await?;
    Ok(bundle.encode())
}

async fn status_list(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
    institution: &InstitutionRow,
    list: &str,
) -> Result<Option<Listed>, ExportError> {
    let reader = world.store.read();
    let list = reader.status_list_by_id(&row.tenant, list).await?;
    let Some(list) = list else { return Ok(None) };
    let Some(published) = reader.publication(&list.id).await? else {
        return Ok(None);
    };
    let (kind, version) = (logging::STATUS, published.version);
    let proof = proven(world, shown, kind, &list.id, version).await?;
    let path = format!("/i/{}/status/{}", institution.slug, list.number);
    Ok(Some(Listed {
        name: world.site.link(&path),
        document: text(published.bytes)?,
        entry: entered(&proof),
    }))
}

async fn achievement(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
    institution: &InstitutionRow,
) -> Result<Listed, ExportError> {
    let reader = world.store.read();
    let (id, version) = (row.achievement.as_str(), row.version);
    let found = reader.achievement(&row.tenant, id).await?;
    let slug = found.ok_or(ExportError::Unreadable)?.slug;
    let written = reader.achievement_version(&row.tenant, id, version).await?;
    let written = written.ok_or(ExportError::Unreadable)?;
    let proof = proven(world, shown, logging::ACHIEVEMENT, id, version).await?;
    let path = format!("/i/{}/a/{slug}/{version}", institution.slug);
    Ok(Listed {
        name: world.site.link(&path),
        document: text(written.published)?,
        entry: entered(&proof),
    })
}

/// The document as it is published now, with its newest entry. A `did:key` has none.
async fn did_documents(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
    institution: &InstitutionRow,
) -> Result<Vec<Listed>, ExportError> {
    let reader = world.store.read();
    let document = did_document(&reader, institution).await?;
    let (Some(document), Some(did)) = (document, &institution.did) else {
        return Ok(Vec::new());
    };
    let entries = reader.log_entries_of(&row.tenant, logging::DID).await?;
    let newest = entries.last().ok_or(ExportError::NotLogged)?;
    let proof = prove(world, shown, newest.leaf).await?;
    Ok(vec![Listed {
        name: did.clone(),
        document: text(document.bytes)?,
        entry: entered(&proof),
    }])
}

/// Everything that became of the key that signed.
async fn key_events(
    world: &World,
    shown: &Shown,
    row: &CredentialRow,
) -> Result<Vec<Listed>, ExportError> {
    let mut events = Vec::new();
    for kind in logging::KEY_KINDS {
        for entry in world.store.read().log_entries_of(&row.tenant, kind).await? {
            if entry.subject == row.key_id {
                let proof = prove(world, shown, entry.leaf).await?;
                events.push(Listed {
                    name: String::new(),
                    document: text(proof.entry.clone())?,
                    entry: entered(&proof),
                });
            }
        }
    }
    Ok(events)
}

async fn proven(
    world: &World,
    shown: &Shown,
    kind: &str,
    subject: &str,
    version: i64,
) -> Result<Proven, ExportError> {
    let reader = world.store.read();
    let place = reader.log_entry_of(kind, subject, version).await?;
    prove(world, shown, place.ok_or(ExportError::NotLogged)?.leaf).await
}

async fn prove(world: &World, shown: &Shown, leaf: i64) -> Result<Proven, ExportError> {
    let leaf = u64::try_from(leaf).map_err(|_| ExportError::Unreadable)?;
    let proof = logging::prove_in(world, shown, leaf).await?;
    proof.ok_or(ExportError::NotLogged)
}

fn entered(proof: &Proven) -> Entered {
    Entered {
        index: proof.index,
        path: proof.path.clone(),
    }
}

fn text(bytes: Vec<u8>) -> Result<String, ExportError> {
    String::from_utf8(bytes).map_err(|_| ExportError::Unreadable)
}

impl From<LogError> for ExportError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Store(error) => Self::Store(error),
            other => Self::Log(Box::new(other)),
        }
    }
}
