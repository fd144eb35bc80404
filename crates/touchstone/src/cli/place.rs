//! Where a long list goes on.

use anyhow::{Context, Result};
use touchstone_service::issuing::search::Place;
use touchstone_store::Cursor;

/// The place that the last list answered as its "next".
pub(super) fn place(after: Option<&str>) -> Result<Option<Cursor>> {
    let place = Place::parse(after, None).with_context(|| {
        let after = after.unwrap_or_default();
        format!("--after {after}: take it from \"next\" of the last list")
    })?;
    Ok(place.after)
}
