//! A sentence as words, for the rules of a language.

use alloc::string::String;
use alloc::vec::Vec;

/// One word of a sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Word {
    /// As it stands there, without the signs around it.
    pub(super) text: String,
    /// In small letters.
    pub(super) small: String,
    /// Whether a comma, semicolon, colon or dash follows.
    pub(super) ends_clause: bool,
}

/// The first sentence of a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Sentence {
    pub(super) words: Vec<Word>,
}

impl Sentence {
    /// Takes the first sentence of a text apart.
    pub(super) fn first_of(text: &str) -> Self {
        let first = sentences(text).next().unwrap_or_default();
        Self {
            words: words_of(first),
        }
    }

    /// The words from `at` on, in small letters.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = &str> {
        self.words.iter().skip(at).map(|word| word.small.as_str())
    }

    /// The word at `at`, in small letters; empty past the end.
    pub(super) fn small(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.small.as_str())
    }

    /// How many words `phrase` has, if the words from `at` on begin with it.
    pub(super) fn begins(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut count = 0;
        for part in phrase.split(' ') {
            if self.small(at + count) != part {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// The place behind the longest of these phrases that stands at `at`, or `at`.
    pub(super) fn after_any(&self, at: usize, phrases: &[&str]) -> usize {
        let lengths = phrases.iter().filter_map(|phrase| self.begins(at, phrase));
        at + lengths.max().unwrap_or(0)
    }
}

/// The sentences of a text. A full stop ends one only before a capital, and not behind an abbreviation.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = ends(rest).unwrap_or(rest.len());
        let (sentence, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(sentence)
    })
}

fn ends(text: &str) -> Option<usize> {
    text.char_indices().find_map(|(at, sign)| {
        if !matches!(sign, '.' | '!' | '?' | '\n') {
            return None;
        }
        let end = at + sign.len_utf8();
        let after = &text[end..];
        if sign == '\n' {
            // A line break in a paragraph is a space, two of them are an end.
            return after
                .trim_start_matches(' ')
                .starts_with('\n')
                .then_some(end);
        }
        let next = after.trim_start().chars().next();
        let capital = after.starts_with(char::is_whitespace)
            && next
                .is_some_and(|next| next.is_uppercase() || matches!(next, '¿' | '¡' | '«' | '“'));
        // Asked first: whatever follows looks back.
        if !capital {
            return None;
        }
        let before = text[..at].rsplit(char::is_whitespace).next();
        let abbreviation = sign == '.'
            && before.is_some_and(|word| {
                word.chars().count() < 2
                    || word.contains('.')
                    || has(SHORTENED, &word.to_lowercase())
            });
        (!abbreviation).then_some(end)
    })
}

/// The words of a text, in their order.
pub(super) fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let elided = |c: char| matches!(c, '’' | '\'');
    for piece in text.split_whitespace() {
        let closes = piece.ends_with([',', ';', ':', '–', '—', ')']);
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            if let Some(last) = words.last_mut().filter(|_| !piece.is_empty()) {
                last.ends_clause = true;
            }
            continue;
        }
        // French "l’outil", "d’une": the article is a word of its own. An English "person's" is one word.
        let parts = match bare.split_once(elided) {
            Some((article, rest)) if article.chars().count() <= 2 && rest.chars().count() > 1 => {
                [Some(article), Some(rest)]
            }
            _ => [Some(bare), None],
        };
        for part in parts.into_iter().flatten() {
            words.push(Word {
                text: part.into(),
                small: part.to_lowercase(),
                ends_clause: false,
            });
        }
        if let Some(last) = words.last_mut() {
            last.ends_clause = closes;
        }
    }
    words
}

/// Whether a list, words with spaces between them, has this word.
pub(super) fn has(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_whitespace().any(|known| known == word)
}

/// Abbreviations that a capital may follow.
const SHORTENED: &str =
    "cf nr no ca dr st bzw vgl approx incl inkl ej pág núm art fig vs resp evtl ggf";

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn a_sentence_ends_before_a_capital_and_not_behind_an_abbreviation() {
        let all: Vec<&str> =
            sentences("Measure parts, e.g. Shafts. Record 0.01 mm. Then stop!").collect();
        assert_eq!(
            all,
            vec![
                "Measure parts, e.g. Shafts.",
                "Record 0.01 mm.",
                "Then stop!"
            ]
        );
        assert_eq!(sentences("  ").count(), 0);
    }

    #[test]
    fn an_elided_article_is_a_word_of_its_own() {
        let words = words_of("Régler l’outil, puis (enfin) mesurer");
        let small: Vec<&str> = words.iter().map(|word| word.small.as_str()).collect();
        assert_eq!(
            small,
            vec!["régler", "l", "outil", "puis", "enfin", "mesurer"]
        );
        assert!(words[2].ends_clause && words[4].ends_clause && !words[3].ends_clause);
    }

    #[test]
    fn the_longest_lead_in_is_passed_over() {
        let sentence = Sentence::first_of("The holder is able to weld pipes.");
        assert_eq!(sentence.after_any(2, &["is", "is able to"]), 5);
        assert_eq!(sentence.after_any(2, &["can"]), 2);
    }
}
