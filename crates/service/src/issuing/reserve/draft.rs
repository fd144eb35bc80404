//! The complete bytes of the credentials of one chunk, and the proof that each of them can be signed: what could not be signed
//! later must not be approved now.

use std::sync::Arc;

use touchstone_vc::{
    AwardingError, Draft, ProofOptions, Timestamp, badge, json::JsonLimits, model::Award,
};

use super::{ReserveError, lists::Place};
use crate::{
    World,
    digest::{hex, sha256_hex},
    issuing::{
        RowInput,
        cohort::Cohort,
        compose::{ComposeError, Drawn, compose},
        cores,
        drafted::Known,
        evidence::Kept,
    },
    operations::signing_key::securing,
};

/// What is drawn for one row.
pub(super) struct Draw {
    /// Which row of the chunk.
    pub(super) number: usize,
    pub(super) input: RowInput,
    pub(super) dedupe: String,
    pub(super) drawn: Drawn,
    pub(super) places: [Place; 2],
}

/// The complete bytes of a credential but for its signature.
pub(super) struct Unsigned {
    pub(super) bytes: Vec<u8>,
    /// In lower-case hex.
    pub(super) sha256: String,
    pub(super) known: Option<Known>,
}

/// Puts the credentials together and drafts each, on all cores.
pub(super) async fn draft_all(
    world: &World,
    cohort: &Cohort,
    kept: Kept,
    draws: Vec<Draw>,
    now: Timestamp,
) -> Result<Vec<(Draw, Result<Unsigned, ComposeError>)>, ReserveError> {
    let options = ProofOptions::of(
        &securing(&cohort.key, now)?,
        &badge::contexts(),
        &world.contexts,
        world.crypto,
    )?;
    let (world, awarding, cohort) = (world.clone(), Arc::clone(&cohort.awarding), cohort.clone());
    let draft = move |(): &mut (), draw: Draw| {
        let award = match compose(&world, &cohort, &draw.input, &kept, &draw.drawn, now) {
            Ok(award) => award,
            Err(error) => return Ok((draw, Err(error))),
        };
        let unsigned = match awarding.draft(&award, &options, world.crypto) {
            Ok(draft) => Ok(unsigned(&world, &award, &draft)?),
            Err(AwardingError::Badge(error)) => Err(error.into()),
            Err(AwardingError::Draft(error)) => return Err(error.into()),
        };
        Ok((draw, unsigned))
    };
    cores::each(draws, || (), draft).await
}

fn unsigned(world: &World, award: &Award, draft: &Draft) -> Result<Unsigned, ReserveError> {
    let bytes = draft.unsigned().as_bytes().to_vec();
    // Whoever reads the credential, this program first of all, reads no more than that.
    if bytes.len() > JsonLimits::default().bytes {
        return Err(ReserveError::Unreadable);
    }
    let known = Known::of(draft, award.valid_until, world.crypto);
    let sha256 = match &known {
        Some(known) => hex(known.unsigned_sha256()),
        None => sha256_hex(world.crypto, &bytes),
    };
    Ok(Unsigned {
        bytes,
        sha256,
        known,
    })
}
