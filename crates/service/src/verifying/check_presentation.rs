//! One act of checking what a holder presents: bytes in, report out, in an installation or without one.
//!
//! Nothing about the presentation, its holder or the one who asks is kept. Whether a challenge was used before is known to who
//! made it, not here.

use touchstone_store::StoreError;
use touchstone_vc::{
    Asked, Presentation, PresentationError, PresentationReport, Timestamp,
    required_by_presentation, verify_presentation,
};

use super::check::trust;
use super::check_alone::{Alone, gather as gather_alone};
use super::gather::{Reach, gather};
use crate::World;

/// Checks a presentation (JSON, or a JSON Web Token) as of `at`, or as of now. `asked` is what the holder was asked to sign.
#[crate::boxed]
pub async fn check_presentation(
    world: &World,
    text: &[u8],
    asked: &Asked,
    at: Option<Timestamp>,
    reach: Reach,
) -> Result<PresentationReport, CheckPresentationError> {
    let presentation = Presentation::parse(text)?;
    let evidence = gather(world, required_by_presentation(&presentation), reach).await?;
    Ok(verify_presentation(
        &presentation,
        asked,
        &evidence,
        &trust(world).await?,
        at.unwrap_or_else(|| world.clock.now()),
        world.crypto,
        &world.contexts,
    ))
}

/// The same where there is no installation. Only the registers that the reader brought are consulted.
#[crate::boxed]
pub async fn check_presentation_alone(
    alone: &Alone<'_>,
    text: &[u8],
    asked: &Asked,
    at: Option<Timestamp>,
) -> Result<PresentationReport, PresentationError> {
    let presentation = Presentation::parse(text)?;
    let evidence = gather_alone(alone, required_by_presentation(&presentation)).await;
    Ok(verify_presentation(
        &presentation,
        asked,
        &evidence,
        alone.trust,
        at.unwrap_or_else(|| alone.clock.now()),
        alone.crypto,
        alone.contexts,
    ))
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckPresentationError {
    /// It is no presentation.
    #[error(transparent)]
    Presentation(#[from] PresentationError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
