//! A job posting as the draft of a role: beside each thing that it says, the nearest tasks of the institution's frameworks. Nothing is
//! written: a person takes what they mean.

use touchstone_crosswalk::role::{JobFault, JobStatement, read_job_posting};
use touchstone_store::{StoreError, TenantId};

use super::{Found, find_statements::suggest_for_each, write_role::MOST_TITLE};
use crate::World;

/// A draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoleDraft {
    /// What the job is called; empty if it is not said.
    pub title: String,
    /// What the posting says, with what is nearest in the frameworks.
    pub statements: Vec<(JobStatement, Vec<Found>)>,
}

/// Takes a posting apart and looks up what it says.
#[crate::boxed]
pub async fn draft_role(
    world: &World,
    tenant: &TenantId,
    posting: &str,
) -> Result<RoleDraft, DraftRoleError> {
    let read = read_job_posting(posting)?;
    let found = {
        let texts = read.statements.iter().map(|one| one.text.as_str());
        let texts: Vec<&str> = texts.collect();
        suggest_for_each(world, tenant, &texts, MOST).await?
    };
    Ok(RoleDraft {
        title: read.title.chars().take(MOST_TITLE).collect(),
        statements: read.statements.into_iter().zip(found).collect(),
    })
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftRoleError {
    /// The text is no posting.
    #[error(transparent)]
    Posting(#[from] JobFault),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Beside each statement.
const MOST: usize = 2;
