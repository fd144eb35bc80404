//! What everybody is told of an achievement that its institution no longer uses.

use touchstone_store::{InstitutionRow, StoreError};

use super::{NoLongerUsed, meaning::awarded, no_longer_used, no_longer_used_at};
use crate::World;

/// That an institution no longer uses an achievement. It says nothing about what was issued before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoLongerAwarded {
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// What takes its place, as it was said; may be empty.
    pub replaced_by: String,
    /// The path of the page that says what that means. None where it is no achievement of the institution, or one that nobody was awarded
    /// yet: of drafts nothing is told.
    pub page: Option<String>,
    /// The same page, for whoever reads this elsewhere.
    pub address: Option<String>,
}

/// Whether an achievement is no longer used, for everybody.
#[crate::boxed]
pub async fn no_longer_awarded(
    world: &World,
    institution: &InstitutionRow,
    achievement: &str,
) -> Result<Option<NoLongerAwarded>, StoreError> {
    match no_longer_used(world, &institution.id, achievement).await? {
        Some(told) => for_everybody(world, institution, told).await.map(Some),
        None => Ok(None),
    }
}

/// The same as was said by `at`.
pub(crate) async fn no_longer_awarded_at(
    world: &World,
    institution: &InstitutionRow,
    achievement: &str,
    at: i64,
) -> Result<Option<NoLongerAwarded>, StoreError> {
    match no_longer_used_at(world, &institution.id, achievement, at).await? {
        Some(told) => for_everybody(world, institution, told).await.map(Some),
        None => Ok(None),
    }
}

async fn for_everybody(
    world: &World,
    institution: &InstitutionRow,
    told: NoLongerUsed,
) -> Result<NoLongerAwarded, StoreError> {
    let mut page = None;
    if let Some(successor) = told.successor {
        let reader = world.store.read();
        let awarded = awarded(&reader, &institution.id, &successor.id).await?;
        let path = format!("/i/{}/a/{}", institution.slug, successor.slug);
        page = (!awarded.is_empty()).then_some(path);
    }
    Ok(NoLongerAwarded {
        since: told.since,
        replaced_by: told.replaced_by,
        address: page.as_deref().map(|path| world.site.link(path)),
        page,
    })
}
