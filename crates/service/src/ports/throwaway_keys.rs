//! Signing keys that live as long as the process: for conformance suites, and for nothing else.

use touchstone_vc::{Curve, Signature, did::PublicKey};

use super::SignError;

/// One key for each curve, made at start and gone at the end. Nothing that an installation keeps implements this.
pub trait ThrowawayKeys: Send + Sync {
    /// The public half of the key on `curve`.
    fn public(&self, curve: Curve) -> PublicKey;

    /// Signs `message`: with Ed25519, or with ECDSA and the hash that goes with the curve, as `r ‖ s`.
    fn sign(&self, curve: Curve, message: &[u8]) -> Result<Signature, SignError>;
}
