//! The applications to a posting, side by side. There is no score, and no order unless somebody says by what.

use touchstone_store::{StoreError, TenantId};

use super::{
    Application, Posting, application::full, ends_at, posting, refresh_applications::refresh_if_due,
};
use crate::{
    World,
    crosswalk::{Besides, ReadError},
};

/// By what applications are ordered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum By {
    /// By nothing: an order that means nothing and stays the same.
    #[default]
    Nothing,
    /// By when they were sent.
    Sent,
    /// By what is shown of one task, by its place from 0.
    Task(usize),
}

/// Some applications.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationList {
    /// The posting.
    pub posting: Posting,
    /// The applications.
    pub applications: Vec<Application>,
    /// Where the next ones begin, where they are ordered by nothing.
    pub next: Option<String>,
    /// There are too many to be ordered: they stand by nothing.
    pub too_many: bool,
}

/// The applications to a posting after an id. `None` where the institution has no such posting.
#[crate::boxed]
pub async fn applications(
    world: &World,
    tenant: &TenantId,
    id: &str,
    by: By,
    after: &str,
    limit: u64,
    besides: Besides,
) -> Result<Option<ApplicationList>, ReadError> {
    let Some(posting) = posting(world, tenant, id).await? else {
        return Ok(None);
    };
    let too_many = by != By::Nothing && posting.applications > MOST_ORDERED;
    let by = if too_many { By::Nothing } else { by };
    let limit = match by {
        By::Nothing => limit,
        _ => MOST_ORDERED,
    };
    let reader = world.store.read();
    let mut rows = reader
        .applications(tenant, &posting.row.id, after, limit + 1)
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| last.id.clone());
    let now = world.clock.now().unix_millis();
    let mut all: Vec<Application> = Vec::with_capacity(rows.len());
    for row in rows.into_iter().filter(|row| ends_at(world, row) > now) {
        match full(world, posting.clone(), row, besides).await {
            Err(ReadError::Store(StoreError::Conflict {
                table: "application",
            })) => {}
            // What came with it is let go before the next is read.
            read => all.push(read?.application),
        }
    }
    refresh_if_due(world, &posting, all.iter().map(|one| one.age)).await;
    match by {
        By::Nothing => {}
        By::Sent => all.sort_by_key(|one| one.sent_at),
        By::Task(task) => {
            all.sort_by_key(|one| one.reading.tasks.get(task).map(|answer| answer.verdict));
        }
    }
    Ok(Some(ApplicationList {
        posting,
        applications: all,
        next,
        too_many,
    }))
}

/// Applications that are read at once to be ordered.
const MOST_ORDERED: u64 = 50;
