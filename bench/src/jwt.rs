//! What a credential as a JSON Web Token costs: JSON text in, signed token out; token in, a report out.

use std::hint::black_box;

use anyhow::{Context, Result};
use touchstone_canon::Contexts;
use touchstone_canon::json::Value;
use touchstone_vc::Signature;
use touchstone_vc::jose::{Algorithm, Signing, TokenDraft};

use crate::sample::Unsigned;
use crate::{cpu, floor, shapes, verify};

/// Prints the rate of issuing tokens and of its floor, both over the same documents.
pub(crate) fn issue(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let documents = shapes::of(&unsigned.text)?;
    let inputs = documents
        .iter()
        .map(|text| Ok(draft(unsigned, text, &contexts)?.signing_input().to_vec()))
        .collect::<Result<Vec<_>>>()?;
    println!("shapes {}", documents.len());
    let mut texts = documents.iter().cycle();
    let operation = || {
        let text = texts.next().expect("a cycle has no end");
        black_box(sign(unsigned, black_box(text), &contexts).expect("it was drafted before"));
    };
    let mut pairs = documents.iter().zip(&inputs).cycle();
    let floor = || {
        let (text, input) = pairs.next().expect("a cycle has no end");
        floor::issue_token(text, input, &unsigned.signer);
    };
    cpu::compare("jwt-issue", seconds, operation, floor);
    Ok(())
}

/// Prints the rate of verifying a token and of its floor.
pub(crate) fn check(unsigned: &Unsigned, seconds: f64) -> Result<()> {
    let contexts = Contexts::bundled();
    let token = signed(unsigned, &contexts)?;
    let operation = || {
        black_box(verify::judge(black_box(&token), &contexts).expect("it was judged before"));
    };
    let draft = draft(unsigned, &unsigned.text, &contexts)?;
    let payload = Value::parse(unsigned.text.as_bytes())?.to_string();
    let (library, floor) = floor::verify_token(
        payload.as_bytes(),
        draft.signing_input(),
        unsigned.public,
        &unsigned.signer,
    )?;
    println!("floor_by {library}");
    cpu::compare("jwt-verify", seconds, operation, floor);
    Ok(())
}

/// The credential as a token, which holds and is its issuer's.
pub(crate) fn signed(unsigned: &Unsigned, contexts: &Contexts) -> Result<Vec<u8>> {
    let token = sign(unsigned, &unsigned.text, contexts)?.into_bytes();
    verify::holds(&verify::judge(&token, contexts)?)?;
    Ok(token)
}

/// Signs one document, from text to token.
pub(crate) fn sign(unsigned: &Unsigned, text: &str, contexts: &Contexts) -> Result<String> {
    let draft = draft(unsigned, text, contexts)?;
    let signature = unsigned.signer.sign(draft.signing_input());
    Ok(draft.seal(&Signature(signature.as_ref().to_vec())))
}

fn draft(unsigned: &Unsigned, text: &str, contexts: &Contexts) -> Result<TokenDraft> {
    let document = Value::parse(text.as_bytes()).context("reading the document")?;
    let signing = Signing {
        algorithm: Algorithm::EdDsa,
        kid: &unsigned.method,
        contexts,
    };
    Ok(TokenDraft::credential(&document, &signing)?)
}
