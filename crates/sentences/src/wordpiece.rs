//! A text as tokens: BERT's words, and the longest known pieces of each (WordPiece, Y. Wu et al., "Google's Neural Machine Translation
//! System", 2016, §4.1), for vocabularies of small letters without accents.
//!
//! What stands in brackets is text, here as anywhere: nobody's words are a special token because they read `[SEP]`.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A vocabulary.
pub(crate) struct WordPiece {
    /// Pieces that begin a word.
    beginnings: HashMap<String, u32>,
    /// Pieces that continue one (`##` in the file).
    continuations: HashMap<String, u32>,
    start: u32,
    end: u32,
    unknown: u32,
}

/// Letters of the longest word that is taken apart.
const LONGEST_WORD: usize = 100;

impl WordPiece {
    /// Reads a vocabulary: one piece on each line, whose number is that of the line. `None` where a special token is missing.
    pub(crate) fn new(vocabulary: &str) -> Option<Self> {
        let (mut beginnings, mut continuations) = (HashMap::new(), HashMap::new());
        for (line, number) in vocabulary.lines().zip(0..) {
            match line.strip_prefix("##") {
                Some(piece) if !piece.is_empty() => continuations.insert(piece.to_owned(), number),
                _ => beginnings.insert(line.to_owned(), number),
            };
        }
        let special = |name: &str| beginnings.get(name).copied();
        Some(Self {
            start: special("[CLS]")?,
            end: special("[SEP]")?,
            unknown: special("[UNK]")?,
            beginnings,
            continuations,
        })
    }

    /// The tokens of a text, at most `longest` with those around it.
    pub(crate) fn tokens(&self, text: &str, longest: usize) -> Vec<u32> {
        let mut tokens = vec![self.start];
        for word in words(text) {
            if tokens.len() + 1 >= longest {
                break;
            }
            self.add_pieces(&word, &mut tokens);
        }
        tokens.truncate(longest.saturating_sub(1));
        tokens.push(self.end);
        tokens
    }

    /// Adds the longest pieces that a word is made of, from its beginning on; a word that is made of none is unknown as a whole.
    fn add_pieces(&self, word: &str, tokens: &mut Vec<u32>) {
        let before = tokens.len();
        let (mut rest, mut pieces) = (word, &self.beginnings);
        let short = word.chars().count() <= LONGEST_WORD;
        while short && !rest.is_empty() {
            let ends = rest
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8());
            let longest = ends
                .rev()
                .find_map(|end| Some((end, *pieces.get(&rest[..end])?)));
            let Some((end, token)) = longest else {
                break;
            };
            tokens.push(token);
            (rest, pieces) = (&rest[end..], &self.continuations);
        }
        if !short || !rest.is_empty() {
            tokens.truncate(before);
            tokens.push(self.unknown);
        }
    }
}

/// The words of a text: small, without accents; punctuation marks and ideographs are words by themselves.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !is_control(*letter)) {
        match is_ideograph(letter) {
            true => spaced.extend([' ', letter, ' ']),
            false => spaced.push(letter),
        }
    }
    let plain = spaced
        .nfd()
        .filter(|letter| letter.general_category() != GeneralCategory::NonspacingMark)
        .flat_map(char::to_lowercase);
    let (mut words, mut word) = (Vec::new(), String::new());
    for letter in plain {
        let alone = is_punctuation(letter);
        if (alone || letter.is_whitespace()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match alone {
            true => words.push(letter.into()),
            false if letter.is_whitespace() => {}
            false => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What is taken out before anything else.
fn is_control(letter: char) -> bool {
    use GeneralCategory::{Control, Format, PrivateUse};
    let control = matches!(letter.general_category(), Control | Format | PrivateUse);
    letter == '\u{fffd}' || control && !matches!(letter, '\t' | '\n' | '\r')
}

/// Marks of ASCII count whatever they are elsewhere: `+`, `$` and `^` are symbols there.
fn is_punctuation(letter: char) -> bool {
    letter.is_ascii_punctuation()
        || letter.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The blocks of ideographs that BERT knows; 2B81F to 2B920 are not among them, in its own code either.
fn is_ideograph(letter: char) -> bool {
    matches!(letter,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}' | '\u{2b740}'..='\u{2b81f}' | '\u{2b920}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str =
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\nweld\n##er\n##ing\n,\n[\n]\nsep\n焊\n接\npipe\nstrasse\n##s\n";

    #[track_caller]
    fn check(text: &str, expect: &[u32]) {
        let wordpiece = WordPiece::new(VOCABULARY).unwrap();
        let tokens = wordpiece.tokens(text, 12);
        assert_eq!(tokens, [&[2], expect, &[3]].concat(), "{text:?}");
    }

    #[test]
    fn a_word_is_its_longest_pieces_or_unknown_as_a_whole() {
        check("weld welder weldings", &[4, 4, 5, 4, 6, 15]);
        check("welderx ##er erweld", &[1, 1, 1, 1, 1]);
        check(&"weld".repeat(26), &[1]);
    }

    #[test]
    fn letters_lose_their_size_and_their_accents() {
        check("WÉLD\u{301}Er", &[4, 5]);
        check("we\u{ad}ld\0 pi\u{200b}pe\u{fffd}", &[4, 13]);
        // ß stays what it is: no piece has it.
        check("Straße STRASSE", &[1, 14]);
    }

    #[test]
    fn marks_and_ideographs_stand_alone() {
        check("weld,pipe，焊接", &[4, 7, 13, 1, 11, 12]);
        check("\t weld\u{3000}pipe\r\n", &[4, 13]);
        check("", &[]);
    }

    #[test]
    fn words_in_brackets_are_words() {
        check("weld [SEP] pipe", &[4, 8, 10, 9, 13]);
    }

    #[test]
    fn what_is_too_long_ends_with_the_same_token() {
        let wordpiece = WordPiece::new(VOCABULARY).unwrap();
        assert_eq!(wordpiece.tokens("pipe pipe welder", 5), [2, 13, 13, 4, 3]);
        assert_eq!(wordpiece.tokens("pipe", 2), [2, 3]);
    }

    #[test]
    fn a_vocabulary_without_special_tokens_is_none() {
        assert!(WordPiece::new("weld\npipe\n").is_none());
    }
}
