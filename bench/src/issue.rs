//! What signing one credential costs: JSON text in, signed JSON text out.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use touchstone_adapters::CRYPTO;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};
use touchstone_vc::{Draft, ProofOptions, Signature, Timestamp};

use crate::cpu;
use crate::sample::Unsigned;

/// Prints the rate of issuing and of its floor: parsing, hashing the canonical bytes, one bare signature.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let issuing = Issuing::new(unsigned, &contexts)?;
    let canonical = canonical(&unsigned.text, &contexts)?;
    ensure!(
        !issuing.sign(&unsigned.text)?.is_empty(),
        "nothing was signed"
    );
    let operation = || {
        black_box(
            issuing
                .sign(black_box(&unsigned.text))
                .expect("it was signed before"),
        );
    };
    let floor = || {
        let parsed: serde_json::Value =
            serde_json::from_str(black_box(&unsigned.text)).expect("it is JSON");
        black_box(parsed);
        let mut input = [0; 64];
        input[32..].copy_from_slice(&(CRYPTO.sha256)(black_box(canonical.as_bytes())));
        black_box(unsigned.signer.sign(&input));
    };
    cpu::compare("issue", seconds, operation, floor)
}

/// What is prepared once for a cohort.
pub(crate) struct Issuing<'a> {
    unsigned: &'a Unsigned,
    options: ProofOptions,
    contexts: &'a Contexts,
}

impl<'a> Issuing<'a> {
    /// Prepares the proofs of the key over documents like this one.
    pub(crate) fn new(unsigned: &'a Unsigned, contexts: &'a Contexts) -> Result<Self> {
        let document = Value::parse(unsigned.text.as_bytes())?;
        let context = document.get("@context").context("no @context")?;
        let created = Timestamp::from_unix_seconds(CREATED);
        let options = ProofOptions::new(context, &unsigned.method, created, contexts, &CRYPTO)?;
        Ok(Self {
            unsigned,
            options,
            contexts,
        })
    }

    /// Signs one document, from text to text.
    pub(crate) fn sign(&self, text: &str) -> Result<Vec<u8>> {
        let document = Value::parse(text.as_bytes())?;
        let draft = Draft::with_options(&document, &self.options, self.contexts, &CRYPTO)?;
        let signature = self.unsigned.signer.sign(draft.signing_input());
        Ok(draft.seal(&Signature(signature.as_ref().to_vec())))
    }
}

/// The statements of a document, as they are hashed.
pub(crate) fn canonical(text: &str, contexts: &Contexts) -> Result<String> {
    let document = Value::parse(text.as_bytes())?;
    Ok(canonicalize(
        &document,
        contexts,
        Hash::Sha256(CRYPTO.sha256),
        &Limits::default(),
    )?)
}

/// 2026-11-01.
const CREATED: i64 = 1_793_491_200;
