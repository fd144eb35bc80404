//! One act of checking what a holder presents: bytes in, report out, in an installation or without one.
//!
//! Nothing about the presentation, its holder or the one who asks is kept. Whether a challenge was used before is known to who
//! made it, not here.

use std::sync::Arc;

use touchstone_store::StoreError;
use touchstone_vc::{
    Asked, Presentation, PresentationError, PresentationReport, Timestamp,
    required_by_presentation, verify_presentation,
};

use super::check::trust;
use super::check_alone::{Alone, gather as gather_alone};
use super::gather::{Reach, gather};
use crate::{World, elsewhere::elsewhere};

/// Checks a presentation (JSON, or a JSON Web Token) as of `at`, or as of now. `asked` is what the holder was asked to sign.
#[crate::boxed]
pub async fn check_presentation(
    world: &World,
    text: &[u8],
    asked: &Asked,
    at: Option<Timestamp>,
    reach: Reach,
) -> Result<PresentationReport, CheckPresentationError> {
    let wanted = required_by_presentation(&Presentation::parse(text)?);
    let evidence = gather(world, wanted, reach).await?;
    let trust = trust(world).await?;
    let at = at.unwrap_or_else(|| world.clock.now());
    let (crypto, contexts) = (world.crypto, Arc::clone(&world.contexts));
    let (text, asked) = (text.to_vec(), asked.clone());
    // As with one credential, and there are many.
    let judged = elsewhere(move || {
        let presentation = Presentation::parse(&text)?;
        let judged = verify_presentation(
            &presentation,
            &asked,
            &evidence,
            &trust,
            at,
            crypto,
            &contexts,
        );
        Ok::<_, PresentationError>(judged)
    });
    Ok(judged.await?)
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
