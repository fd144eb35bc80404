//! What a text may hold that somebody types and others read, on public pages and in signed documents; how it stands in HTML,
//! and how a day is written.

use touchstone_vc::Timestamp;

/// One line: white space in it becomes single spaces. `None` if it is empty, longer than 200 characters, or holds what nobody sees.
pub(crate) fn line(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !text.is_empty() && text.chars().count() <= 200 && !has_unseen(&text);
    fits.then_some(text)
}

/// A line as it was typed, without white space around it. `None` if it has more than so many characters, or holds what nobody sees.
pub(crate) fn line_or_nothing(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= most && !text.chars().any(is_unseen);
    fits.then(|| text.to_owned())
}

/// The same, where something has to be said.
pub(crate) fn line_of(text: &str, most: usize) -> Option<String> {
    line_or_nothing(text, most).filter(|text| !text.is_empty())
}

/// Several lines as they were typed: browsers end those of a form otherwise.
pub(crate) fn lines_or_nothing(text: &str, most: usize) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let fits = text.chars().count() <= most && !has_unseen(text);
    fits.then(|| text.to_owned())
}

/// The same, where something has to be said.
pub(crate) fn lines_of(text: &str, most: usize) -> Option<String> {
    lines_or_nothing(text, most).filter(|text| !text.is_empty())
}

/// Whether that is no part of a line that is seen: a control character, or a mark that turns the words around it.
fn is_unseen(c: char) -> bool {
    c.is_control() || is_direction_override(c)
}

/// Whether a text of several lines holds what nobody sees and what turns the words around it.
pub(crate) fn has_unseen(text: &str) -> bool {
    text.chars()
        .any(|c| is_unseen(c) && !matches!(c, '\n' | '\t'))
}

/// Marks that reorder the text around them, so that it reads as something it is not.
pub(crate) fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text as it may stand in HTML, inside and outside of quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The day of a moment, in UTC: `2026-12-31`.
pub(crate) fn day(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..10).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_is_seen_of_it() {
        assert_eq!(line(" Ayşe \n Demir\t"), Some("Ayşe Demir".into()));
        assert_eq!(line(&"x".repeat(200)), Some("x".repeat(200)));
        for unfit in ["", " \n ", "a\u{7}b", "a\u{202E}b", &"x".repeat(201)] {
            assert_eq!(line(unfit), None, "{unfit:?}");
        }
        assert_eq!(line_of(" Ay  şe ", 6), Some("Ay  şe".into()));
        for unfit in ["seven 7", "a\tb", "a\nb", "a\u{202E}b"] {
            assert_eq!(line_or_nothing(unfit, 6), None, "{unfit:?}");
        }
        assert_eq!(
            (line_of(" ", 6), line_or_nothing(" ", 6)),
            (None, Some(String::new()))
        );
        assert!(!has_unseen("two\n\tlines") && has_unseen("a\u{2066}b"));
    }

    #[test]
    fn lines_end_as_they_do_here_whatever_a_browser_sends() {
        assert_eq!(lines_of(" a\r\n\tb\r\n", 4), Some("a\n\tb".into()));
        for unfit in ["a\r\nbcd", "a\rb", "\u{2066}a", "a\u{1b}"] {
            assert_eq!(lines_or_nothing(unfit, 4), None, "{unfit:?}");
        }
        assert_eq!(
            (lines_of("\r\n", 4), lines_or_nothing("\r\n", 4)),
            (None, Some(String::new()))
        );
    }

    #[test]
    fn a_day_is_that_of_utc() {
        for moment in ["2026-12-31T23:59:59.999Z", "2027-01-01T00:59:59+01:00"] {
            assert_eq!(day(Timestamp::parse(moment).unwrap()), "2026-12-31");
        }
    }
}
