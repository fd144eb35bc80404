//! Anchors: what strangers to this log state about when they saw it, read and judged.
//!
//! An anchor is over the SHA-256 of a checkpoint's signed bytes (C2SP signed-note: the three lines of the checkpoint, each with its line
//! feed, without the signatures below them), or on an EVM chain over what those lines say. The crate reads no clock, opens no socket and
//! holds no key: cryptography comes in as [`Crypto`], whom to believe as [`Anchors`].
//!
//! **Invariant:** a time is told only where a party that the reader named vouches for it over these very bytes; everything else is a
//! [`Fault`] that says what is missing.
//!
//! Start at [`Anchors::parse`] for judging and at [`rfc3161::query`] for asking.
#![no_std] // Nothing here may reach for the system; `std` would make it one import away.

extern crate alloc;

mod crypto;
pub mod evm;
pub mod opentimestamps;
pub mod rfc3161;
mod trust;
mod whole;

pub use crypto::{Crypto, Scheme};
pub use trust::{
    Anchors, CertificateFault, Contract, Fault, Seen, TrustError, TrustFault, authority_line,
    certificate, hexadecimal,
};

/// SHA-256 of what is anchored.
pub type Digest = [u8; 32];

/// The kinds of anchors.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// A time-stamping authority (RFC 3161).
    Rfc3161,
    /// A calendar of OpenTimestamps, and behind it Bitcoin.
    Opentimestamps,
    /// A contract on an EVM chain.
    Evm,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Rfc3161, Self::Opentimestamps, Self::Evm];

    /// Its word in the configuration, in trust files, in bundles and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rfc3161 => "rfc3161",
            Self::Opentimestamps => "opentimestamps",
            Self::Evm => "evm",
        }
    }

    /// The kind behind a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// How a proof of it ends as a file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rfc3161 => "tsr",
            Self::Opentimestamps => "ots",
            Self::Evm => "evm",
        }
    }

    /// The media type of such a file.
    pub fn media_type(self) -> &'static str {
        match self {
            // RFC 3161, section 3.4.
            Self::Rfc3161 => rfc3161::REPLY,
            Self::Opentimestamps => opentimestamps::MEDIA_TYPE,
            Self::Evm => evm::MEDIA_TYPE,
        }
    }

    /// What it costs, told before anybody is asked.
    pub fn cost(self) -> &'static str {
        match self {
            Self::Rfc3161 => {
                "one answer each time: the protocol is free, the authority may charge for it"
            }
            Self::Opentimestamps => "nothing: calendars take it for free and pay for Bitcoin",
            Self::Evm => "the fee of one transaction each time, in the coin of the chain",
        }
    }
}

/// Whether a word can be an anchor's name: it becomes part of the path of a file.
pub fn is_name(word: &str) -> bool {
    (1..=32).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
