//! Protocols that others define, one folder each.

pub mod vc_api;
