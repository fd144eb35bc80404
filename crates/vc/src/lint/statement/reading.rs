//! How long a text is, and how hard to read.
//!
//! The Reading Ease of Flesch and its published adaptations, one for each language ([`Formula`] names them). All of them weigh the words of a
//! sentence and the syllables of a word; a single sentence full of terms of a trade comes out low, so the bounds ask for little: they stop
//! what only its author can read.

use super::Language;
use super::words::{sentences, words_of};

/// Length and reading ease of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Words in all.
    pub words: usize,
    /// Words of the longest sentence.
    pub longest: usize,
    /// Reading ease: higher is easier.
    pub ease: f64,
    /// The formula that it comes from.
    pub formula: Formula,
}

/// A reading ease: `base − sentence × words per sentence − syllable × syllables per word`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formula {
    /// Who published it, where and when.
    pub source: &'static str,
    base: f64,
    sentence: f64,
    syllable: f64,
    /// Below this, a text is too hard.
    pub floor: f64,
}

impl Reading {
    /// Counts a text.
    #[must_use]
    pub fn of(text: &str, language: Language) -> Self {
        let formula = Formula::of(language);
        let (mut words, mut longest, mut syllables, mut count) = (0, 0, 0, 0);
        for sentence in sentences(text) {
            let here = words_of(sentence);
            let letters = here
                .iter()
                .filter(|word| word.small.contains(char::is_alphabetic));
            syllables += letters
                .map(|word| syllables_of(&word.small, language))
                .sum::<usize>();
            longest = longest.max(here.len());
            words += here.len();
            count += usize::from(!here.is_empty());
        }
        Self {
            words,
            longest,
            ease: formula.ease(words, count, syllables),
            formula,
        }
    }

    /// Whether its longest sentence is short enough to be read to its end.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.longest <= MOST_WORDS && self.words <= MOST_WORDS_IN_ALL
    }

    /// Whether it is not too hard to read.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.words == 0 || self.ease >= self.formula.floor
    }
}

impl Formula {
    /// The formula of a language.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                source: "Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948)",
                base: 206.835,
                sentence: 1.015,
                syllable: 84.6,
                floor: -60.0,
            },
            Language::Spanish => Self {
                source: "Fernández Huerta, Medidas sencillas de lecturabilidad, Consigna 214 (1959)",
                base: 206.84,
                sentence: 1.02,
                syllable: 60.0,
                floor: -10.0,
            },
            Language::French => Self {
                source: "Kandel and Moles, Application de l’indice de Flesch à la langue française, Cahiers d’études de radio-télévision 19 (1958)",
                base: 207.0,
                sentence: 1.015,
                syllable: 73.6,
                floor: -30.0,
            },
            Language::German => Self {
                source: "Amstad, Wie verständlich sind unsere Zeitungen?, University of Zurich (1978)",
                base: 180.0,
                sentence: 1.0,
                syllable: 58.5,
                floor: -60.0,
            },
            Language::Portuguese => Self {
                source: "Martins and others, Readability formulas applied to textbooks in Brazilian Portuguese, ICMSC-USP (1996)",
                base: 248.835,
                sentence: 1.015,
                syllable: 84.6,
                floor: -50.0,
            },
            Language::Dutch => Self {
                source: "Douma, De leesbaarheid van landbouwbladen, Wageningen (1960)",
                base: 206.835,
                sentence: 0.93,
                syllable: 77.0,
                floor: -60.0,
            },
        }
    }

    #[expect(clippy::cast_precision_loss)] // Counts of words are small.
    fn ease(self, words: usize, sentences: usize, syllables: usize) -> f64 {
        if words == 0 || sentences == 0 {
            return self.base;
        }
        let (words, sentences, syllables) = (words as f64, sentences as f64, syllables as f64);
        self.base - self.sentence * words / sentences - self.syllable * syllables / words
    }
}

/// Syllables of a word in small letters, counted by its groups of vowels: the way these formulas are computed by programs.
fn syllables_of(word: &str, language: Language) -> usize {
    let mut count = 0;
    let mut before: Option<char> = None;
    for letter in word.chars() {
        let vowel = is_vowel(letter, language);
        if vowel && before.is_none_or(|before| parts(before, letter, language)) {
            count += 1;
        }
        before = vowel.then_some(letter);
    }
    let silent = match language {
        Language::English => {
            word.ends_with('e') && !word.ends_with("le") && count > 1
                || word.ends_with("ed")
                    && !word.ends_with("ted")
                    && !word.ends_with("ded")
                    && count > 1
        }
        Language::French => (word.ends_with('e') || word.ends_with("es")) && count > 1,
        _ => false,
    };
    (count - usize::from(silent)).max(1)
}

/// Whether two vowels in a row belong to two syllables: in Spanish and Portuguese strong ones do, and those with an accent on the weak.
fn parts(one: char, other: char, language: Language) -> bool {
    let strong = |c| matches!(c, 'a' | 'e' | 'o' | 'á' | 'é' | 'ó' | 'â' | 'ê' | 'ô');
    let stressed = |c| matches!(c, 'í' | 'ú');
    match language {
        Language::Spanish | Language::Portuguese => {
            strong(one) && strong(other) || stressed(one) || stressed(other)
        }
        Language::Dutch => matches!(other, 'ï' | 'ë' | 'ü' | 'ö'),
        _ => matches!(one, 'ï' | 'ë') || matches!(other, 'ï' | 'ë'),
    }
}

fn is_vowel(letter: char, language: Language) -> bool {
    match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'é' | 'è' | 'ê' | 'ë' | 'í'
        | 'î' | 'ï' | 'ó' | 'ô' | 'ö' | 'õ' | 'ú' | 'ù' | 'û' | 'ü' | 'œ' | 'æ' => true,
        'y' => language != Language::Spanish,
        _ => false,
    }
}

/// The longest sentence that is read to its end by most; the longest of the task statements that this was tried on has about as many.
const MOST_WORDS: usize = 60;
/// Words of a description.
const MOST_WORDS_IN_ALL: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_spoken() {
        for (word, language, count) in [
            ("measure", Language::English, 2),
            ("machined", Language::English, 2),
            ("tested", Language::English, 2),
            ("the", Language::English, 1),
            ("prüfprotokoll", Language::German, 4),
            ("batería", Language::Spanish, 4),
            ("teatro", Language::Spanish, 3),
            ("mesure", Language::French, 2),
            ("reünie", Language::Dutch, 3),
        ] {
            assert_eq!(syllables_of(word, language), count, "{word}");
        }
    }

    #[test]
    fn the_formula_is_the_published_one() {
        // 6 words, 1 sentence, 6 syllables.
        let reading = Reading::of("The cat sat on the mat.", Language::English);
        assert!((reading.ease - (206.835 - 1.015 * 6.0 - 84.6)).abs() < 1e-9);
        assert!(reading.is_short() && reading.is_readable());
    }
}
