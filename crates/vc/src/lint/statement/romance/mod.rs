//! Spanish, French, Portuguese: an infinitive ("Medir piezas"), or a verb told of somebody ("Mide piezas").
//!
//! An infinitive is known by its end, less the nouns that end like one; the third person is derived from a list of verbs, and what is
//! irregular stands in a list of its own.

mod french;
mod portuguese;
mod spanish;

use alloc::format;
use alloc::string::String;

pub(super) use french::FRENCH;
pub(super) use portuguese::PORTUGUESE;
pub(super) use spanish::SPANISH;

use super::NoAction;
use super::words::{Sentence, has};

/// What the rules need to know of a language.
pub(super) struct Romance {
    /// Ends of infinitives that are verbs unless they are listed as nouns.
    infinitives: &'static [&'static str],
    /// Infinitives with other ends.
    other_infinitives: &'static str,
    /// Nouns and adjectives that end like infinitives.
    no_infinitives: &'static str,
    /// Infinitives whose third person is regular.
    verbs: &'static str,
    /// Ends of infinitives and what takes their place in the third person.
    third: &'static [(&'static str, &'static str)],
    /// Irregular third persons.
    irregular: &'static str,
    /// Whoever does it.
    people: &'static str,
    articles: &'static [&'static str],
    /// "can", "is able to".
    lead_ins: &'static [&'static str],
    /// How adverbs end, and other words that may stand before the verb.
    adverb: &'static str,
    before: &'static str,
    /// Verbs of knowing, wanting and being: infinitives and third persons.
    vague: &'static str,
    /// Words that make "demonstrate …" vague.
    held: &'static str,
    /// "demonstrate", "have".
    holding: &'static str,
    /// "this", "in this".
    pointing: &'static [&'static str],
    courses: &'static str,
    /// Verbs of being there.
    attending: &'static str,
    /// Third persons that are nouns as well, and are where one of these words follows: "Mesure des pièces".
    nouns_too: &'static str,
    of: &'static str,
    /// Infinitives of observable acts of knowing.
    knowledge: &'static str,
}

impl Romance {
    /// The word that names the action.
    pub(super) fn action<'s>(&self, sentence: &'s Sentence) -> Result<&'s str, NoAction> {
        if sentence.words.is_empty() {
            return Err(NoAction::Empty);
        }
        self.course(sentence)?;
        let mut at = self.behind_lead_in(sentence);
        while is_before(self, sentence.small(at)) {
            at += 1;
        }
        let verb = sentence.small(at);
        self.vague(sentence, at)?;
        let none = || {
            let place = at.min(sentence.words.len() - 1);
            Err(NoAction::NoVerb(sentence.words[place].text.clone()))
        };
        let infinitive = self.is_infinitive(verb);
        if !infinitive && !self.is_third_person(verb) {
            return none();
        }
        if !infinitive && has(self.nouns_too, verb) && has(self.of, sentence.small(at + 1)) {
            return none();
        }
        if sentence.words.len() == at + 1 {
            return Err(NoAction::NoObject(verb.into()));
        }
        Ok(verb)
    }

    /// Whether it is a verb of knowing.
    pub(super) fn is_knowledge(&self, verb: &str) -> bool {
        has(self.knowledge, verb) || self.told(self.knowledge, verb)
    }

    fn behind_lead_in(&self, sentence: &Sentence) -> usize {
        let article = sentence.after_any(0, self.articles);
        let subject = match has(self.people, sentence.small(article)) {
            true => article + 1,
            false => 0,
        };
        sentence.after_any(subject, self.lead_ins)
    }

    fn course(&self, sentence: &Sentence) -> Result<(), NoAction> {
        let no = |word: &str| Err(NoAction::Course(word.into()));
        let opening = sentence.after_any(0, self.pointing);
        if opening > 0
            && let Some(word) = sentence
                .from(opening)
                .take(3)
                .find(|word| has(self.courses, word))
        {
            return no(word);
        }
        let at = self.behind_lead_in(sentence);
        let first = sentence.small(at);
        if has(self.attending, first)
            && (sentence
                .from(at + 1)
                .take(8)
                .any(|word| has(self.courses, word))
                || has(self.attending, sentence.small(at)) && at < 2 && self.vague_attending(first))
        {
            return no(first);
        }
        Ok(())
    }

    /// Verbs of being there, that need no course to be about one: the first three of the list.
    fn vague_attending(&self, verb: &str) -> bool {
        self.attending
            .split_whitespace()
            .take(6)
            .any(|known| known == verb)
    }

    fn vague(&self, sentence: &Sentence, at: usize) -> Result<(), NoAction> {
        let verb = sentence.small(at);
        if has(self.vague, verb) {
            return Err(NoAction::Vague(verb.into()));
        }
        if has(self.holding, verb)
            && let Some(word) = sentence
                .from(at + 1)
                .take(4)
                .find(|word| has(self.held, word))
        {
            return Err(NoAction::Vague(word.into()));
        }
        Ok(())
    }

    fn is_infinitive(&self, word: &str) -> bool {
        if has(self.other_infinitives, word) {
            return true;
        }
        let reflexive = word
            .strip_suffix("-se")
            .or_else(|| word.strip_suffix("se"))
            .unwrap_or(word);
        [word, reflexive].iter().any(|word| {
            word.chars().count() > 3
                && self.infinitives.iter().any(|end| word.ends_with(end))
                && !has(self.no_infinitives, word)
        })
    }

    fn is_third_person(&self, word: &str) -> bool {
        has(self.irregular, word) || self.told(self.verbs, word)
    }

    fn told(&self, infinitives: &str, word: &str) -> bool {
        infinitives.split_whitespace().any(|verb| {
            let ending = self
                .third
                .iter()
                .find_map(|(end, third)| Some((verb.strip_suffix(end)?, third)));
            ending.is_some_and(|(stem, third)| {
                let formed: String = format!("{stem}{third}");
                formed == word
            })
        })
    }
}

fn is_before(language: &Romance, word: &str) -> bool {
    word.len() > language.adverb.len() + 2
        && word.ends_with(language.adverb)
        && !has(
            "document élément aliment instrument bâtiment vêtement",
            word,
        )
        || has(language.before, word)
}
