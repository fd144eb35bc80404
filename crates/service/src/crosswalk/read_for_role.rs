//! Reading what somebody shows for a role: task by task, and no score.
//!
//! **Invariant:** the answer names every mapping that it goes through, with the set, its version and its hash, so that it can be made again
//! in ten years. Sets whose agreements have ended are left out; what could not be checked counts neither way.

use touchstone_crosswalk::role::{self, Day, Held, Pin, ReleasedSet, Role, TaskAnswer};
use touchstone_store::{StoreError, TenantId};
use touchstone_vc::{Credential, Timestamp, Verdict};

use super::{
    KeptRole,
    beside::Beside,
    held::held as read,
    known_releases::released,
    own_address::may_pass,
    read_alone::{day_of, pins},
};
use crate::{
    World,
    governing::NoLongerAwarded,
    verifying::{CheckError, Checked, Reach, check},
};

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleReading {
    /// When.
    pub at: Timestamp,
    /// What was shown, in the order in which it came.
    pub shown: Vec<ShownCredential>,
    /// The answer for each task, in the role's order.
    pub tasks: Vec<TaskAnswer>,
    /// Every set that could be used, whether it was or not.
    pub sets: Vec<Pin>,
}

/// A credential that was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCredential {
    /// Its id.
    pub id: String,
    /// What it was awarded for, in words.
    pub name: String,
    /// Who states it: a name, or else an identifier.
    pub issuer: String,
    /// The issuer's identifier.
    pub issuer_id: String,
    /// What checking it came to.
    pub verdict: Verdict,
    /// Whether its issuer calls it a pilot, by the tag that says so: what is issued to try an assessment out. No verdict changes with it.
    pub pilot: bool,
    /// That its issuer no longer uses what it certifies, as far as this installation has that issuer's word. It is no part of the verdict,
    /// nor of the answer, and told only in a reading that is shown as a whole.
    pub no_longer_awarded: Option<NoLongerAwarded>,
    /// Organizations other than its issuer that stood behind what it was awarded for; known of achievements of this installation, and told
    /// only in a reading that is shown as a whole.
    pub endorsed_by: Vec<String>,
}

/// Checks `files` and reads them for `role`, as its institution sees the world now, or saw it at `on`: by the dates of the credentials and
/// the releases of that day. Whether something was withdrawn is only known as of today.
#[crate::boxed]
pub async fn read_for_role(
    world: &World,
    role: &KeptRole,
    files: &[Vec<u8>],
    reach: Reach,
    on: Option<Timestamp>,
) -> Result<RoleReading, ReadError> {
    let checked = check_all(world, files, reach, on).await?;
    read_checked_on(
        world,
        role,
        &checked,
        on.unwrap_or_else(|| world.clock.now()),
        Besides::Told,
    )
    .await
}

/// Whether what is no part of an answer is told beside it: what is no longer used, and who stood behind what. Where many readings stand in a
/// list that shows none of it, nobody looks it up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Besides {
    /// It is.
    Told,
    /// It is left out.
    LeftOut,
}

/// Checks `files`, all of which have to be credentials.
pub(crate) async fn check_all(
    world: &World,
    files: &[Vec<u8>],
    reach: Reach,
    on: Option<Timestamp>,
) -> Result<Vec<Checked>, ReadError> {
    if files.is_empty() {
        return Err(ReadError::Nothing);
    }
    if files.len() > MOST_READ {
        return Err(ReadError::TooMany(MOST_READ));
    }
    let mut checked = Vec::with_capacity(files.len());
    for (at, file) in files.iter().enumerate() {
        let read = check(world, file, on, reach).await;
        checked.push(read.map_err(|error| match error {
            CheckError::Store(error) => ReadError::Store(error),
            error => ReadError::Credential(at + 1, error),
        })?);
    }
    Ok(checked)
}

/// Reads credentials for `role` that were checked before.
#[crate::boxed]
pub(crate) async fn read_checked(
    world: &World,
    role: &KeptRole,
    checked: &[Checked],
    besides: Besides,
) -> Result<RoleReading, ReadError> {
    read_checked_on(world, role, checked, world.clock.now(), besides).await
}

async fn read_checked_on(
    world: &World,
    role: &KeptRole,
    checked: &[Checked],
    at: Timestamp,
    besides: Besides,
) -> Result<RoleReading, ReadError> {
    let roles = vec![role.role.clone()];
    let mut read = read_roles(world, &role.row.tenant, roles, checked, at, besides).await?;
    Ok(read.remove(0))
}

/// Reads credentials that were checked before for roles of one institution, in their order: what does not depend on the role is looked up
/// once.
pub(crate) async fn read_roles(
    world: &World,
    tenant: &TenantId,
    roles: Vec<Role>,
    checked: &[Checked],
    at: Timestamp,
    besides: Besides,
) -> Result<Vec<RoleReading>, ReadError> {
    let (mut held, mut shown) = (Vec::new(), Vec::new());
    let mut beside = Beside::new(world, at);
    for (place, one) in checked.iter().enumerate() {
        let credential = Credential::parse(&one.credential)
            .map_err(|error| ReadError::Credential(place + 1, error.into()))?;
        let (read, mut told) = read(&credential, one.report.verdict());
        if besides == Besides::Told {
            // Behind a file that anybody can have written stands nobody.
            if read.checked == role::Checked::Valid {
                told.endorsed_by = beside.endorsers(&read.addresses).await?;
            }
            told.no_longer_awarded = beside.over(&credential, &one.report).await?;
        }
        held.push(read);
        shown.push(told);
    }
    let sets = released(world, tenant, at).await?;
    let pins = pins(&sets);
    let answers = answered(roles, held, sets, day_of(at)).await.into_iter();
    let read = answers.map(|tasks| RoleReading {
        at,
        shown: shown.clone(),
        sets: pins.clone(),
        tasks,
    });
    Ok(read.collect())
}

/// Following mappings takes its time in large sets: not on a thread that others wait for.
async fn answered(
    roles: Vec<Role>,
    held: Vec<Held>,
    sets: Vec<ReleasedSet>,
    day: Day,
) -> Vec<Vec<TaskAnswer>> {
    let answer = move |role: &Role| role::answer(role, &held, &sets, day, may_pass);
    let read = tokio::task::spawn_blocking(move || roles.iter().map(answer).collect());
    read.await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing was shown.
    #[error("there is nothing to read: give at least one credential")]
    Nothing,
    /// More than anybody shows.
    #[error("give at most {0} credentials at once")]
    TooMany(usize),
    /// One of them is no credential.
    #[error("credential {0}: {1}")]
    Credential(usize, CheckError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Credentials that are read at once.
pub const MOST_READ: usize = 50;
