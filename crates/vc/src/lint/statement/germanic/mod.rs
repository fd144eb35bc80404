//! German and Dutch: an infinitive at the end of its clause ("Teile messen", "Onderdelen meten"), or a verb told of somebody at its
//! beginning ("Misst Teile", "Meet onderdelen").
//!
//! What a language says of its words stands in its table; how it forms a verb and where an infinitive may stand is its own.

mod dutch;
mod german;

pub(super) use dutch::DUTCH;
pub(super) use german::GERMAN;

use super::NoAction;
use super::words::{Sentence, Word, has};

/// What the rules need to know of a language.
pub(super) struct Germanic {
    /// Nouns are written with a capital: what is not, is none.
    capital_nouns: bool,
    /// Whoever does it.
    people: &'static str,
    articles: &'static [&'static str],
    /// "can", "is able to".
    lead_ins: &'static [&'static str],
    /// Adverbs that may stand before the verb.
    before: &'static str,
    /// How titles begin.
    subjects: &'static str,
    /// Verbs of knowing, wanting and being: infinitives and third persons.
    vague: &'static str,
    /// Words that make "show …" vague.
    held: &'static str,
    /// "show", "have": infinitives.
    holding: &'static str,
    /// The same, told of somebody.
    holding_told: &'static str,
    /// Before this word a third person is a noun.
    of: &'static str,
    /// "this", "in this".
    pointing: &'static [&'static str],
    courses: &'static str,
    /// Courses are the end of longer words, too.
    compounds: bool,
    /// Verbs of being there.
    attending: &'static str,
    /// Those of them that need no course to be about one.
    attending_alone: &'static str,
    /// Infinitives whose third person is regular.
    verbs: &'static str,
    /// What such verbs may begin with.
    prefixes: &'static [&'static str],
    /// Irregular third persons.
    irregular: &'static str,
    /// How the third person of verbs from other languages ends.
    loans: &'static str,
    /// Infinitives of observable acts of knowing.
    knowledge: &'static str,
    /// Whether an infinitive stands at a place of a sentence of which the lead-in ends before another.
    is_infinitive: fn(&Sentence, usize, usize) -> bool,
    /// Whether the second is the third person of the first.
    told_of: fn(&str, &str) -> bool,
}

impl Germanic {
    /// The word that names the action.
    pub(super) fn action<'s>(&self, sentence: &'s Sentence) -> Result<&'s str, NoAction> {
        let Some(first) = sentence.words.first() else {
            return Err(NoAction::Empty);
        };
        self.course(sentence)?;
        let at = self.behind_lead_in(sentence);
        if at == 0 && has(self.vague, &first.small) {
            return Err(NoAction::Vague(first.small.clone()));
        }
        if has(self.subjects, &first.small) {
            return Err(NoAction::NoVerb(first.text.clone()));
        }
        let begin = usize::from(has(self.before, sentence.small(at))) + at;
        let told = sentence.small(begin);
        let is_told = self.is_third_person(told) && !has(self.of, sentence.small(begin + 1));
        if has(self.vague, told) && (is_told || !self.capital_nouns) {
            return Err(NoAction::Vague(told.into()));
        }
        match is_told {
            true => self.told(sentence, at, begin),
            false => self.infinitive(sentence, at),
        }
    }

    /// Whether it is a verb of knowing.
    pub(super) fn is_knowledge(&self, verb: &str) -> bool {
        has(self.knowledge, verb) || self.tells(self.knowledge, verb)
    }

    /// What somebody does, told of them.
    fn told<'s>(
        &self,
        sentence: &'s Sentence,
        at: usize,
        begin: usize,
    ) -> Result<&'s str, NoAction> {
        // "Lernt, Teile zu prüfen" is found before; here it is "Hilft Teile kennen": the end of the clause says what is done.
        if self.capital_nouns {
            for word in sentence.words.iter().skip(at) {
                if self.is_vague(word) {
                    return Err(NoAction::Vague(word.small.clone()));
                }
                if word.ends_clause {
                    break;
                }
            }
        }
        let told = sentence.small(begin);
        if has(self.holding_told, told)
            && let Some(held) = sentence
                .from(begin + 1)
                .take(4)
                .find(|word| has(self.held, word))
        {
            return Err(NoAction::Vague(held.into()));
        }
        match sentence.words.len() > begin + 1 {
            true => Ok(told),
            false => Err(NoAction::NoObject(told.into())),
        }
    }

    /// What is to be done: the first infinitive.
    fn infinitive<'s>(&self, sentence: &'s Sentence, at: usize) -> Result<&'s str, NoAction> {
        let mut in_first_clause = true;
        for (place, word) in sentence.words.iter().enumerate().skip(at) {
            if in_first_clause && self.is_vague(word) {
                return Err(NoAction::Vague(word.small.clone()));
            }
            if (self.is_infinitive)(sentence, place, at) {
                if has(self.holding, &word.small)
                    && let Some(held) = sentence.words[at..place]
                        .iter()
                        .find(|word| has(self.held, &word.small))
                {
                    return Err(NoAction::Vague(held.small.clone()));
                }
                if sentence.words.len() == at + 1 {
                    return Err(NoAction::NoObject(word.small.clone()));
                }
                return Ok(&word.small);
            }
            in_first_clause &= !word.ends_clause;
        }
        Err(NoAction::NoVerb(sentence.words[0].text.clone()))
    }

    fn course(&self, sentence: &Sentence) -> Result<(), NoAction> {
        let no = |word: &str| Err(NoAction::Course(word.into()));
        let opening = sentence.after_any(0, self.pointing);
        if opening > 0
            && let Some(word) = sentence
                .from(opening)
                .take(2)
                .find(|word| has(self.courses, word))
        {
            return no(word);
        }
        let attends = sentence
            .words
            .iter()
            .find(|word| has(self.attending, &word.small) && self.may_be_verb(word));
        match attends {
            Some(word)
                if sentence.from(0).any(|word| self.is_course(word))
                    || has(self.attending_alone, &word.small) =>
            {
                no(&word.small)
            }
            _ => Ok(()),
        }
    }

    fn is_course(&self, word: &str) -> bool {
        let mut courses = self.courses.split_whitespace();
        match self.compounds {
            true => courses.any(|course| word.ends_with(course)),
            false => courses.any(|course| word == course),
        }
    }

    /// Behind "Die Absolventin kann", "De deelnemer is in staat om".
    fn behind_lead_in(&self, sentence: &Sentence) -> usize {
        let article = sentence.after_any(0, self.articles);
        let subject = match has(self.people, sentence.small(article)) {
            true => article + 1,
            false => 0,
        };
        sentence.after_any(subject, self.lead_ins)
    }

    fn is_vague(&self, word: &Word) -> bool {
        has(self.vague, &word.small) && self.may_be_verb(word)
    }

    fn may_be_verb(&self, word: &Word) -> bool {
        !self.capital_nouns || is_small(word)
    }

    fn is_third_person(&self, word: &str) -> bool {
        has(self.irregular, word)
            || word.ends_with(self.loans) && word.len() > 6
            || self.tells(self.verbs, word)
            || self.tells(self.knowledge, word)
            || self.prefixes.iter().any(|prefix| {
                let rest = word.strip_prefix(prefix).unwrap_or_default();
                rest.len() > 2 && self.tells(self.verbs, rest)
            })
    }

    /// Whether a word is the third person of one of these.
    fn tells(&self, infinitives: &str, word: &str) -> bool {
        let mut infinitives = infinitives.split_whitespace();
        infinitives.any(|verb| (self.told_of)(verb, word))
    }
}

fn is_small(word: &Word) -> bool {
    word.text.chars().next().is_some_and(char::is_lowercase)
}
