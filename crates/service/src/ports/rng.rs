//! Randomness.

use touchstone_vc::Timestamp;
use uuid::{Builder, Uuid};

/// Gives unpredictable bytes. The only source of them.
pub trait Rng: Send + Sync {
    /// Fills `bytes` from a cryptographically secure source.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Rng + '_ {
    /// An array of random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random (version 4) UUID.
    pub fn uuid(&self) -> Uuid {
        Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A random (version 4) UUID with these 32 bits at its beginning: rows of one beginning stand beside each other in every index
    /// over it, however large the index is. 90 random bits are its own.
    pub fn uuid_beginning(&self, beginning: [u8; 4]) -> Uuid {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[..4].copy_from_slice(&beginning);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A UUID of version 7: rows that are made one after the other stand beside each other in an index, however large it is. Its
    /// first 48 bits tell when it was made, so it is for rows that nobody outside the institution sees.
    pub fn ordered_uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.unix_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A number below `bound`, each equally likely. `bound` must not be zero.
    pub fn below(&self, bound: u32) -> u32 {
        // Rejection keeps the draw even; the loop ends after two rounds on average at worst.
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let draw = u32::from_le_bytes(self.bytes());
            if draw < limit {
                return draw % bound;
            }
        }
    }
}
