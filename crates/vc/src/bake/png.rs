//! A credential inside a PNG: the `iTXt` chunk with the keyword `openbadgecredential`.
//!
//! [Open Badges 3.0 §5.3.1](https://www.imsglobal.org/spec/ob/v3p0#png): uncompressed, once. Reading also takes `tEXt`
//! and `zTXt`. Pixels are never decoded, every other chunk is kept as it is, and a compressed text is inflated up
//! to [`MAX_CREDENTIAL`] and no further.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{BakeError, MAX_CREDENTIAL};
use crate::inflate::{InflateError, crc32, unzlib};

/// The first eight bytes of every PNG.
pub const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

const KEYWORD: &[u8] = b"openbadgecredential";

/// Puts `credential` into `png`; one that is there already is replaced.
pub fn bake(png: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
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
        if text(&chunk).is_some() {
            continue;
        }
        out.extend(chunk.bytes);
        if at == 0 {
            out.extend(itxt(credential));
        }
    }
    Ok(out)
}

/// Takes the credential out of `png`.
pub fn unbake(png: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    let mut found = None;
    for chunk in chunks(png)? {
        let chunk = chunk?;
        match (text(&chunk), &found) {
            (Some(_), Some(_)) => return Err(BakeError::Ambiguous),
            (Some(credential), None) => found = Some(credential?),
            (None, _) => {}
        }
    }
    found.ok_or(BakeError::Nothing)
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

/// The credential in a text chunk, if the chunk is ours.
fn text<'a>(chunk: &Chunk<'a>) -> Option<Result<Cow<'a, [u8]>, BakeError>> {
    let end = chunk.data.iter().take(80).position(|byte| *byte == 0)?;
    let (keyword, rest) = (&chunk.data[..end], &chunk.data[end + 1..]);
    if keyword != KEYWORD {
        return None;
    }
    match &chunk.kind {
        b"tEXt" => Some(Ok(Cow::Borrowed(rest))),
        b"zTXt" => Some(match rest {
            [0, packed @ ..] => inflated(packed),
            _ => Err(BakeError::Malformed),
        }),
        b"iTXt" => Some(international(rest)),
        _ => None,
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

fn itxt(credential: &str) -> Vec<u8> {
    let mut covered = Vec::with_capacity(credential.len() + 32);
    covered.extend(b"iTXt");
    covered.extend(KEYWORD);
    // End of keyword, not compressed, method 0, no language, no translated keyword.
    covered.extend([0, 0, 0, 0, 0]);
    covered.extend(credential.as_bytes());
    // `bake` has refused what would not fit in 32 bits.
    let length = (covered.len() - 4) as u32;
    let checksum = crc32(&covered);
    [&length.to_be_bytes()[..], &covered, &checksum.to_be_bytes()].concat()
}
