//! What signing one credential costs: JSON text in, signed JSON text out, no two documents in a row of the same shape.

use std::hint::black_box;

use anyhow::{Context, Result};
use touchstone_adapters::CRYPTO;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize};
use touchstone_vc::{Draft, ProofOptions, Signature, Timestamp};

use crate::sample::Unsigned;
use crate::{cpu, floor, shapes};

/// Prints the rate of issuing and of its floor, both over the same documents.
pub(crate) fn run(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let issuing = Issuing::new(unsigned, &contexts)?;
    let documents = shapes::of(&unsigned.text)?;
    let forms = documents
        .iter()
        .map(|text| canonical(text, &contexts))
        .collect::<Result<Vec<_>>>()?;
    println!("shapes {}", documents.len());
    let mut texts = documents.iter().cycle();
    let operation = || {
        let text = texts.next().expect("a cycle has no end");
        black_box(
            issuing
                .sign(black_box(text))
                .expect("it was canonicalized before"),
        );
    };
    let mut pairs = documents.iter().zip(&forms).cycle();
    let floor = || {
        let (text, form) = pairs.next().expect("a cycle has no end");
        floor::issue(text, form, &unsigned.signer);
    };
    cpu::compare("issue", seconds, operation, floor);
    Ok(())
}

/// What is prepared once for a key.
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
