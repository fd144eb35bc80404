//! Text in any encoding, read as UTF-8 with one kind of line ending.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::ports::{Spooled, SpooledReader};

/// Guesses the encoding: by its byte order mark, by what is valid, and only then by what is likely.
///
/// Answers also how many bytes the mark takes.
pub(super) fn detect(file: &Spooled) -> io::Result<(&'static Encoding, u64)> {
    let mut sample = Vec::new();
    file.reader(0).take(SAMPLE).read_to_end(&mut sample)?;
    if let Some((marked, length)) = Encoding::for_bom(&sample) {
        return Ok((marked, length as u64));
    }
    if let Some(wide) = without_mark(&sample) {
        return Ok((wide, 0));
    }
    if is_utf8(file)? {
        return Ok((UTF_8, 0));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, true);
    Ok((detector.guess(None, Utf8Detection::Deny), 0))
}

/// Whether the whole file is valid UTF-8: one letter in another encoding may stand at its very end.
fn is_utf8(file: &Spooled) -> io::Result<bool> {
    let (mut reader, mut chunk) = (file.reader(0), vec![0; CHUNK]);
    // The start of a character of which the rest has not been read yet.
    let mut begun = 0;
    loop {
        let read = reader.read(&mut chunk[begun..])?;
        if read == 0 {
            return Ok(begun == 0);
        }
        let there = begun + read;
        match std::str::from_utf8(&chunk[..there]) {
            Ok(_) => begun = 0,
            Err(fault) if fault.error_len().is_some() => return Ok(false),
            Err(fault) => {
                chunk.copy_within(fault.valid_up_to()..there, 0);
                begun = there - fault.valid_up_to();
            }
        }
    }
}

/// UTF-16 without a mark: in most scripts of the world every other byte of line ends and delimiters is zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |first: usize| {
        sample
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match sample.len() {
        length if length < 4 => None,
        length if odd > length / 8 && even == 0 => Some(UTF_16LE),
        length if even > length / 8 && odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Decodes as it is read; `\r\n` and `\r` come out as `\n`, so that lines can be counted. Line ends follow the end of the file: one
/// ends its last line if nothing else does, and all of them show up inside a field whose quote was never closed.
pub(super) struct Decoded {
    decoder: Decoder,
    source: SpooledReader,
    /// What was read and is not decoded yet.
    raw: Vec<u8>,
    at_end: bool,
    finished: bool,
    after_return: bool,
    ready: Vec<u8>,
    taken: usize,
    granted: usize,
    cut: bool,
}

impl Decoded {
    /// Reads `source`, which stands behind the byte order mark.
    pub(super) fn new(encoding: &'static Encoding, source: SpooledReader) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            source,
            raw: Vec::with_capacity(CHUNK),
            at_end: false,
            finished: false,
            after_return: false,
            ready: Vec::with_capacity(CHUNK),
            taken: 0,
            granted: usize::MAX,
            cut: false,
        }
    }

    /// Lets so many more bytes be read. Then the file ends, whatever follows: a quotation mark that is never closed must not bring
    /// all of a large file into memory.
    pub(super) fn grant(&mut self, bytes: usize) {
        self.granted = bytes;
    }

    /// Whether it was ended so, before its own end.
    pub(super) fn was_cut(&self) -> bool {
        self.cut
    }

    fn refill(&mut self) -> io::Result<()> {
        if !self.at_end && self.raw.is_empty() {
            self.raw.resize(CHUNK, 0);
            let read = self.source.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.at_end = read == 0;
        }
        let mut chunk = [0; CHUNK];
        let (result, read, written, _) =
            self.decoder
                .decode_to_utf8(&self.raw, &mut chunk, self.at_end);
        self.raw.drain(..read);
        self.finished = self.at_end && result == CoderResult::InputEmpty;
        self.ready.clear();
        self.taken = 0;
        for &byte in &chunk[..written] {
            match byte {
                b'\n' if self.after_return => {}
                b'\r' => self.ready.push(b'\n'),
                other => self.ready.push(other),
            }
            self.after_return = byte == b'\r';
        }
        if self.finished {
            self.ready.extend_from_slice(END);
        }
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.granted == 0 && !self.finished {
            self.finished = true;
            self.cut = true;
            self.ready = END.to_vec();
            self.taken = 0;
        }
        while self.taken == self.ready.len() && !self.finished {
            self.refill()?;
        }
        let left = &self.ready[self.taken..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.taken += count;
        self.granted = self.granted.saturating_sub(count);
        Ok(count)
    }
}

/// Follows the file.
pub(super) const END: &[u8] = b"\n\n\n\n";
const SAMPLE: u64 = 1 << 20;
const CHUNK: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    fn read(bytes: &[u8]) -> (&'static Encoding, String) {
        let file = Spooled::in_memory(bytes, &CRYPTO);
        let (guessed, mark) = detect(&file).unwrap();
        let mut read = String::new();
        Decoded::new(guessed, file.reader(mark))
            .read_to_string(&mut read)
            .unwrap();
        let end = std::str::from_utf8(END).unwrap();
        (guessed, read.strip_suffix(end).unwrap().to_owned())
    }

    #[track_caller]
    fn check(bytes: &[u8], encoding: &'static Encoding, text: &str) {
        let (guessed, read) = read(bytes);
        assert_eq!((guessed.name(), read.as_str()), (encoding.name(), text));
    }

    fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_are_believed_and_removed() {
        check(b"\xEF\xBB\xBFname\n", UTF_8, "name\n");
        check(
            &wide("\u{FEFF}n\u{e4}me\n", u16::to_le_bytes),
            UTF_16LE,
            "näme\n",
        );
        check(
            &wide("\u{FEFF}n\u{e4}me\n", u16::to_be_bytes),
            UTF_16BE,
            "näme\n",
        );
    }

    #[test]
    fn without_a_mark_the_encoding_is_guessed() {
        check("Ренат,Þór,王\n".as_bytes(), UTF_8, "Ренат,Þór,王\n");
        check(
            &wide("name;level\nZoë;1\n", u16::to_le_bytes),
            UTF_16LE,
            "name;level\nZoë;1\n",
        );
        check(
            &wide("name;level\nZoë;1\n", u16::to_be_bytes),
            UTF_16BE,
            "name;level\nZoë;1\n",
        );
        check(&wide("a\n", u16::to_le_bytes), UTF_16LE, "a\n");
        check(b"a\0", UTF_8, "a\0");
        let german = "name;stufe\nJürgen Groß;1\nMüller, Käthe;2\n";
        check(&WINDOWS_1252.encode(german).0, WINDOWS_1252, german);
        let russian = "имя;уровень\nДмитрий Соколов;1\nАнна Каренина;2\n";
        check(&WINDOWS_1251.encode(russian).0, WINDOWS_1251, russian);
    }

    #[test]
    fn all_line_ends_become_one_kind_even_across_chunks() {
        check(b"a\r\nb\rc\nd", UTF_8, "a\nb\nc\nd");
        let long = "x".repeat(CHUNK - 1);
        check(
            format!("{long}\r\ny\r\n\r\n").as_bytes(),
            UTF_8,
            &format!("{long}\ny\n\n"),
        );
    }

    #[test]
    fn characters_are_whole_wherever_a_chunk_ends() {
        for before in 0..4 {
            let text = format!("{}{}", "x".repeat(before), "Жж€𝄞".repeat(CHUNK / 4));
            check(text.as_bytes(), UTF_8, &text);
        }
    }

    #[test]
    fn one_letter_at_the_very_end_decides_against_utf_8() {
        let mut bytes = "x".repeat(3 * CHUNK).into_bytes();
        bytes.extend(b"\xE4\n");
        let (guessed, read) = read(&bytes);
        assert_ne!(guessed, UTF_8);
        assert!(!read.contains('\u{FFFD}'), "nothing is lost");
    }

    #[test]
    fn what_is_not_granted_is_not_read() {
        let file = Spooled::in_memory("x".repeat(10 * CHUNK), &CRYPTO);
        let mut decoded = Decoded::new(UTF_8, file.reader(0));
        decoded.grant(CHUNK);
        let mut read = String::new();
        decoded.read_to_string(&mut read).unwrap();
        assert!(read.len() < 3 * CHUNK && read.ends_with("x\n\n\n\n"));
    }

    #[test]
    fn a_cut_character_is_replaced_not_a_panic() {
        check(b"", UTF_8, "");
        check(&[0xFF, 0xFE, b'a'], UTF_16LE, "\u{FFFD}");
    }
}
