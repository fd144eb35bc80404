//! Words of others on our pages: cleaned of signs that reorder or hide text, and looked at for look-alikes.
//!
//! UTS 39 (mixed scripts) and UAX 9 (bidirectional controls). Escaping is maud's work; this is about what escaping cannot see.

use std::borrow::Cow;

use unicode_security::MixedScript;

/// The text without signs that nobody sees: bidirectional controls, zero-width signs, control characters.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) || is_break(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|&c| !is_hidden(c));
    Cow::Owned(kept.map(|c| if is_break(c) { ' ' } else { c }).collect())
}

/// An error's words as a sentence: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut out: String = first.into_iter().flatten().chain(letters).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// The text as it stands in the query of an address.
pub fn in_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What is odd about a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Oddity {
    /// Letters of several alphabets, which can imitate another name.
    MixedScripts,
    /// Signs that nobody sees, some of which turn the order of letters around.
    HiddenSigns,
}

/// Looks for what could make `name` read as another name.
pub fn oddity(name: &str) -> Option<Oddity> {
    if name.chars().any(is_hidden) {
        Some(Oddity::HiddenSigns)
    } else if name.split_whitespace().any(|word| !word.is_single_script()) {
        Some(Oddity::MixedScripts)
    } else {
        None
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}')
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && !is_break(c))
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t17_names_that_imitate_are_told_apart() {
        assert_eq!(oddity("Riverside Polytechnic"), None);
        assert_eq!(oddity("Hochschule Süd"), None);
        assert_eq!(oddity("東京タワー大学"), None);
        assert_eq!(
            oddity("Московский университет MIT"),
            None,
            "whole words may differ"
        );
        assert_eq!(
            oddity("Rivеrside"),
            Some(Oddity::MixedScripts),
            "the e is Cyrillic"
        );
        assert_eq!(oddity("abc\u{202e}fdp"), Some(Oddity::HiddenSigns));
    }

    #[test]
    fn t17_signs_that_reorder_text_are_not_shown() {
        assert_eq!(clean("abc\u{202e}fdp\u{2069}"), "abcfdp");
        assert_eq!(clean("two\nlines"), "two lines");
        assert!(matches!(clean("نص"), Cow::Borrowed(_)));
    }
}
