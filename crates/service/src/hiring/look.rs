//! What an applicant sees of their application, by the secret of their link.

use touchstone_store::{ApplicationRow, StoreError};

use super::{
    Posting, Shared, ends_at, posting,
    shared::{shared, subjects_differ},
};
use crate::{
    World,
    crosswalk::{ReadError, RoleReading, check_all, read_checked},
    secret,
    verifying::Reach,
};

/// An application as its sender sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// What was sent, when, and when it is deleted.
    pub row: ApplicationRow,
    /// To what.
    pub posting: Posting,
    /// The credentials.
    pub credentials: Vec<Shared>,
    /// What the institution reads.
    pub reading: RoleReading,
    /// The credentials do not all name the same person.
    pub subjects_differ: bool,
}

/// The application of whoever holds `token`. `None` where there is none, or none any more.
pub async fn look(world: &World, token: &str) -> Result<Option<Sent>, ReadError> {
    let reader = world.store.read();
    let hash = secret::hash(world.crypto, token);
    let Some(mut row) = reader.application_by_token(&hash).await? else {
        return Ok(None);
    };
    row.ends_at = ends_at(world, &row);
    if row.ends_at <= world.clock.now().unix_millis() {
        return Ok(None);
    }
    let Some(posting) = posting(world, &row.tenant, &row.posting).await? else {
        return Ok(None);
    };
    let read = read(world, &posting, &row).await?;
    Ok(Some(Sent {
        row,
        posting,
        credentials: read.credentials,
        reading: read.reading,
        subjects_differ: read.subjects_differ,
    }))
}

/// What is read in an application.
pub(super) struct Read {
    pub(super) credentials: Vec<Shared>,
    pub(super) reading: RoleReading,
    pub(super) subjects_differ: bool,
}

/// Checks and reads what came with an application, as things stand now.
pub(super) async fn read(
    world: &World,
    posting: &Posting,
    row: &ApplicationRow,
) -> Result<Read, ReadError> {
    let files = world.store.read();
    let files = files.application_files(&row.tenant, &row.id).await?;
    let files: Vec<Vec<u8>> = files.into_iter().map(|file| file.credential).collect();
    if files.is_empty() {
        // Taken back while it was looked at.
        return Err(StoreError::Conflict {
            table: "application",
        }
        .into());
    }
    let checked = check_all(world, &files, Reach::Network, None).await?;
    let reading = read_checked(world, &posting.role, &checked).await?;
    Ok(Read {
        credentials: shared(&checked, &reading.shown),
        subjects_differ: subjects_differ(&checked),
        reading,
    })
}
