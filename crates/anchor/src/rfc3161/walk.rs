//! DER, one value after the other, each with the exact bytes that it was read from: signatures are over those.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag};

use crate::Fault;

/// One value.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) tag: Tag,
    /// Its content.
    pub(super) value: &'a [u8],
    /// All of it, tag and length too.
    pub(super) raw: &'a [u8],
}

/// The values inside one.
pub(super) struct Walk<'a>(SliceReader<'a>);

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        Ok(Self(SliceReader::new(bytes).map_err(|_| Fault::Malformed)?))
    }

    /// The only value that `bytes` are, and nothing behind it.
    pub(super) fn only(bytes: &'a [u8], tag: Tag) -> Result<Item<'a>, Fault> {
        let mut walk = Self::new(bytes)?;
        let item = walk.take(tag)?;
        walk.end()?;
        Ok(item)
    }

    /// The next one, whatever it is; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, Fault> {
        if self.0.is_finished() {
            return Ok(None);
        }
        let raw = self.0.tlv_bytes().map_err(|_| Fault::Malformed)?;
        let any = AnyRef::from_der(raw).map_err(|_| Fault::Malformed)?;
        Ok(Some(Item {
            tag: any.header().tag(),
            value: any.value(),
            raw,
        }))
    }

    /// The next one, which must be of this kind.
    pub(super) fn take(&mut self, tag: Tag) -> Result<Item<'a>, Fault> {
        let item = self.next()?.filter(|item| item.tag == tag);
        item.ok_or(Fault::Malformed)
    }

    /// The next one, if it is of this kind.
    pub(super) fn maybe(&mut self, tag: Tag) -> Result<Option<Item<'a>>, Fault> {
        match !self.0.is_finished() && Tag::peek(&self.0).map_err(|_| Fault::Malformed)? == tag {
            true => self.next(),
            false => Ok(None),
        }
    }

    /// The next one, which must be an object identifier.
    pub(super) fn oid(&mut self) -> Result<ObjectIdentifier, Fault> {
        self.take(Tag::ObjectIdentifier)?.oid()
    }

    /// Nothing may be left.
    pub(super) fn end(self) -> Result<(), Fault> {
        match self.0.is_finished() {
            true => Ok(()),
            false => Err(Fault::Malformed),
        }
    }
}

impl<'a> Item<'a> {
    pub(super) fn inside(&self) -> Result<Walk<'a>, Fault> {
        Walk::new(self.value)
    }

    pub(super) fn oid(&self) -> Result<ObjectIdentifier, Fault> {
        ObjectIdentifier::from_der(self.raw).map_err(|_| Fault::Malformed)
    }

    /// A number that is not negative and fits.
    pub(super) fn number(&self) -> Result<u64, Fault> {
        u64::from_der(self.raw).map_err(|_| Fault::Malformed)
    }

    /// The bytes of a bit string that ends at a byte.
    pub(super) fn bits(&self) -> Result<&'a [u8], Fault> {
        match self.value.split_first() {
            Some((0, bytes)) => Ok(bytes),
            _ => Err(Fault::Malformed),
        }
    }

    /// All values inside, of which there may be so many.
    pub(super) fn all(&self, most: usize) -> Result<alloc::vec::Vec<Item<'a>>, Fault> {
        let (mut walk, mut all) = (self.inside()?, alloc::vec::Vec::new());
        while let Some(item) = walk.next()? {
            if all.len() == most {
                return Err(Fault::Malformed);
            }
            all.push(item);
        }
        Ok(all)
    }
}

/// Whether an extension, read up to its name, must be understood (RFC 5280, section 4.2).
pub(super) fn is_critical(extension: &mut Walk<'_>) -> Result<bool, Fault> {
    let said = extension.maybe(Tag::Boolean)?;
    Ok(said.is_some_and(|said| said.value == [0xff]))
}

/// `[number]`, with values inside.
pub(super) fn context(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: der::TagNumber(number),
    }
}

/// `[number]`, with bytes inside.
pub(super) fn context_bytes(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: false,
        number: der::TagNumber(number),
    }
}

/// A time of a certificate or of a stamp, in milliseconds since 1970: `YYMMDDhhmmssZ` (RFC 5280, section 4.1.2.5.1) or
/// `YYYYMMDDhhmmss[.f…]Z` (RFC 3161, section 2.4.2). A part of a millisecond counts as a whole one.
pub(super) fn time(item: &Item<'_>) -> Result<i64, Fault> {
    let text = item.value.strip_suffix(b"Z").ok_or(Fault::Malformed)?;
    let (year, rest) = match item.tag {
        Tag::UtcTime => {
            let (year, rest) = digits(text, 2)?;
            (year + if year < 50 { 2000 } else { 1900 }, rest)
        }
        Tag::GeneralizedTime => digits(text, 4)?,
        _ => return Err(Fault::Malformed),
    };
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    let part = match (item.tag, rest) {
        (_, []) => 0,
        (Tag::GeneralizedTime, [b'.', part @ ..]) => millis(part)?,
        _ => return Err(Fault::Malformed),
    };
    let small = |number: u16| u8::try_from(number).map_err(|_| Fault::Malformed);
    let moment = der::DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    );
    let moment = moment.map_err(|_| Fault::Malformed)?;
    let seconds = i64::try_from(moment.unix_duration().as_secs()).map_err(|_| Fault::Malformed)?;
    Ok(seconds * 1_000 + part)
}

fn digits(text: &[u8], count: usize) -> Result<(u16, &[u8]), Fault> {
    let (digits, rest) = text.split_at_checked(count).ok_or(Fault::Malformed)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Malformed);
    }
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    Ok((number, rest))
}

/// The digits behind the point, rounded up.
fn millis(part: &[u8]) -> Result<i64, Fault> {
    if part.is_empty() || part.len() > 12 || !part.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Malformed);
    }
    let place = |at: usize| i64::from(part.get(at).map_or(0, |digit| digit - b'0'));
    let whole = place(0) * 100 + place(1) * 10 + place(2);
    let more = part.iter().skip(3).any(|digit| *digit != b'0');
    Ok(whole + i64::from(more))
}
