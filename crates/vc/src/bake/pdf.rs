//! A credential inside a PDF: the embedded file `credential.json`.
//!
//! The certificate that Touchstone prints carries its credential as an associated file (ISO 32000-2 §7.11.4). Taking
//! it out does not need a PDF reader: embedded files are streams marked `/EmbeddedFile`, raw or deflated, and ours
//! is the one that holds a JSON object. Other filters, encrypted files and object streams are not read.

use alloc::borrow::Cow;

use super::{BakeError, MAX_CREDENTIAL};
use crate::inflate::{InflateError, unzlib};

/// The name under which the credential is embedded.
pub const FILE_NAME: &str = "credential.json";

/// Takes the credential out of `pdf`.
pub fn unbake(pdf: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    let mut found = None;
    let mut at = 0;
    let mut seen = 0;
    while let Some(mark) = find(pdf, at, b"/EmbeddedFile") {
        at = mark + MARK.len();
        // `/EmbeddedFiles` is the name tree, not a stream.
        if pdf.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        seen += 1;
        if seen > MAX_STREAMS {
            return Err(BakeError::TooLarge);
        }
        let Some((content, end)) = stream(pdf, mark)? else {
            continue;
        };
        at = end;
        if content.trim_ascii_start().first() != Some(&b'{') {
            continue;
        }
        if found.is_some() {
            return Err(BakeError::Ambiguous);
        }
        found = Some(content);
    }
    found.ok_or(BakeError::Nothing)
}

/// The content of a stream, and where it ends.
type Stream<'p> = (Cow<'p, [u8]>, usize);

/// The stream whose dictionary contains `mark`.
fn stream(pdf: &[u8], mark: usize) -> Result<Option<Stream<'_>>, BakeError> {
    let window = pdf.len().min(mark + MAX_DICTIONARY);
    let Some(keyword) = keyword(&pdf[..window], mark) else {
        return Ok(None);
    };
    let start = match pdf.get(keyword + 6..) {
        Some([b'\r', b'\n', ..]) => keyword + 8,
        Some([b'\n', ..]) => keyword + 7,
        _ => return Ok(None),
    };
    let object = pdf[mark.saturating_sub(MAX_DICTIONARY)..mark]
        .windows(4)
        .rposition(|four| four == b" obj");
    let from = object.map_or(mark, |at| mark.saturating_sub(MAX_DICTIONARY) + at);
    let dictionary = &pdf[from..keyword];
    let limit = pdf.len().min(start.saturating_add(MAX_CREDENTIAL + 64));
    let stated = length(dictionary);
    let end = match stated {
        Some(length) if length <= MAX_CREDENTIAL => start + length,
        Some(_) => return Err(BakeError::TooLarge),
        // The length stands in another object: the stream goes to its end mark.
        None => find(&pdf[..limit], start, b"endstream").ok_or(BakeError::Malformed)?,
    };
    let raw = pdf.get(start..end).ok_or(BakeError::Malformed)?;
    // Before an end mark stands a line break that does not belong to the file; a stated length is exact.
    let raw = if stated.is_some() {
        raw
    } else {
        raw.trim_ascii()
    };
    let filtered = find(dictionary, 0, b"/Filter").is_some();
    let deflated = find(dictionary, 0, b"/FlateDecode").is_some();
    match (filtered, deflated) {
        (false, _) => Ok(Some((Cow::Borrowed(raw), end))),
        (true, true) => match unzlib(raw, MAX_CREDENTIAL) {
            Ok(plain) => Ok(Some((Cow::Owned(plain), end))),
            Err(InflateError::TooLarge) => Err(BakeError::TooLarge),
            Err(InflateError::Malformed) => Err(BakeError::Malformed),
        },
        (true, false) => Ok(None),
    }
}

/// Where `stream` follows the end of a dictionary; a media type may contain the same letters.
fn keyword(pdf: &[u8], mark: usize) -> Option<usize> {
    let mut from = mark;
    loop {
        let at = find(pdf, from, b"stream")?;
        if pdf.get(mark..at)?.trim_ascii_end().ends_with(b">>") {
            return Some(at);
        }
        from = at + 1;
    }
}

/// `/Length 123`, unless it refers to another object (`/Length 7 0 R`).
fn length(dictionary: &[u8]) -> Option<usize> {
    let at = find(dictionary, 0, b"/Length")? + b"/Length".len();
    let mut words = dictionary
        .get(at..)?
        .split(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        .filter(|w| !w.is_empty());
    let number = core::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    match (words.next(), words.next()) {
        (Some(generation), Some(b"R")) if generation.iter().all(u8::is_ascii_digit) => None,
        _ => Some(number),
    }
}

fn find(bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
    let tail = bytes.get(from..)?;
    tail.windows(mark.len())
        .position(|window| window == mark)
        .map(|at| from + at)
}

const MARK: &[u8] = b"/EmbeddedFile";
/// A stream's dictionary lies within this many bytes.
const MAX_DICTIONARY: usize = 4096;
const MAX_STREAMS: usize = 64;
