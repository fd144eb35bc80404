//! RLP, as blocks, receipts and transactions are written (Ethereum yellow paper, appendix B): read strictly, in the one form that there is.

use alloc::vec::Vec;

use crate::Fault;

/// What stands in a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Item<'a> {
    /// A string of bytes.
    Bytes(&'a [u8]),
    /// A list, as the bytes of its items.
    List(&'a [u8]),
}

impl<'a> Item<'a> {
    pub(super) fn bytes(self) -> Result<&'a [u8], Fault> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::List(_) => Err(Fault::Malformed),
        }
    }

    /// Its items, at most so many.
    pub(super) fn list(self, most: usize) -> Result<Vec<Item<'a>>, Fault> {
        let Self::List(mut rest) = self else {
            return Err(Fault::Malformed);
        };
        let mut items = Vec::new();
        while !rest.is_empty() {
            if items.len() == most {
                return Err(Fault::TooLarge);
            }
            items.push(take(&mut rest)?);
        }
        Ok(items)
    }

    /// A number: without zeros in front.
    pub(super) fn number(self) -> Result<u64, Fault> {
        let bytes = self.bytes()?;
        if bytes.len() > 8 || bytes.first() == Some(&0) {
            return Err(Fault::Malformed);
        }
        let number = bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
        Ok(number)
    }

    pub(super) fn array<const N: usize>(self) -> Result<[u8; N], Fault> {
        self.bytes()?.try_into().map_err(|_| Fault::Malformed)
    }
}

/// The one item that these bytes are.
pub(super) fn only(mut bytes: &[u8]) -> Result<Item<'_>, Fault> {
    let item = take(&mut bytes)?;
    match bytes.is_empty() {
        true => Ok(item),
        false => Err(Fault::Malformed),
    }
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<Item<'a>, Fault> {
    let (&first, behind) = rest.split_first().ok_or(Fault::Malformed)?;
    let (is_list, short, behind) = match first {
        0..=0x7f => {
            let (one, behind) = rest.split_at(1);
            *rest = behind;
            return Ok(Item::Bytes(one));
        }
        0x80..=0xb7 => (false, Some(usize::from(first - 0x80)), behind),
        0xb8..=0xbf => (false, None, behind),
        0xc0..=0xf7 => (true, Some(usize::from(first - 0xc0)), behind),
        0xf8..=0xff => (true, None, behind),
    };
    let (length, behind) = match short {
        Some(length) => (length, behind),
        None => {
            let (digits, behind) = cut(behind, usize::from(first & 7) + 1)?;
            // More than four bytes of length are more than anybody hands in here.
            if digits.len() > 4 || digits[0] == 0 {
                return Err(Fault::Malformed);
            }
            let length = digits
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            if length <= SHORT {
                return Err(Fault::Malformed);
            }
            (length, behind)
        }
    };
    let (content, behind) = cut(behind, length)?;
    if !is_list && content.len() == 1 && content[0] < 0x80 {
        return Err(Fault::Malformed);
    }
    *rest = behind;
    Ok(match is_list {
        true => Item::List(content),
        false => Item::Bytes(content),
    })
}

fn cut(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), Fault> {
    bytes.split_at_checked(at).ok_or(Fault::Malformed)
}

/// A list that is being written.
#[derive(Clone, Debug, Default)]
pub struct List(Vec<u8>);

impl List {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a string of bytes behind what it has.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        match bytes {
            [one] if *one < 0x80 => self.0.push(*one),
            _ => {
                head(&mut self.0, 0x80, bytes.len());
                self.0.extend(bytes);
            }
        }
        self
    }

    /// With a number behind what it has.
    #[must_use]
    pub fn number(self, number: u128) -> Self {
        let bytes = number.to_be_bytes();
        let zeros = usize::try_from(number.leading_zeros() / 8).unwrap_or(bytes.len());
        self.bytes(&bytes[zeros..])
    }

    /// With a list behind what it has.
    #[must_use]
    pub fn list(mut self, list: Self) -> Self {
        self.0.extend(list.encode());
        self
    }

    /// Its bytes.
    pub fn encode(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() + 5);
        head(&mut out, 0xc0, self.0.len());
        out.extend(self.0);
        out
    }
}

/// A number as it stands by itself: the key of a receipt.
pub(super) fn number(number: u64) -> Vec<u8> {
    List::new().number(number.into()).0
}

fn head(out: &mut Vec<u8>, kind: u8, length: usize) {
    match u8::try_from(length) {
        Ok(short) if length <= SHORT => out.push(kind + short),
        _ => {
            let bytes = length.to_be_bytes();
            let zeros = usize::try_from(length.leading_zeros() / 8).unwrap_or(0);
            let digits = &bytes[zeros..];
            out.push(kind + 55 + u8::try_from(digits.len()).unwrap_or(8));
            out.extend(digits);
        }
    }
}

/// So long is what stands right behind its first byte.
const SHORT: usize = 55;

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    /// The examples of the yellow paper's companion page on RLP, and the borders between the forms.
    #[test]
    fn what_is_written_is_what_everybody_writes_and_is_read_again() {
        let list = |list: List| list.encode();
        assert_eq!(list(List::new()), [0xc0]);
        assert_eq!(
            list(List::new().bytes(b"dog")),
            [0xc4, 0x83, b'd', b'o', b'g']
        );
        assert_eq!(list(List::new().number(0)), [0xc1, 0x80]);
        assert_eq!(list(List::new().number(15)), [0xc1, 0x0f]);
        assert_eq!(list(List::new().number(1_024)), [0xc3, 0x82, 0x04, 0x00]);
        assert_eq!(list(List::new().list(List::new())), [0xc1, 0xc0]);
        for length in [0, 1, 2, 55, 56, 255, 256, 65_536] {
            let bytes = vec![0xaa; length];
            let written = List::new().bytes(&bytes).number(7).encode();
            let items = only(&written).unwrap().list(2).unwrap();
            assert_eq!(items, [Item::Bytes(&bytes), Item::Bytes(&[7])], "{length}");
            assert_eq!(items[1].number(), Ok(7));
        }
        let three = List::new().number(1).number(2).number(3).encode();
        assert_eq!(only(&three).unwrap().list(2), Err(Fault::TooLarge));
    }

    #[test]
    fn what_could_be_written_otherwise_or_is_cut_is_refused() {
        for bad in [
            &[][..],
            &[0x81, 0x7f],
            &[0x82, 0x01],
            &[0xb8, 0x01, 0xaa],
            &[0xb8, 55],
            &[0xb9, 0x00, 0x80],
            &[0xbb, 1, 0, 0, 0],
            &[0xbf, 1, 0, 0, 0, 0, 0, 0, 0],
            &[0xc2, 0x01],
            &[0xf8, 0x01, 0x01],
            &[0x01, 0x02],
        ] {
            assert_eq!(only(bad), Err(Fault::Malformed), "{bad:?}");
        }
        assert_eq!(Item::Bytes(&[0, 1]).number(), Err(Fault::Malformed));
        assert_eq!(Item::Bytes(&[1; 9]).number(), Err(Fault::Malformed));
        assert_eq!(Item::List(&[]).number(), Err(Fault::Malformed));
        assert_eq!(Item::List(&[0x82]).list(9), Err(Fault::Malformed));
    }
}
