//! Cosignatures: what a witness, or a log, signs of a checkpoint, and when.
//!
//! C2SP tlog-cosignature: `cosignature/v1` with Ed25519 and `subtree/v1` with ML-DSA-44. The signature in a note's line
//! is the time in eight bytes and then the signature proper. Signing takes two steps, because no key is here: [`message`], and then
//! [`timestamped`] over what the key made of it.

use alloc::format;
use alloc::vec::Vec;

use crate::checkpoint::Checkpoint;
use crate::note::{PublicKey, SignatureLine, VerifierKey};
use crate::{Crypto, Hash};

/// The latest time that may be signed.
const LATEST: u64 = i64::MAX as u64;

/// What `key` signs of a note's text: the text itself, or its statement of a checkpoint at `timestamp`, in seconds since 1970.
/// `None` where a key that cosigns is asked to sign a text that is no checkpoint, or at a time that cannot be stated.
pub fn message(key: &VerifierKey, text: &str, timestamp: u64) -> Option<Vec<u8>> {
    match key.key() {
        PublicKey::Ed25519(_) => Some(text.as_bytes().to_vec()),
        PublicKey::CosignatureEd25519(_) => {
            Checkpoint::parse(text)
                .ok()
                .filter(|_| timestamp <= LATEST)?;
            Some(format!("cosignature/v1\ntime {timestamp}\n{text}").into_bytes())
        }
        PublicKey::CosignatureMlDsa44(_) => {
            let checkpoint = Checkpoint::parse(text).ok()?;
            let tree = (0, checkpoint.size, checkpoint.root);
            subtree_message(key.name(), checkpoint.origin(), tree, timestamp)
        }
    }
}

/// The signature as a note's line has it: for a key that cosigns, the time before it.
pub fn timestamped(key: &VerifierKey, timestamp: u64, signature: &[u8]) -> Vec<u8> {
    match key.key() {
        PublicKey::Ed25519(_) => signature.to_vec(),
        _ => [&timestamp.to_be_bytes(), signature].concat(),
    }
}

/// When the signer of a cosignature's line says that it saw the tree, in seconds since 1970, which nobody has checked here. `None` where it says
/// nothing about the time.
pub fn time_of(line: &SignatureLine) -> Option<u64> {
    let time = line.signature().first_chunk()?;
    let time = u64::from_be_bytes(*time);
    (1..=LATEST).contains(&time).then_some(time)
}

/// What ML-DSA-44 signs of entries `start..end` with this hash (`struct cosigned_message`).
fn subtree_message(
    cosigner: &str,
    origin: &str,
    (start, end, hash): (u64, u64, Hash),
    timestamp: u64,
) -> Option<Vec<u8>> {
    if timestamp > LATEST || (start > 0 && timestamp > 0) {
        return None;
    }
    let mut message = Vec::from(*b"subtree/v1\n\0");
    opaque(&mut message, cosigner)?;
    message.extend(timestamp.to_be_bytes());
    opaque(&mut message, origin)?;
    message.extend(start.to_be_bytes());
    message.extend(end.to_be_bytes());
    message.extend(hash.0);
    Some(message)
}

/// `opaque text<1..2^8-1>` (RFC 8446 §3.4).
fn opaque(message: &mut Vec<u8>, text: &str) -> Option<()> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length > 0)?;
    message.push(length);
    message.extend(text.as_bytes());
    Some(())
}

/// Whether `signature`, as a note's line has it, is the key's over `text`: the outer `None` where it does not hold, the
/// inner one where signatures of this type bear no time.
pub(crate) fn holds(
    key: &VerifierKey,
    text: &str,
    signature: &[u8],
    crypto: &Crypto,
) -> Option<Option<u64>> {
    if let PublicKey::Ed25519(bytes) = key.key() {
        let signature = signature.try_into().ok()?;
        return (crypto.verify_ed25519)(bytes, text.as_bytes(), signature).then_some(None);
    }
    let (time, signature) = signature.split_first_chunk()?;
    let timestamp = u64::from_be_bytes(*time);
    let message = message(key, text, timestamp)?;
    let holds = match key.key() {
        PublicKey::Ed25519(bytes) | PublicKey::CosignatureEd25519(bytes) => {
            (crypto.verify_ed25519)(bytes, &message, signature.try_into().ok()?)
        }
        PublicKey::CosignatureMlDsa44(bytes) => {
            (crypto.verify_ml_dsa_44)(bytes, &message, signature.try_into().ok()?)
        }
    };
    // Zero stands for no statement about the time.
    holds.then_some((timestamp > 0).then_some(timestamp))
}
