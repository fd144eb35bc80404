//! What checking one credential costs: signed JSON text in, a report out.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use touchstone_adapters::CRYPTO;
use touchstone_canon::Contexts;
use touchstone_vc::{CheckKind, Credential, Evidence, Outcome, Report, Timestamp, Trust, verify};

use crate::cpu;
use crate::issue::{Issuing, canonical};
use crate::sample::Unsigned;

/// Prints the rate of verifying and of its floor: parsing, hashing the canonical bytes, one bare signature check.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let signed = Issuing::new(unsigned, &contexts)?.sign(&unsigned.text)?;
    let canonical = canonical(&unsigned.text, &contexts)?;
    let proof = judge(&signed, &contexts)?.outcome(CheckKind::Proof);
    ensure!(
        proof == Some(Outcome::Pass),
        "what is measured does not verify: {proof:?}"
    );
    let operation = || {
        black_box(judge(black_box(&signed), &contexts).expect("it was judged before"));
    };
    let key = UnparsedPublicKey::new(&ED25519, unsigned.public);
    let hash = (CRYPTO.sha256)(canonical.as_bytes());
    let signature = unsigned.signer.sign(&hash);
    let floor = || {
        let parsed: serde_json::Value =
            serde_json::from_slice(black_box(&signed)).expect("it is JSON");
        black_box(parsed);
        let hash = (CRYPTO.sha256)(black_box(canonical.as_bytes()));
        key.verify(&hash, signature.as_ref())
            .expect("it was signed with this key");
    };
    cpu::compare("verify", seconds, operation, floor)
}

/// Every check that needs no document from elsewhere; the status is unknown.
fn judge(signed: &[u8], contexts: &Contexts) -> Result<Report> {
    let credential = Credential::parse(signed).context("reading what was signed")?;
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
const AT: i64 = 1_795_219_200;
