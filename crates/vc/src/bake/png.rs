//! A badge inside a PNG: an `iTXt` chunk with the keyword `openbadgecredential`, or `openbadges` for version 2.0.
//!
//! [Open Badges 3.0 §5.3.1](https://www.imsglobal.org/spec/ob/v3p0#png) and
//! [2.0 baking §2](https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/baking/index.html#pngs): uncompressed,
//! once. Reading also takes `tEXt` and `zTXt`, and of a picture with both versions the newer. Pixels are never decoded,
//! every other chunk is kept as it is, and a compressed text is inflated up to [`MAX_CREDENTIAL`] and no further.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{BakeError, Edition, MAX_CREDENTIAL};
use crate::inflate::{InflateError, crc32, unzlib};

/// The first eight bytes of every PNG.
pub const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Puts a credential of Open Badges 3.0 into `png`; one that is there already is replaced.
pub fn bake(png: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    bake_as(png, credential, Edition::Three)
}

/// Puts a badge of either version into `png`; one of the same version that is there already is replaced.
pub fn bake_as(png: &[u8], credential: &str, edition: Edition) -> Result<Vec<u8>, BakeError> {
    if credential.len() > MAX_CREDENTIAL {
        return Err(BakeError::TooLarge);
    }
    let mut out = Vec::with_capacity(png.len() + credential.len() + 64);
    out.extend(SIGNATURE);
    for (at, chunk) in chunks(png)?.enumerate() {
        let chunk = chunk?;
        if at == 0 && chunk.kind != *b"IHDR" {
            return Err(BakeError::Malformed);
        }
        if text(&chunk).is_some_and(|(known, _)| known == edition) {
            continue;
        }
        out.extend(chunk.bytes);
        if at == 0 {
            out.extend(itxt(keyword(edition), credential));
        }
    }
    Ok(out)
}

/// Takes the badge out of `png`: that of version 3.0, or else that of 2.0.
pub fn unbake(png: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    let (mut three, mut two) = (None, None);
    for chunk in chunks(png)? {
        let Some((edition, credential)) = text(&chunk?) else {
            continue;
        };
        let found = match edition {
            Edition::Three => &mut three,
            Edition::Two => &mut two,
        };
        if found.is_some() {
            return Err(BakeError::Ambiguous);
        }
        *found = Some(credential);
    }
    three.or(two).ok_or(BakeError::Nothing)?
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    /// Length, kind, data and checksum, as they stand in the file.
    bytes: &'a [u8],
}

/// Walks the chunks up to and including `IEND`. What follows is not part of the image.
fn chunks(png: &[u8]) -> Result<impl Iterator<Item = Result<Chunk<'_>, BakeError>>, BakeError> {
    let mut rest = png.strip_prefix(&SIGNATURE).ok_or(BakeError::Malformed)?;
    let mut ended = false;
    Ok(core::iter::from_fn(move || {
        if ended {
            return None;
        }
        let Some(chunk) = chunk(rest) else {
            ended = true;
            return Some(Err(BakeError::Malformed));
        };
        ended = chunk.kind == *b"IEND";
        rest = rest.get(chunk.bytes.len()..).unwrap_or_default();
        Some(Ok(chunk))
    }))
}

fn chunk(rest: &[u8]) -> Option<Chunk<'_>> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let (kind, tail) = tail.split_first_chunk::<4>()?;
    let data = tail.get(..length)?;
    let checksum = tail.get(length..length.checked_add(4)?)?;
    let covered = rest.get(4..8 + length)?;
    (crc32(covered).to_be_bytes() == *checksum).then_some(Chunk {
        kind: *kind,
        data,
        bytes: rest.get(..12 + length)?,
    })
}

/// The text of a badge, if it could be had.
type Text<'a> = Result<Cow<'a, [u8]>, BakeError>;

/// The badge in a text chunk, if the chunk holds one.
fn text<'a>(chunk: &Chunk<'a>) -> Option<(Edition, Text<'a>)> {
    let end = chunk.data.iter().take(80).position(|byte| *byte == 0)?;
    let (keyword, rest) = (&chunk.data[..end], &chunk.data[end + 1..]);
    let edition = [Edition::Three, Edition::Two]
        .into_iter()
        .find(|edition| keyword == self::keyword(*edition).as_bytes())?;
    let text = match &chunk.kind {
        b"tEXt" => Some(Ok(Cow::Borrowed(rest))),
        b"zTXt" => Some(match rest {
            [0, packed @ ..] => inflated(packed),
            _ => Err(BakeError::Malformed),
        }),
        b"iTXt" => Some(international(rest)),
        _ => None,
    };
    Some((edition, text?))
}

const fn keyword(edition: Edition) -> &'static str {
    match edition {
        Edition::Three => "openbadgecredential",
        Edition::Two => "openbadges",
    }
}

/// The text of an `iTXt` chunk after its keyword: two flags, language, translated keyword, text.
fn international(rest: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    let [packed, method, rest @ ..] = rest else {
        return Err(BakeError::Malformed);
    };
    let mut parts = rest.splitn(3, |byte| *byte == 0).skip(2);
    let text = parts.next().ok_or(BakeError::Malformed)?;
    match (packed, method) {
        (0, _) => Ok(Cow::Borrowed(text)),
        (1, 0) => inflated(text),
        _ => Err(BakeError::Malformed),
    }
}

fn inflated(packed: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    match unzlib(packed, MAX_CREDENTIAL) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(InflateError::TooLarge) => Err(BakeError::TooLarge),
        Err(InflateError::Malformed) => Err(BakeError::Malformed),
    }
}

fn itxt(keyword: &str, credential: &str) -> Vec<u8> {
    let mut covered = Vec::with_capacity(credential.len() + 32);
    covered.extend(b"iTXt");
    covered.extend(keyword.as_bytes());
    // End of keyword, not compressed, method 0, no language, no translated keyword.
    covered.extend([0, 0, 0, 0, 0]);
    covered.extend(credential.as_bytes());
    // `bake` has refused what would not fit in 32 bits.
    let length = (covered.len() - 4) as u32;
    let checksum = crc32(&covered);
    [&length.to_be_bytes()[..], &covered, &checksum.to_be_bytes()].concat()
}
