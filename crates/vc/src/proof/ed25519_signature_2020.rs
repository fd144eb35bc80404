//! Ed25519Signature2020: what eddsa-rdfc-2022 was before it had a name. Read, never written.
//!
//! [Data Integrity EdDSA Cryptosuites §3.4](https://www.w3.org/TR/vc-di-eddsa/#ed25519signature2020). The statements differ in
//! the type of the proof only; the algorithm is the same.

pub(super) use super::eddsa_rdfc_2022::check;
