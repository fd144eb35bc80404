//! What somebody's credentials show of every role that is open for an institution's own people. Nothing of it is kept, and nobody is told.

use super::{
    ApplyError, Choice, Posting, Shared, StaffPage,
    apply::fits,
    closing::could_close_each,
    shared::{shared, subjects_differ, unpacked},
};
use crate::{
    World,
    crosswalk::{Besides, RoleReading, check_all, read_roles},
    verifying::Reach,
};

/// What the credentials show.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadForStaff {
    /// The credentials, in the order in which they came.
    pub credentials: Vec<Shared>,
    /// The credentials do not all name the same person.
    pub subjects_differ: bool,
    /// The roles, in the order of the page.
    pub roles: Vec<StaffReading>,
    /// Roles that were left out, because there are more than are read at once.
    pub left_out: usize,
}

/// What they show of one role.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffReading {
    /// The role, and where one applies.
    pub posting: Posting,
    /// The answer, task by task.
    pub reading: RoleReading,
    /// For each task of the role the achievements that could show it.
    pub could_close: Vec<Vec<Choice>>,
}

/// Checks `files` once, and reads them for each role of the page.
#[crate::boxed]
pub async fn read_for_staff(
    world: &World,
    page: &StaffPage,
    files: &[Vec<u8>],
) -> Result<ReadForStaff, ApplyError> {
    let files = unpacked(files)?;
    let checked = check_all(world, &files, Reach::Preview, None).await?;
    fits(&checked)?;
    let open = page.postings.iter().take(MOST_ROLES);
    let asked: Vec<_> = open.clone().map(|one| one.role.role.clone()).collect();
    let (tenant, now) = (&page.row.tenant, world.clock.now());
    let besides = Besides::Told;
    let read = read_roles(world, tenant, asked.clone(), &checked, now, besides).await?;
    let close = could_close_each(world, tenant, asked).await?;
    let roles: Vec<_> = (open.zip(read).zip(close))
        .map(|((posting, reading), could_close)| StaffReading {
            posting: posting.clone(),
            reading,
            could_close,
        })
        .collect();
    // What stands in a credential does not depend on the role.
    let shown = match roles.first() {
        Some(first) => shared(&checked, &first.reading.shown),
        None => Vec::new(),
    };
    Ok(ReadForStaff {
        credentials: shown,
        subjects_differ: subjects_differ(&checked),
        left_out: page.postings.len() - roles.len(),
        roles,
    })
}

/// Each follows the mappings that the institution takes part in.
const MOST_ROLES: usize = 30;
