//! Looking for what others publish about the credentials of applications: after one was sent, and while somebody looks at them, at most once
//! in a while. Whoever looks waits for nobody, and an issuer that does not answer holds nobody else up.

use std::collections::BTreeSet;

use touchstone_store::{ApplicationCopyRow, ApplicationRow, StoreError, TenantId};
use touchstone_vc::open_badges_2::MAX_ROUNDS;

use super::{Age, Posting, ends_at};
use crate::{
    World,
    operations::{Job, Lease},
    verifying::{
        FoundDocument, INTERVAL_MS, Looking, OLDEST_USED_MS, Wanted, keep_for_all, look_for, small,
        wanted,
    },
};

/// Which applications are to be refreshed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refreshed<'a> {
    /// The institution.
    pub(crate) tenant: &'a TenantId,
    /// The posting.
    pub(crate) posting: &'a str,
    /// One application; empty: all of them.
    pub(crate) only: &'a str,
    /// Those after this id.
    pub(crate) after: &'a str,
}

/// Has what others publish looked for if something is old or missing, and nobody looked for it lately. That it cannot be noted, because the
/// database is read-only, spoils nothing: what is told is told with its age.
pub(super) async fn refresh_if_due(
    world: &World,
    posting: &Posting,
    ages: impl IntoIterator<Item = Age>,
) {
    let now = world.clock.now();
    let since = now.unix_millis() - INTERVAL_MS;
    let row = &posting.row;
    let is_old = |age: Age| age.incomplete || age.as_of.is_some_and(|at| at.unix_millis() <= since);
    if row.refreshed_at.is_some_and(|at| at > since) || !ages.into_iter().any(is_old) {
        return;
    }
    let job = Job::RefreshApplications {
        tenant: row.tenant.to_string(),
        posting: row.id.clone(),
        only: String::new(),
        after: String::new(),
    };
    let queued = &job.queued(&*world.rng, now, now);
    let noted = world
        .store
        .write(|mut tx| async move { tx.enqueue(queued.clone()).await });
    if let Err(error) = noted.await {
        tracing::warn!(%error, "newer documents of others are not looked for");
    }
}

/// Looks for what is due of some applications, and leaves the rest to the next job.
pub(crate) async fn refresh_applications(
    world: &World,
    lease: &Lease<'_>,
    which: Refreshed<'_>,
) -> Result<(), StoreError> {
    let Refreshed {
        tenant,
        posting,
        only,
        after,
    } = which;
    let reader = world.store.read();
    let rows = match only {
        "" => reader.applications(tenant, posting, after, CHUNK).await?,
        only => Vec::from_iter(reader.application(tenant, only).await?),
    };
    let now = world.clock.now().unix_millis();
    let live: Vec<&ApplicationRow> = rows
        .iter()
        .filter(|row| ends_at(world, row) > now)
        .collect();
    let mut looking = Looking::begin(world);
    let mut needed = BTreeSet::new();
    // Of version 2.0, each document names the next.
    for _ in 0..MAX_ROUNDS {
        let due = due(world, &live, &mut needed).await?;
        if due.is_empty() {
            break;
        }
        let mut held_at = world.clock.now();
        look_for(
            world,
            &mut looking,
            due.iter().map(|(_, one)| one.clone()),
            async |found| {
                let now = world.clock.now();
                if now.unix_millis() - held_at.unix_millis() > HELD_MS {
                    lease.extend(&world.store, now).await?;
                    held_at = now;
                }
                kept(world, tenant, &due, found).await
            },
        )
        .await?;
    }
    let now = world.clock.now();
    let (needed, since) = (&needed, now.unix_millis());
    let rest = rows
        .last()
        .filter(|_| only.is_empty() && rows.len() as u64 == CHUNK);
    let rest = &rest.map(|last| {
        let job = Job::RefreshApplications {
            tenant: tenant.to_string(),
            posting: posting.to_owned(),
            only: String::new(),
            after: last.id.clone(),
        };
        job.queued(&*world.rng, now, now)
    });
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, now).await?;
            let until = since + OLDEST_USED_MS;
            tx.need_documents(tenant, needed, since, until, MOST_NEEDED)
                .await?;
            match rest {
                Some(rest) => tx.enqueue(rest.clone()).await,
                None if only.is_empty() => {
                    let noted = tx.refreshed_posting(tenant, posting, now.unix_millis());
                    noted.await
                }
                None => Ok(()),
            }
        })
        .await
}

/// What is due, and for which application: the first document of each, then the second of each, so that none waits behind all of another.
/// What they share with others goes to `needed`, whether it is due or not.
async fn due<'a>(
    world: &World,
    rows: &[&'a ApplicationRow],
    needed: &mut BTreeSet<String>,
) -> Result<Vec<(&'a str, Wanted)>, StoreError> {
    let reader = world.store.read();
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for row in rows {
        let copies = reader.application_copies(&row.tenant, &row.id).await?;
        let (mut place, mut shared) = (0, 0);
        for file in reader.application_files(&row.tenant, &row.id).await? {
            for (one, due) in wanted(world, &file.credential, &copies).await? {
                if !one.personal && shared < MOST_OF_ONE {
                    needed.insert(one.url.clone());
                    shared += 1;
                }
                let whose = one.personal.then_some(&row.id);
                if due && place < MOST_OF_ONE && seen.insert((whose, one.clone())) {
                    all.push((place, (row.id.as_str(), one)));
                    place += 1;
                }
            }
        }
    }
    all.sort_by_key(|(place, _)| *place);
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

async fn kept(
    world: &World,
    tenant: &TenantId,
    due: &[(&str, Wanted)],
    (wanted, found): FoundDocument,
) -> Result<(), StoreError> {
    let now = world.clock.now();
    let found = found.and_then(|fetched| small(fetched, wanted.personal));
    if !wanted.personal {
        keep_for_all(world, &wanted.url, &found, now).await;
        return Ok(());
    }
    let found = found.map(|fetched| fetched.bytes);
    let at = now.unix_millis();
    let whose = due.iter().filter(|(_, one)| *one == wanted);
    for application in whose.map(|(application, _)| *application) {
        let row = &ApplicationCopyRow {
            application: application.to_owned(),
            url: wanted.url.clone(),
            bytes: found.as_ref().ok().cloned(),
            fetched_at: found.is_ok().then_some(at),
            error: found.as_ref().err().map(ToString::to_string),
            error_at: found.is_err().then_some(at),
        };
        let kept = world
            .store
            .write(|mut tx| async move { tx.keep_application_copy(tenant, row.clone()).await });
        match kept.await {
            // Taken back meanwhile: nothing of it is kept.
            Err(StoreError::Conflict {
                table: "application",
            }) => {}
            kept => kept?,
        }
    }
    Ok(())
}

/// Applications of which one job looks for documents.
const CHUNK: u64 = 20;
/// Documents that are looked for, for one application: each credential has two or three.
const MOST_OF_ONE: usize = 60;
/// Documents of others that are kept for one institution: each issuer has two or three.
const MOST_NEEDED: usize = 500;
/// After how long the job is held for longer.
const HELD_MS: i64 = 5_000;
