//! Hash functions, passed in by the caller.

use core::cmp::Ordering;

/// A hash function for canonicalization. The caller brings it: pure Rust in a browser, hardware on a server.
#[derive(Clone, Copy, Debug)]
pub enum Hash {
    /// SHA-256, what RDFC-1.0 uses unless told otherwise.
    Sha256(fn(&[u8]) -> [u8; 32]),
    /// SHA-384, for ECDSA over P-384.
    Sha384(fn(&[u8]) -> [u8; 48]),
}

impl Hash {
    /// Hashes `bytes`.
    pub(crate) fn digest(self, bytes: &[u8]) -> Digest {
        let mut digest = Digest {
            bytes: [0; 48],
            len: 0,
        };
        match self {
            Self::Sha256(hash) => digest.fill(&hash(bytes)),
            Self::Sha384(hash) => digest.fill(&hash(bytes)),
        }
        digest
    }
}

/// What a [`Hash`] gives. Ordered as its hexadecimal form is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digest {
    bytes: [u8; 48],
    len: usize,
}

impl Digest {
    /// The digest in lower-case hexadecimal, for reading into another hash.
    pub(crate) fn push_hex(&self, out: &mut alloc::string::String) {
        for byte in self.as_bytes() {
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn fill(&mut self, hash: &[u8]) {
        self.bytes[..hash.len()].copy_from_slice(hash);
        self.len = hash.len();
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Digest {}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digest {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";
