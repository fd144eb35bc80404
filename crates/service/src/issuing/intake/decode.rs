//! Text in any encoding, read as UTF-8 with one kind of line ending.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Guesses the encoding: by its byte order mark, by what is valid, and only then by what is likely.
///
/// Answers also how many bytes the mark takes.
pub(super) fn detect(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    if let Some(wide) = without_mark(bytes) {
        return (wide, 0);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (UTF_8, 0);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], true);
    (detector.guess(None, Utf8Detection::Deny), 0)
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

/// Decodes as it is read; `\r\n` and `\r` come out as `\n`, so that lines can be counted.
pub(super) struct Decoded<'a> {
    decoder: Decoder,
    source: &'a [u8],
    finished: bool,
    after_return: bool,
    ready: Vec<u8>,
    taken: usize,
}

impl<'a> Decoded<'a> {
    /// Reads `source`, which has no byte order mark any more.
    pub(super) fn new(encoding: &'static Encoding, source: &'a [u8]) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            source,
            finished: false,
            after_return: false,
            ready: Vec::with_capacity(CHUNK),
            taken: 0,
        }
    }

    fn refill(&mut self) {
        let mut chunk = [0; CHUNK];
        let (result, read, written, _) = self.decoder.decode_to_utf8(self.source, &mut chunk, true);
        self.source = &self.source[read..];
        self.finished = result == CoderResult::InputEmpty;
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
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.finished {
            self.refill();
        }
        let left = &self.ready[self.taken..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.taken += count;
        Ok(count)
    }
}

const SAMPLE: usize = 1 << 20;
const CHUNK: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], encoding: &'static Encoding, text: &str) {
        let (guessed, mark) = detect(bytes);
        let mut read = String::new();
        Decoded::new(guessed, &bytes[mark..])
            .read_to_string(&mut read)
            .unwrap();
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
    fn a_cut_character_is_replaced_not_a_panic() {
        check(b"", UTF_8, "");
        check(&[0xFF, 0xFE, b'a'], UTF_16LE, "\u{FFFD}");
    }
}
