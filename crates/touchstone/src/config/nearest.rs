//! The known name that a mistyped one was probably meant to be.

/// The candidate with the fewest edits from `name`, if it is near enough to be meant. A candidate whose last part is the same
/// word in another section counts as near.
pub(crate) fn nearest(name: &str, candidates: &[String]) -> Option<String> {
    let word = |text: &str| text.rsplit('.').next().unwrap_or_default().to_owned();
    let near = |candidate: &&String| {
        let edits = edits(name, candidate);
        edits <= 2.max(name.len() / 4) || word(candidate) == word(name)
    };
    candidates
        .iter()
        .filter(near)
        .min_by_key(|candidate| edits(name, candidate))
        .cloned()
}

/// How many characters must be put in, taken out or replaced to make one text the other (Levenshtein).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_as_levenshtein_did() {
        for (from, to, expect) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("same", "same", 0),
            ("ab", "ba", 2),
        ] {
            assert_eq!(edits(from, to), expect, "{from} → {to}");
        }
    }

    #[test]
    fn a_name_that_is_like_nothing_gets_no_suggestion() {
        assert_eq!(
            nearest("zzzzzz", &["site.listen".into(), "mail.sender".into()]),
            None
        );
    }
}
