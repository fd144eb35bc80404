//! The lines of a posting that is plain text: points, what they stand under, and what goes on in the next line.

use super::job_wish::is_wish_alone;

/// The lines of a text, a point that was wrapped as one line: what goes on further in than its sign, or small behind a long line.
pub(super) fn whole_lines(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    // How far in the point begins to which the last line belongs, and how long that line is.
    let (mut point, mut length) = (None, 0);
    for line in text.lines() {
        let words = line.trim();
        let inwards = line.len() - line.trim_start().len();
        let is_point = words.starts_with(BULLETS);
        let is_heading = heading(words).is_some() || is_wish(words);
        let stands_alone = words.is_empty() || is_point || is_heading;
        let is_wrapped = length >= LEAST_WRAPPED && words.starts_with(char::is_lowercase);
        let goes_on = !stands_alone && point.is_some_and(|begins| inwards > begins || is_wrapped);
        match all.last_mut() {
            Some(whole) if goes_on => {
                whole.push(' ');
                whole.push_str(words);
            }
            _ => {
                point = is_point.then_some(inwards);
                if !words.is_empty() {
                    all.push(words.to_owned());
                }
            }
        }
        length = words.chars().count();
    }
    all
}

/// The words of a line under which others stand.
pub(super) fn heading(line: &str) -> Option<&str> {
    let words = line.strip_suffix(':')?;
    (!words.starts_with(BULLETS) && is_short(words)).then_some(words)
}

/// Whether a line says that what stands under it is only preferred. Written small, it may as well be the end of the point before.
fn is_wish(line: &str) -> bool {
    line.starts_with(char::is_uppercase) && is_wish_alone(line)
}

pub(super) fn is_short(line: &str) -> bool {
    line.split_whitespace().count() <= MOST_WORDS_OF_A_HEADING
}

/// What points begin with.
pub(super) const BULLETS: [char; 6] = ['-', '*', '–', '—', '•', '·'];
const MOST_WORDS_OF_A_HEADING: usize = 8;
/// Signs of a line that may have been wrapped.
const LEAST_WRAPPED: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_goes_on_in_the_next_line_is_one_and_that_line_no_heading() {
        let text = "Machinist\nNice to have\n- Experience with milling machines and\n  programming robots\n\
            - Reading of drawings that were made with programs from\nother countries\n- Weld thin sheets\nrequired\n- Measure\n\
            What we offer\n  - A bicycle of your own\n  Besides\n  - Fresh fruit\n\n    and more\n\
            - Keep order\n  Nice to have\n- Sweep the floor\n  Von Vorteil\n- Read plans\n  preferred\n";
        assert_eq!(
            whole_lines(text),
            [
                "Machinist",
                "Nice to have",
                "- Experience with milling machines and programming robots",
                "- Reading of drawings that were made with programs from other countries",
                "- Weld thin sheets",
                "required",
                "- Measure",
                "What we offer",
                "- A bicycle of your own",
                "Besides",
                "- Fresh fruit",
                "and more",
                "- Keep order",
                "Nice to have",
                "- Sweep the floor",
                "Von Vorteil",
                "- Read plans preferred",
            ]
        );
    }
}
