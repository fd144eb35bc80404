//! One application as the institution reads it. Where names are covered, they do not leave this file.

use touchstone_store::{ApplicationRow, Reader, StoreError, TenantId};
use touchstone_vc::Verdict;

use super::{
    Age, Posting, Shared,
    application_names::is_covered,
    ends_at,
    look::{Read, read},
    posting,
    refresh_applications::refresh_if_due,
};
use crate::{
    World,
    crosswalk::{Besides, ReadError, RoleReading},
    operations::moving::institution_of,
};

/// An application. Many of them are looked at at once: the credentials are not in it, see [`ApplicationInFull`].
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Its id.
    pub id: String,
    /// To what it was sent.
    pub posting: Posting,
    /// When it was sent.
    pub sent_at: i64,
    /// When it is deleted.
    pub ends_at: i64,
    /// Who sent it; `None` while names are covered.
    pub person: Option<Person>,
    /// The answer, task by task.
    pub reading: RoleReading,
    /// The credentials do not all name the same person. That they are the sender's is proven in no case.
    pub subjects_differ: bool,
    /// How old that by which it was read is.
    pub age: Age,
}

/// An application with the credentials that came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationInFull {
    /// The application.
    pub application: Application,
    /// The credentials as they were sent, with the names and pictures in them; none while names are covered.
    pub credentials: Vec<Shared>,
}

/// What an applicant says of themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Their name, as far as they gave one.
    pub name: String,
    /// How they can be reached, as far as they said.
    pub contact: String,
}

/// One application to an institution. `None` for every other.
#[crate::boxed]
pub async fn application(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Application>, ReadError> {
    let found = application_in_full(world, tenant, id).await?;
    Ok(found.map(|found| found.application))
}

/// One application to an institution, with its credentials. `None` for every other.
#[crate::boxed]
pub async fn application_in_full(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<ApplicationInFull>, ReadError> {
    let Some(row) = world.store.read().application(tenant, id).await? else {
        return Ok(None);
    };
    let Some(posting) = posting(world, tenant, &row.posting).await? else {
        return Ok(None);
    };
    if ends_at(world, &row) <= world.clock.now().unix_millis() {
        return Ok(None);
    }
    match full(world, posting, row, Besides::Told).await {
        Err(ReadError::Store(StoreError::Conflict {
            table: "application",
        })) => Ok(None),
        Ok(full) => {
            let read = &full.application;
            refresh_if_due(world, &read.posting, [read.age]).await;
            Ok(Some(full))
        }
        Err(error) => Err(error),
    }
}

/// Reads an application, and covers what is to be covered.
pub(super) async fn full(
    world: &World,
    posting: Posting,
    row: ApplicationRow,
    besides: Besides,
) -> Result<ApplicationInFull, ReadError> {
    let Read {
        mut credentials,
        mut reading,
        subjects_differ,
        age,
    } = read(world, &posting, &row, besides).await?;
    let covered = is_covered(&posting.row, &row);
    if covered {
        cover(&world.store.read(), &mut reading).await?;
        credentials.clear();
    }
    let ends_at = ends_at(world, &row);
    let application = Application {
        id: row.id,
        posting,
        sent_at: row.sent_at,
        ends_at,
        person: (!covered).then_some(Person {
            name: row.name,
            contact: row.contact,
        }),
        reading,
        subjects_differ,
        age,
    };
    Ok(ApplicationInFull {
        application,
        credentials,
    })
}

/// Evidence lies where a name may stand beside it, whoever assessed may be known to the sender, and a credential's own identifier may
/// lead to its page. Whoever writes a credential for themselves writes their name wherever words are free, and an issuer elsewhere may write a
/// learner's into a title: but for institutions of this installation no words are given out, whoever lists the issuer. What mappings and tasks
/// are called is not the sender's.
async fn cover(reader: &Reader, reading: &mut RoleReading) -> Result<(), StoreError> {
    let mut from_here = Vec::new();
    for one in &reading.shown {
        let stands = one.verdict == Verdict::Pass;
        from_here.push(stands && institution_of(reader, &one.issuer_id).await?.is_some());
    }
    for (one, from_here) in reading.shown.iter_mut().zip(&from_here) {
        one.id.clear();
        if !from_here {
            one.name.clear();
            one.issuer.clear();
            one.issuer_id.clear();
            one.no_longer_awarded = None;
        }
    }
    let showings = reading.tasks.iter_mut().flat_map(|task| &mut task.shown_by);
    for showing in showings {
        let from_here = from_here[showing.credential];
        showing.assessor = None;
        if !from_here && let Some(position) = &mut showing.position {
            position.rubric.clear();
            position.name.clear();
        }
        for piece in &mut showing.evidence {
            piece.address = None;
            if !from_here || !piece.genre {
                piece.kind.clear();
            }
        }
    }
    Ok(())
}
