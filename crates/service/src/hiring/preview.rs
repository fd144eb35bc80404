//! What an applicant sees before anything is sent: what would be shared, what it shows of each task, and what could close a gap.
//! Nothing of it is kept.

use super::{
    ApplyError, Choice, Posting, Shared,
    apply::fits,
    could_close,
    shared::{shared, subjects_differ, unpacked},
};
use crate::{
    World,
    crosswalk::{Besides, RoleReading, check_all, read_checked},
    secret,
    verifying::Reach,
};

/// What would be sent, and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The credentials, in the order in which they came.
    pub credentials: Vec<Shared>,
    /// The answer, task by task.
    pub reading: RoleReading,
    /// The credentials do not all name the same person.
    pub subjects_differ: bool,
    /// For each task of the role the achievements that could show it.
    pub could_close: Vec<Vec<Choice>>,
    /// The secret of the link under which the application will be found. Sending the same one twice sends one.
    pub token: String,
}

/// Checks `files` and reads them for the posting's role.
#[crate::boxed]
pub async fn preview(
    world: &World,
    posting: &Posting,
    files: &[Vec<u8>],
) -> Result<Preview, ApplyError> {
    let files = unpacked(files)?;
    let checked = check_all(world, &files, Reach::Preview, None).await?;
    fits(&checked)?;
    let reading = read_checked(world, &posting.role, &checked, Besides::Told).await?;
    Ok(Preview {
        credentials: shared(&checked, &reading.shown),
        subjects_differ: subjects_differ(&checked),
        could_close: could_close(world, &posting.role).await?,
        reading,
        token: secret::draw(&*world.rng),
    })
}
