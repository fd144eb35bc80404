//! Bitstring status lists: publishing them, and reading one entry.
//!
//! [Bitstring Status List v1.0](https://www.w3.org/TR/vc-bitstring-status-list/). A list has at least
//! [`MIN_ENTRIES`] entries, so that fetching it does not tell the issuer whose credential is looked at.
//!
//! **Limits:** a list unpacks to at most [`MAX_BYTES`].

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use base64::Engine as _;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::{general_purpose::NO_PAD, simd::Simd};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use once_cell::race::OnceBox;
use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use crate::inflate::{InflateError, gunzip, gzip};
use crate::model::StatusPurpose;
use crate::report::Fault;
use crate::time::Timestamp;
use crate::write::{Members, array};

/// The least number of entries: 16 KB.
pub const MIN_ENTRIES: u64 = 131_072;
/// The most that a list may unpack to: 16 MiB, or 134 million entries.
pub const MAX_BYTES: usize = 16 << 20;

/// A list as its issuer publishes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusList {
    /// Its address.
    pub id: String,
    /// The issuer: the same as that of the credentials in it.
    pub issuer: String,
    /// What a set bit means.
    pub purpose: StatusPurpose,
    /// From when it stands.
    pub valid_from: Timestamp,
    /// Until when it stands.
    pub valid_until: Timestamp,
    /// How long readers may keep it; agrees with `Cache-Control`.
    pub ttl_millis: u64,
    /// The bits.
    pub bits: Bits,
}

impl StatusList {
    /// The unsigned credential that carries the list.
    #[must_use]
    pub fn unsigned(&self) -> Value<'_> {
        let subject = Members::new()
            .with("id", format!("{}#list", self.id))
            .with("type", "BitstringStatusList")
            .with("statusPurpose", self.purpose.as_str())
            .with("encodedList", self.bits.encode())
            .with("ttl", self.ttl_millis);
        Members::new()
            .with(
                "@context",
                array(["https://www.w3.org/ns/credentials/v2".into()]),
            )
            .with("id", self.id.as_str())
            .with(
                "type",
                array([
                    "VerifiableCredential".into(),
                    "BitstringStatusListCredential".into(),
                ]),
            )
            .with("issuer", self.issuer.as_str())
            .with("validFrom", self.valid_from.to_string())
            .with("validUntil", self.valid_until.to_string())
            .with("credentialSubject", subject.done())
            .done()
    }
}

/// The bits of a list. Entry 0 is the most significant bit of the first byte.
#[derive(Clone, Eq, PartialEq)]
pub struct Bits(Vec<u8>);

impl Bits {
    /// A list in which nothing is set. Fewer than [`MIN_ENTRIES`] become that many; the count is a multiple of eight.
    #[must_use]
    pub fn new(entries: u64) -> Self {
        let bytes = entries.max(MIN_ENTRIES).div_ceil(8);
        Self(vec![
            0;
            usize::try_from(bytes)
                .unwrap_or(MAX_BYTES)
                .min(MAX_BYTES)
        ])
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len() as u64 * 8
    }

    /// Its bytes, as they stand in the list before it is compressed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads an entry; `None` outside the list.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<bool> {
        let byte = self.0.get(usize::try_from(index / 8).ok()?)?;
        Some(byte & mask(index) != 0)
    }

    /// Reads an entry of `size` bits, the first of them worth most; `None` outside the list.
    #[must_use]
    pub fn number(&self, index: u64, size: u32) -> Option<u64> {
        let first = index.checked_mul(u64::from(size))?;
        (0..u64::from(size)).try_fold(0, |number, at| {
            let bit = self.get(first.checked_add(at)?)?;
            Some(number << 1 | u64::from(bit))
        })
    }

    /// Sets or clears an entry; `None` outside the list.
    ///
    /// Whoever publishes a list of withdrawn credentials never clears one.
    pub fn set(&mut self, index: u64, value: bool) -> Option<()> {
        let byte = self.0.get_mut(usize::try_from(index / 8).ok()?)?;
        if value {
            *byte |= mask(index);
        } else {
            *byte &= !mask(index);
        }
        Some(())
    }

    /// Whether every entry that is set in `earlier` is set here too: nothing withdrawn came back.
    #[must_use]
    pub fn includes(&self, earlier: &Self) -> bool {
        let mut pairs = earlier.0.iter().enumerate();
        pairs.all(|(at, before)| before & !self.0.get(at).copied().unwrap_or(0) == 0)
    }

    /// `u` and base64url of the gzipped bits.
    #[must_use]
    pub fn encode(&self) -> String {
        multibase::encode_base64url(&gzip(&self.0))
    }

    /// Reads `encodedList`.
    pub fn decode(encoded: &str) -> Result<Self, Fault> {
        // The prefix is required; some lists in the wild lack it.
        let digits = encoded
            .strip_prefix('u')
            .ok_or(Fault::StatusListMalformed)?;
        let zipped = base64url(digits).ok_or(Fault::StatusListMalformed)?;
        Self::inflate(&zipped)
    }

    /// Inflates the gzipped bits of a list, up to [`MAX_BYTES`] and no further.
    pub(super) fn inflate(zipped: &[u8]) -> Result<Self, Fault> {
        match gunzip(zipped, MAX_BYTES) {
            Ok(bytes) => Ok(Self(bytes)),
            Err(InflateError::TooLarge) => Err(Fault::StatusListTooLarge),
            Err(InflateError::Malformed) => Err(Fault::StatusListMalformed),
        }
    }
}

impl core::fmt::Debug for Bits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Bits({} entries)", self.len())
    }
}

/// Bytes out of base64url without padding.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn base64url(digits: &str) -> Option<Vec<u8>> {
    static ENGINE: OnceBox<Simd> = OnceBox::new();
    let engine = ENGINE.get_or_init(|| Box::new(Simd::url_safe(NO_PAD)));
    engine.decode(digits).ok()
}

/// The same, where the library knows no instructions for many bytes.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn base64url(digits: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(digits).ok()
}

const fn mask(index: u64) -> u8 {
    0x80 >> (index % 8)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// On a server and in a browser the same is read and refused, whichever instructions there are.
    #[test]
    fn digits_are_read_as_one_by_one_whatever_is_wrong_with_them() {
        for length in 0..300 {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 37 + length) as u8).collect();
            let good = URL_SAFE_NO_PAD.encode(&bytes);
            assert_eq!(base64url(&good), Some(bytes));
            for place in 0..good.len() {
                for wrong in ["=", "+", "/", " ", "\n", "~", "é", ""] {
                    let mut bad = good.clone();
                    bad.replace_range(place..=place, wrong);
                    assert_eq!(base64url(&bad), URL_SAFE_NO_PAD.decode(&bad).ok(), "{bad}");
                }
            }
        }
    }
}
