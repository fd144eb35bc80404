//! Who answers for achievements, roles and mapping sets, until when, and what takes their place.

mod all;
mod entrust;
mod one;
mod over;

pub use all::all;
pub use entrust::entrust;
pub use one::one;
pub(in crate::pages) use over::over;

use touchstone_service::governing::{Responsibility, Thing, responsibility};

use crate::ApiError;
use crate::signed_in::SignedIn;
use crate::state::Web;

async fn find(web: &Web, by: &SignedIn, kind: &str, id: &str) -> Result<Responsibility, ApiError> {
    let unknown = || ApiError::not_found("responsibility_not_found");
    let thing = Thing::parse(kind).ok_or_else(unknown)?;
    let found = responsibility(&web.world, by.tenant(), thing, id).await?;
    found.ok_or_else(unknown)
}

/// What a kind is called.
fn kind(thing: Thing) -> &'static str {
    match thing {
        Thing::Achievement => "Achievement",
        Thing::Role => "Role",
        Thing::MappingSet => "Mapping set",
        Thing::Competency => "Competency",
    }
}
