//! The words of a text with markup in it.

use super::entities::decoded;

/// The words of markup, also where all of it was escaped once more, as a template does.
pub(super) fn without_markup(text: &str) -> String {
    let bare = without_tags(text);
    let words = decoded(&bare);
    // Where there are tags, others are what is written about. One alone may be a comparison.
    let escaped = bare == text && ["</", "<br"].iter().any(|sign| words.contains(sign));
    match escaped {
        true => decoded(&without_tags(&words)),
        false => words,
    }
}

/// A text without its tags, each of which ends a line, and without what is no text of a page.
fn without_tags(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        match after.split_once('>') {
            // A sign for "less than" is no tag.
            Some((tag, behind))
                if tag.starts_with(|sign: char| {
                    sign.is_ascii_alphabetic() || "/!".contains(sign)
                }) =>
            {
                words.push('\n');
                rest = match NO_TEXT.iter().find(|name| is_start_of(tag, name)) {
                    Some(name) => from_end_of(behind, name),
                    None => behind,
                };
            }
            _ => {
                words.push('<');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    words
}

/// Whether a tag begins an element of this name.
fn is_start_of(tag: &str, name: &str) -> bool {
    let found = tag.split(|sign: char| !sign.is_ascii_alphanumeric()).next();
    found.is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// What follows from the tag on that ends the element.
fn from_end_of<'t>(text: &'t str, name: &str) -> &'t str {
    let ends = text.match_indices("</").find(|(at, _)| {
        let found = text.get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    ends.map_or("", |(at, _)| &text[at..])
}

/// Elements whose content nobody reads.
const NO_TEXT: [&str; 2] = ["script", "style"];
