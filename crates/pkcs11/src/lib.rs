//! Signing keys in a security module, reached through PKCS#11 (OASIS, 2.40 and later).
//!
//! The secret is made in the module and never leaves it (`CKA_SENSITIVE`, not `CKA_EXTRACTABLE`): Ed25519 (`CKM_EDDSA`) or P-256 (`CKM_ECDSA`
//! over SHA-256). A key is found by its label, so each installation has a token of its own.
//!
//! **Invariants (threat 62):** a module that fails is opened anew after a while and comes back by itself, without a restart; until then every
//! request is refused at once; nothing is ever signed by another signer instead. A PIN that was refused is not tried again by this process:
//! modules lock after a few. A key that was ended says so in the module itself.
//!
//! Start at [`SignerPkcs11`].

mod curve;
mod module;
mod signer;
mod token;

pub use curve::KeyKind;
pub use signer::{Pin, Settings, SignerPkcs11};
