//! What an applicant sees of their application, by the secret of their link.

use touchstone_store::{ApplicationRow, StoreError};
use touchstone_vc::{Credential, Timestamp};

use super::{
    Posting, Shared, ends_at, posting,
    refresh_applications::refresh_if_due,
    shared::{shared, subjects_differ},
};
use crate::{
    World,
    crosswalk::{Besides, ReadError, RoleReading, read_checked},
    secret,
    verifying::{CheckError, DocumentSource, check_from},
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
    /// How old that by which it was read is.
    pub age: Age,
}

/// How old that by which an application is read is. What others publish is looked for by a job and not while somebody waits.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Age {
    /// As of when the credentials stand as they are told: the age of the oldest document. `None` where they take none.
    pub as_of: Option<Timestamp>,
    /// Documents were not to be had: what they say is unknown, and they are looked for again.
    pub incomplete: bool,
    /// So many credentials cannot be read at all, and are left out.
    pub unread: usize,
}

/// The application of whoever holds `token`. `None` where there is none, or none any more.
#[crate::boxed]
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
    let read = read(world, &posting, &row, Besides::Told).await?;
    refresh_if_due(world, &posting, [read.age]).await;
    Ok(Some(Sent {
        row,
        posting,
        credentials: read.credentials,
        reading: read.reading,
        subjects_differ: read.subjects_differ,
        age: read.age,
    }))
}

/// What is read in an application.
pub(super) struct Read {
    pub(super) credentials: Vec<Shared>,
    pub(super) reading: RoleReading,
    pub(super) subjects_differ: bool,
    pub(super) age: Age,
}

/// Checks and reads what came with an application, by what is known here. A credential that cannot be read is left out and counted. Where
/// many are read for a list, what is told beside an answer may be left out.
pub(super) async fn read(
    world: &World,
    posting: &Posting,
    row: &ApplicationRow,
    besides: Besides,
) -> Result<Read, ReadError> {
    let reader = world.store.read();
    let files = reader.application_files(&row.tenant, &row.id).await?;
    if files.is_empty() {
        // Taken back while it was looked at.
        return Err(StoreError::Conflict {
            table: "application",
        }
        .into());
    }
    let copies = reader.application_copies(&row.tenant, &row.id).await?;
    let (mut checked, mut age) = (Vec::with_capacity(files.len()), Age::default());
    for file in &files {
        let source = DocumentSource::Copies(&copies);
        match check_from(world, &file.credential, None, source).await {
            Ok(one) if Credential::parse(&one.credential).is_ok() => {
                age.as_of = [age.as_of, one.as_of].into_iter().flatten().min();
                age.incomplete |= one.incomplete;
                checked.push(one);
            }
            Err(CheckError::Store(error)) => return Err(error.into()),
            Ok(_) | Err(_) => age.unread += 1,
        }
    }
    let reading = read_checked(world, &posting.role, &checked, besides).await?;
    Ok(Read {
        credentials: shared(&checked, &reading.shown),
        subjects_differ: subjects_differ(&checked),
        reading,
        age,
    })
}
