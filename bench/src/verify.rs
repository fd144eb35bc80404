//! What checking one credential costs: signed JSON text in, a report out.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use touchstone_adapters::CRYPTO;
use touchstone_canon::Contexts;
use touchstone_vc::{
    CheckKind, Credential, CredentialText, Evidence, Outcome, Report, Timestamp, Trust, verify,
};

use crate::issue::{Issuing, canonical};
use crate::sample::Unsigned;
use crate::{cpu, floor};

/// Prints the rate of verifying and of its floor.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let signed = signed(unsigned, &contexts)?;
    let canonical = canonical(&unsigned.text, &contexts)?;
    let operation = || {
        black_box(judge(black_box(&signed), &contexts).expect("it was judged before"));
    };
    let (library, floor) =
        floor::verify(&[(&signed, &canonical)], unsigned.public, &unsigned.signer)?;
    println!("floor_by {library}");
    cpu::compare("verify", seconds, operation, floor);
    Ok(())
}

/// The credential with its proof, which holds and is its issuer's.
pub(crate) fn signed(unsigned: &Unsigned, contexts: &Contexts) -> Result<Vec<u8>> {
    let signed = Issuing::new(unsigned, contexts)?.sign(&unsigned.text)?;
    holds(&judge(&signed, contexts)?)?;
    Ok(signed)
}

/// Makes sure that what is measured verifies.
pub(crate) fn holds(report: &Report) -> Result<()> {
    for kind in [CheckKind::Proof, CheckKind::Issuer] {
        let outcome = report.outcome(kind);
        ensure!(
            outcome == Some(Outcome::Pass),
            "what is measured does not verify: {kind:?} {outcome:?}"
        );
    }
    Ok(())
}

/// Every check that needs no document from elsewhere; the status is unknown.
pub(crate) fn judge(signed: &[u8], contexts: &Contexts) -> Result<Report> {
    let text = CredentialText::of(signed);
    let credential = Credential::read(&text).context("reading what was signed")?;
    let at = Timestamp::from_unix_seconds(AT);
    Ok(verify(
        &credential,
        &Evidence::new(),
        &Trust::default(),
        at,
        &CRYPTO,
        contexts,
    ))
}

/// 2026-11-21.
pub(crate) const AT: i64 = 1_795_219_200;
