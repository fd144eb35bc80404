//! The header of a Bitcoin block, which says of itself that work was done for it.

use crate::Crypto;

/// The header of a Bitcoin block, brought by the reader.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// Its height.
    pub height: u64,
    pub(super) root: [u8; 32],
    pub(super) time: u32,
}

impl Header {
    /// Reads 80 bytes, and checks that they are worth what they say: a slip of the pen is found out.
    pub fn read(height: u64, bytes: &[u8], crypto: &Crypto) -> Option<Self> {
        let bytes: &[u8; 80] = bytes.try_into().ok()?;
        let mut hash = (crypto.sha256)(&(crypto.sha256)(bytes));
        hash.reverse();
        let target = target(bytes[72..76].try_into().ok()?)?;
        (hash <= target).then_some(())?;
        Some(Self {
            height,
            root: bytes[36..68].try_into().ok()?,
            time: u32::from_le_bytes(bytes[68..72].try_into().ok()?),
        })
    }

    /// By when the block was there, in milliseconds since 1970: others take a block whose clock is ahead by at most two hours.
    pub fn by(&self) -> i64 {
        (i64::from(self.time) + 2 * 60 * 60) * 1_000
    }
}

/// The number that a block's hash must not exceed, most significant byte first.
fn target(bits: [u8; 4]) -> Option<[u8; 32]> {
    let [low, middle, high, exponent] = bits;
    // The highest bit is a sign.
    if high & 0x80 != 0 {
        return None;
    }
    let mut target = [0; 32];
    for (at, byte) in [low, middle, high].into_iter().enumerate() {
        match (usize::from(exponent) + at).checked_sub(3) {
            Some(place) if place < 32 => target[31 - place] = byte,
            Some(_) if byte != 0 => return None,
            _ => {}
        }
    }
    Some(target)
}
