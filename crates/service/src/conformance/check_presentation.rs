//! Checking a presentation as a suite asks, and every credential in it.

use touchstone_vc::{
    Asked, Presentation, PresentationError, PresentationReport, Trust, data_model,
    required_by_presentation, schema::Misfit, verify_presentation,
};

use super::{
    Conformance, Scope,
    check::{GatherError, evidence},
};

/// What was found.
#[derive(Clone, Debug)]
pub struct CheckedPresentation {
    /// Whether everything that was asked holds, of the presentation and of each credential.
    pub verified: bool,
    /// Where it is not as the data model asks.
    pub misfit: Option<Misfit>,
    /// The report, as everywhere.
    pub report: PresentationReport,
}

/// Checks a presentation, as JSON or as a token. `asked` is what the holder was asked to sign.
#[crate::boxed]
pub async fn check_presentation(
    room: &Conformance,
    presentation: &[u8],
    asked: &Asked,
    scope: Scope,
) -> Result<CheckedPresentation, CheckPresentationError> {
    let world = &room.world;
    let presentation = Presentation::parse(presentation)?;
    let evidence = evidence(room, required_by_presentation(&presentation), scope).await?;
    let report = verify_presentation(
        &presentation,
        asked,
        &evidence,
        &Trust::default(),
        world.clock.now(),
        world.crypto,
        &world.contexts,
    );
    let misfit = data_model::presentation(presentation.document()).err();
    Ok(CheckedPresentation {
        verified: misfit.is_none() && holds(&report, scope),
        misfit,
        report,
    })
}

fn holds(report: &PresentationReport, scope: Scope) -> bool {
    let inside = report.credentials.iter().all(|presented| {
        let report = presented.found.as_ref();
        report.is_ok_and(|report| scope.holds(&report.checks))
    });
    inside && scope.holds(&report.checks)
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckPresentationError {
    /// It is no presentation.
    #[error(transparent)]
    Presentation(#[from] PresentationError),
    /// What the verdict takes could not be had from this process.
    #[error(transparent)]
    Gather(#[from] GatherError),
}
