//! The credential that is measured, and a key to sign it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use touchstone_vc::did::{PublicKey, key};

/// An unsigned credential that names the key below as its issuer.
pub(crate) struct Unsigned {
    /// As JSON.
    pub(crate) text: String,
    /// Signs it.
    pub(crate) signer: Ed25519KeyPair,
    /// The public half.
    pub(crate) public: [u8; 32],
    /// The verification method that the proof names.
    pub(crate) method: String,
}

/// Reads `file`, or the template beside the checkout, and puts the key's DID where the text says `ISSUER_DID`.
pub(crate) fn unsigned(file: Option<&Path>) -> Result<Unsigned> {
    let file = file.unwrap_or(Path::new(TEMPLATE));
    let template = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let signer = Ed25519KeyPair::from_seed_unchecked(&SEED)
        .ok()
        .context("the fixed key")?;
    let public: [u8; 32] = signer.public_key().as_ref().try_into()?;
    let key = PublicKey::Ed25519(public);
    Ok(Unsigned {
        text: template.replace("ISSUER_DID", &key::did(&key)),
        method: key::verification_method(&key),
        signer,
        public,
    })
}

/// Read from the root of the checkout.
const TEMPLATE: &str = "../shared/vectors/bench/unsigned.template.json";

/// Protects nothing; the same in each run.
const SEED: [u8; 32] = [1; 32];
