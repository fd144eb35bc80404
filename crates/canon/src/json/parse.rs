//! Reading JSON text: RFC 8259, strictly.
//!
//! Recursion is bounded by [`JsonLimits::depth`], memory by [`JsonLimits::bytes`].

use super::{Number, Object, Value};
use crate::bytes::find_json_special;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Reads one JSON value that fills all of `bytes`.
pub(super) fn parse<'a>(bytes: &'a [u8], limits: &JsonLimits) -> Result<Value<'a>, JsonError> {
    if bytes.len() > limits.bytes {
        return Err(JsonError {
            fault: JsonFault::TooLarge,
            line: 1,
            column: 1,
        });
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| locate(bytes, error.valid_up_to(), JsonFault::NotUtf8))?;
    let mut reader = Reader {
        text,
        bytes,
        at: 0,
        depth: limits.depth,
    };
    reader
        .document()
        .map_err(|fault| locate(bytes, reader.at, fault))
}

/// How much JSON is read before giving up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct JsonLimits {
    /// Bytes of text. Default: 16 MiB.
    pub bytes: usize,
    /// Arrays and objects inside one another. Default: 64.
    pub depth: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            depth: 64,
        }
    }
}

/// Where and why text is not JSON that may be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{fault} at line {line}, column {column}")]
pub struct JsonError {
    /// What is wrong.
    pub fault: JsonFault,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// What is wrong with JSON text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JsonFault {
    /// More bytes than allowed.
    TooLarge,
    /// Arrays and objects nested deeper than allowed.
    TooDeep,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// A character that cannot stand here.
    UnexpectedCharacter,
    /// Something follows the value.
    TrailingText,
    /// The same key twice in one object: readers would disagree on which counts.
    DuplicateKey,
    /// A control character inside a string.
    ControlCharacter,
    /// An escape that JSON does not know.
    BadEscape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// Not a JSON number, such as `01` or `1.`.
    BadNumber,
    /// A number too large for a double.
    NumberOutOfRange,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "JSON text is too large",
            Self::TooDeep => "JSON is nested too deeply",
            Self::NotUtf8 => "text is not UTF-8",
            Self::UnexpectedEnd => "JSON ends too early",
            Self::UnexpectedCharacter => "unexpected character",
            Self::TrailingText => "text after the end of the JSON value",
            Self::DuplicateKey => "key stands twice in one object",
            Self::ControlCharacter => "control character in a string",
            Self::BadEscape => "unknown escape in a string",
            Self::LoneSurrogate => "half of a surrogate pair",
            Self::BadNumber => "not a JSON number",
            Self::NumberOutOfRange => "number is out of range",
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Levels of nesting left.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value<'a>, JsonFault> {
        self.space();
        let value = self.value()?;
        self.space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(JsonFault::TrailingText),
        }
    }

    fn value(&mut self) -> Result<Value<'a>, JsonFault> {
        match self.peek() {
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(JsonFault::UnexpectedCharacter),
            None => Err(JsonFault::UnexpectedEnd),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value<'a>, JsonFault>,
    ) -> Result<Value<'a>, JsonFault> {
        self.depth = self.depth.checked_sub(1).ok_or(JsonFault::TooDeep)?;
        self.at += 1;
        self.space();
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value<'a>, JsonFault> {
        if self.eat(b'}') {
            return Ok(Value::Object(Object::new()));
        }
        let mut entries: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(USUAL);
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected());
            }
            let key = self.string()?;
            // Few members: look at each. Many: sort once at the end, or a hostile object would cost its square.
            if entries.len() <= FEW && entries.iter().any(|(name, _)| *name == key) {
                self.at = start;
                return Err(JsonFault::DuplicateKey);
            }
            self.space();
            if !self.eat(b':') {
                return Err(self.unexpected());
            }
            self.space();
            let value = self.value()?;
            entries.push((key, value));
            self.space();
            if self.eat(b'}') {
                break;
            }
            if !self.eat(b',') {
                return Err(self.unexpected());
            }
            self.space();
        }
        if entries.len() > FEW {
            let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(JsonFault::DuplicateKey);
            }
        }
        Ok(Value::Object(Object::from_distinct(entries)))
    }

    fn array(&mut self) -> Result<Value<'a>, JsonFault> {
        let mut items = Vec::new();
        if self.eat(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.eat(b']') {
                return Ok(Value::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.unexpected());
            }
            self.space();
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonFault> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.peek() == Some(b'"') {
            let text = &self.text[start..self.at];
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        let mut text = String::from(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => text.push(self.escaped()?),
                Some(_) => return Err(JsonFault::ControlCharacter),
                None => return Err(JsonFault::UnexpectedEnd),
            }
            let start = self.at;
            self.plain();
            text.push_str(&self.text[start..self.at]);
        }
    }

    /// Moves over characters that stand for themselves.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += find_json_special(rest).unwrap_or(rest.len());
    }

    fn escaped(&mut self) -> Result<char, JsonFault> {
        let start = self.at;
        self.at += 2;
        let plain = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.code_unit().inspect_err(|_| self.at = start)?;
                return self.scalar(unit).inspect_err(|_| self.at = start);
            }
            Some(_) => {
                self.at = start;
                return Err(JsonFault::BadEscape);
            }
            None => {
                self.at = start;
                return Err(JsonFault::UnexpectedEnd);
            }
        };
        Ok(plain)
    }

    fn scalar(&mut self, unit: u32) -> Result<char, JsonFault> {
        if !(0xD800..0xE000).contains(&unit) {
            return char::from_u32(unit).ok_or(JsonFault::LoneSurrogate);
        }
        if unit >= 0xDC00 || self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
            return Err(JsonFault::LoneSurrogate);
        }
        self.at += 2;
        let low = self.code_unit()?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(JsonFault::LoneSurrogate);
        }
        char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
            .ok_or(JsonFault::LoneSurrogate)
    }

    fn code_unit(&mut self) -> Result<u32, JsonFault> {
        let digits = self
            .bytes
            .get(self.at..self.at + 4)
            .ok_or(JsonFault::UnexpectedEnd)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| {
            let digit = char::from(*digit)
                .to_digit(16)
                .ok_or(JsonFault::BadEscape)?;
            Ok(unit << 4 | digit)
        })
    }

    fn number(&mut self) -> Result<Value<'a>, JsonFault> {
        let start = self.at;
        let negative = self.eat(b'-');
        let first = self.peek();
        let whole = self.digits();
        if whole == 0 || (first == Some(b'0') && whole > 1) {
            self.at = start;
            return Err(JsonFault::BadNumber);
        }
        let mut integer = true;
        if self.eat(b'.') {
            integer = false;
            if self.digits() == 0 {
                self.at = start;
                return Err(JsonFault::BadNumber);
            }
        }
        if self.eat(b'e') || self.eat(b'E') {
            integer = false;
            let _ = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                self.at = start;
                return Err(JsonFault::BadNumber);
            }
        }
        let text = &self.text[start..self.at];
        if integer && negative && text != "-0" {
            if let Ok(integer) = text.parse::<i64>() {
                return Ok(Value::Number(integer.into()));
            }
        } else if integer
            && !negative
            && let Ok(integer) = text.parse::<u64>()
        {
            return Ok(Value::Number(integer.into()));
        }
        let double = text.parse::<f64>().ok().and_then(Number::from_f64);
        double.map(Value::Number).ok_or_else(|| {
            self.at = start;
            JsonFault::NumberOutOfRange
        })
    }

    fn digits(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let count = rest
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        self.at += count;
        count
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, JsonFault> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(JsonFault::UnexpectedCharacter)
        }
    }

    fn space(&mut self) {
        // Most text between values is a mark, and no space at all.
        if self.peek().is_some_and(|byte| byte > b' ') {
            return;
        }
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self) -> JsonFault {
        match self.peek() {
            Some(_) => JsonFault::UnexpectedCharacter,
            None => JsonFault::UnexpectedEnd,
        }
    }
}

fn locate(bytes: &[u8], at: usize, fault: JsonFault) -> JsonError {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let column = before[start..]
        .iter()
        .filter(|byte| **byte & 0xC0 != 0x80)
        .count()
        + 1;
    JsonError {
        fault,
        line,
        column,
    }
}

/// Up to so many members, duplicates are found by looking at each.
const FEW: usize = 16;
/// Room for the members of most objects of credentials.
const USUAL: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, fault: JsonFault, line: usize, column: usize) {
        assert_eq!(
            Value::parse(text.as_bytes()),
            Err(JsonError {
                fault,
                line,
                column
            }),
            "{text}"
        );
    }

    #[test]
    fn t16_duplicate_keys_are_refused() {
        refused("{\"a\":1,\n \"a\":2}", JsonFault::DuplicateKey, 2, 2);
        refused("{\"a\":1,\"\\u0061\":2}", JsonFault::DuplicateKey, 1, 8);
        let many: Vec<String> = (0..40)
            .map(|n| alloc::format!("\"k{}\":0", n % 39))
            .collect();
        let text = alloc::format!("{{{}}}", many.join(","));
        assert_eq!(
            Value::parse(text.as_bytes()).unwrap_err().fault,
            JsonFault::DuplicateKey
        );
    }

    #[test]
    fn t16_lone_surrogates_are_refused() {
        for text in [
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800x\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\\ud800\"",
        ] {
            refused(text, JsonFault::LoneSurrogate, 1, 2);
        }
        assert_eq!(
            Value::parse(b"\"\\ud83d\\ude00\"").unwrap().as_str(),
            Some("\u{1F600}")
        );
    }

    #[test]
    fn t16_number_forms_outside_json_are_refused() {
        for text in [
            "01", "1.", ".5", "+1", "-", "1e", "1e+", "0x10", "NaN", "Infinity", "--1", "1_000",
        ] {
            assert!(Value::parse(text.as_bytes()).is_err(), "{text}");
        }
        refused("[1e400]", JsonFault::NumberOutOfRange, 1, 2);
        assert_eq!(
            Value::parse(b"-0")
                .unwrap()
                .as_f64()
                .map(f64::is_sign_negative),
            Some(true)
        );
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let text = |levels: usize| ["[".repeat(levels), "]".repeat(levels)].concat();
        assert!(Value::parse(text(64).as_bytes()).is_ok());
        refused(&text(65), JsonFault::TooDeep, 1, 65);
        assert_eq!(
            Value::parse("[".repeat(1 << 20).as_bytes())
                .unwrap_err()
                .fault,
            JsonFault::TooDeep
        );
    }

    #[test]
    fn size_ends_at_the_limit() {
        let limits = JsonLimits {
            bytes: 4,
            ..JsonLimits::default()
        };
        assert!(Value::parse_within(b"1234", &limits).is_ok());
        assert_eq!(
            Value::parse_within(b"12345", &limits).unwrap_err().fault,
            JsonFault::TooLarge
        );
    }

    #[test]
    fn errors_say_where() {
        refused("{\"a\": \n  tru}", JsonFault::UnexpectedCharacter, 2, 3);
        refused("\"é\n\"", JsonFault::ControlCharacter, 1, 3);
        refused("\"\\x\"", JsonFault::BadEscape, 1, 2);
        refused("[1] 2", JsonFault::TrailingText, 1, 5);
        refused("[1", JsonFault::UnexpectedEnd, 1, 3);
        refused("", JsonFault::UnexpectedEnd, 1, 1);
        refused("{\"a\"}", JsonFault::UnexpectedCharacter, 1, 5);
        refused("[1,]", JsonFault::UnexpectedCharacter, 1, 4);
        assert_eq!(
            Value::parse(b"\"\xff\"").unwrap_err().fault,
            JsonFault::NotUtf8
        );
    }
}
