//! Suggestions while somebody types: the last word is still being written.
//!
//! Every word must be there, as a whole or as the beginning of one; a word in the label counts more than one in an alternate, a
//! whole word more than a beginning, a rare word more than a common one. Where no entry has all words, those that have most do.

use super::{Entry, words::words};

/// An index for suggestions.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    /// Sorted, so that the words with one beginning stand together.
    vocabulary: Vec<Box<str>>,
    /// Per word: entry, and whether the word stands in its label.
    postings: Vec<Vec<(u32, bool)>>,
    /// Words in the label, per entry.
    lengths: Vec<u16>,
}

/// A suggestion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suggestion {
    /// The number of the entry.
    pub entry: usize,
    /// Its score; comparable within one answer only.
    pub score: f32,
}

/// Words of a query that are looked at; nobody types more before choosing.
const MOST_WORDS: usize = 12;

impl Typing {
    /// Indexes entries.
    pub fn new(entries: &[Entry]) -> Self {
        let mut all: Vec<(Box<str>, u32, bool)> = Vec::new();
        let mut lengths = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let label = words(&entry.label);
            lengths.push(u16::try_from(label.len()).unwrap_or(u16::MAX));
            all.extend(
                label
                    .into_iter()
                    .map(|word| (word.into_boxed_str(), at, true)),
            );
            for name in &entry.alternates {
                all.extend(
                    words(name)
                        .into_iter()
                        .map(|word| (word.into_boxed_str(), at, false)),
                );
            }
        }
        // In the label before in an alternate, of the same word and entry.
        all.sort_by(|one, other| (&one.0, one.1, !one.2).cmp(&(&other.0, other.1, !other.2)));
        all.dedup_by(|later, earlier| later.0 == earlier.0 && later.1 == earlier.1);
        let mut index = Self {
            lengths,
            ..Self::default()
        };
        for (word, entry, in_label) in all {
            if index.vocabulary.last() != Some(&word) {
                index.vocabulary.push(word);
                index.postings.push(Vec::new());
            }
            if let Some(posting) = index.postings.last_mut() {
                posting.push((entry, in_label));
            }
        }
        index
    }

    /// Bytes that it holds, about.
    pub fn bytes(&self) -> usize {
        let words: usize = self
            .vocabulary
            .iter()
            .map(|word| word.len() + size_of::<Box<str>>())
            .sum();
        let postings = self.postings.iter().map(|posting| {
            size_of::<Vec<(u32, bool)>>() + posting.capacity() * size_of::<(u32, bool)>()
        });
        words + postings.sum::<usize>() + self.lengths.capacity() * size_of::<u16>()
    }

    /// The `most` best suggestions for what was typed so far.
    pub fn suggest(&self, typed: &str, most: usize) -> Vec<Suggestion> {
        let mut query = words(typed);
        query.truncate(MOST_WORDS);
        let finished = typed.ends_with(|last: char| !last.is_alphanumeric());
        let mut scores = vec![0.0f32; self.lengths.len()];
        let mut matched = vec![0u8; self.lengths.len()];
        let mut best = vec![0.0f32; self.lengths.len()];
        for (at, word) in query.iter().enumerate() {
            let writing = at + 1 == query.len() && !finished;
            let mut touched = Vec::new();
            self.look_up(word, writing, &mut best, &mut touched);
            for entry in touched {
                scores[entry as usize] += std::mem::take(&mut best[entry as usize]);
                matched[entry as usize] += 1;
            }
        }
        let most_matched = matched.iter().copied().max().unwrap_or(0);
        if most_matched == 0 {
            return Vec::new();
        }
        let mut found: Vec<Suggestion> = (0..scores.len())
            .filter(|entry| matched[*entry] == most_matched)
            .map(|entry| Suggestion {
                entry,
                // Of two labels with the same words the shorter one is nearer to what was typed.
                score: scores[entry] / (1.0 + 0.05 * f32::from(self.lengths[entry])),
            })
            .collect();
        let order = |one: &Suggestion, other: &Suggestion| {
            other
                .score
                .total_cmp(&one.score)
                .then(one.entry.cmp(&other.entry))
        };
        if found.len() > most {
            found.select_nth_unstable_by(most, order);
            found.truncate(most);
        }
        found.sort_by(order);
        found
    }

    /// The entries that have `word`, or a word that begins so, and how well the best of them fits.
    fn look_up(&self, word: &str, writing: bool, best: &mut [f32], touched: &mut Vec<u32>) {
        let from = self.vocabulary.partition_point(|known| **known < *word);
        let with = self.vocabulary[from..]
            .iter()
            .take_while(|known| known.starts_with(word));
        let to = from + with.count();
        let exact = self
            .vocabulary
            .get(from)
            .is_some_and(|known| **known == *word);
        // A finished word that is there means itself; one that is not there may still be a beginning.
        let to = if exact && !writing { from + 1 } else { to };
        for place in from..to {
            let posting = &self.postings[place];
            let rarity = (1.0 + self.lengths.len() as f32 / (1.0 + posting.len() as f32)).ln();
            let whole = word.len() as f32 / self.vocabulary[place].len() as f32;
            for &(entry, in_label) in posting {
                let weight = if in_label { 1.0 } else { 0.6 };
                let score = rarity * weight * (0.5 + 0.5 * whole);
                let known = &mut best[entry as usize];
                if *known == 0.0 {
                    touched.push(entry);
                }
                *known = known.max(score);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(labels: &[(&str, &[&str])]) -> Typing {
        let entries: Vec<Entry> = labels
            .iter()
            .map(|(label, alternates)| Entry {
                label: (*label).to_owned(),
                alternates: alternates.iter().map(|name| (*name).to_owned()).collect(),
                ..Entry::default()
            })
            .collect();
        Typing::new(&entries)
    }

    fn first(index: &Typing, typed: &str) -> Vec<usize> {
        index
            .suggest(typed, 10)
            .into_iter()
            .map(|found| found.entry)
            .collect()
    }

    #[test]
    fn the_last_word_is_a_beginning_and_the_others_are_there_too() {
        let index = index(&[
            ("Weld pipes", &[]),
            ("Weld steel plates", &["join steel"]),
            ("Pipe organs: tune", &[]),
        ]);
        assert_eq!(first(&index, "wel"), [0, 1]);
        assert_eq!(first(&index, "weld pi"), [0]);
        assert_eq!(first(&index, "jo"), [1]);
        // A finished word is no beginning if it is there.
        assert_eq!(first(&index, "pipe "), [2]);
        assert_eq!(first(&index, "pipe"), [2, 0]);
        assert_eq!(first(&index, "nothing"), [0usize; 0]);
        assert_eq!(first(&index, ""), [0usize; 0]);
    }

    #[test]
    fn where_nothing_has_all_words_what_has_most_is_suggested() {
        let index = index(&[("Weld pipes", &[]), ("Paint walls", &[])]);
        assert_eq!(first(&index, "weld walls with pipes"), [0]);
    }

    #[test]
    fn marks_and_case_make_no_difference() {
        let index = index(&[("Opérer une grue", &[]), ("焊接金属", &[])]);
        assert_eq!(first(&index, "OPERER"), [0]);
        assert_eq!(first(&index, "焊"), [1]);
    }
}
