//! Asking the processors in Rust, and counting what they answer.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use touchstone_canon::json as canon;

use crate::keywords::{self, KEYWORDS};
use crate::oracle::{self, Oracles, Processor};
use crate::{Order, Ours, Subjects, explained, wording};

/// What was counted.
#[derive(Default)]
struct Counts {
    by_name: BTreeMap<String, u64>,
    /// Differences that nothing explains.
    unexplained: u64,
}

impl Counts {
    fn add(&mut self, name: &str) {
        *self.by_name.entry(name.to_owned()).or_default() += 1;
    }

    /// Prints a difference that nothing explains.
    fn unexplained(&mut self, oracle: &str, what: &str) {
        self.add(&format!("{oracle}_different"));
        self.unexplained += 1;
        eprintln!("DIFFERENCE {oracle} {what}\n");
    }

    fn print(&self) -> Result<()> {
        for (name, count) in &self.by_name {
            println!("{name} {count}");
        }
        ensure!(
            self.unexplained == 0,
            "{} unexplained differences",
            self.unexplained
        );
        Ok(())
    }
}

pub fn run(order: &Order, subjects: &Subjects) -> Result<()> {
    std::panic::set_hook(Box::new(|_| {})); // Theirs panic; that is counted, not printed.
    let ours = Ours::new()?;
    let oracles = Oracles::new(ours.documents.clone())?;
    let mut counts = Counts::default();
    for number in order.numbers() {
        let document = subjects.document(number);
        let text = document.to_string();
        let value = canon::Value::parse(text.as_bytes()).context("a document of ours")?;
        counts.add("documents");
        if subjects.is_credential(number) {
            counts.add("credentials");
        }
        let Ok(form) = ours.safe(&value) else {
            counts.add("refused");
            continue;
        };
        counts.add("compared");
        let place = format!("seed {} number {number}\n{text}\nours {form:?}", order.seed);
        let verdicts =
            Processor::ALL.map(|processor| Verdict::of(&oracles, processor, &document, &form));
        for (at, processor) in Processor::ALL.into_iter().enumerate() {
            let outvoted = verdicts[1 - at].agrees();
            verdicts[at].count(&mut counts, processor.name(), &text, outvoted, &place);
        }
        let agreed = verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Same));
        match oracle::sophia(&form) {
            Ok(theirs) if theirs == form => counts.add("sophia_c14n_same"),
            theirs => match theirs
                .as_ref()
                .ok()
                .and_then(|theirs| explained::labels(&form, theirs))
            {
                Some(name) => counts.add(&format!("sophia_c14n_explained_{name}")),
                None => counts.unexplained("sophia_c14n", &format!("{place}\ntheirs {theirs:?}")),
            },
        }
        if agreed {
            let mut found = [false; KEYWORDS.len()];
            keywords::mark(&document, &mut found);
            for (keyword, _) in KEYWORDS.iter().zip(found).filter(|(_, found)| *found) {
                counts.add(&keyword.replace('@', "keyword_"));
            }
        }
    }
    counts.print()
}

/// Whether a processor in Rust finds the statements that we find.
pub fn agreed(oracles: &Oracles, document: &Value, ours: &str) -> bool {
    Processor::ALL
        .into_iter()
        .any(|processor| Verdict::of(oracles, processor, document, ours).agrees())
}

/// How an answer compares with ours.
enum Verdict {
    Same,
    /// It is the same after what these rules change.
    Changed(Vec<&'static str>),
    /// It is an error that is known.
    Refused(&'static explained::Refusal),
    /// Nothing explains it by itself.
    Different(String),
}

impl Verdict {
    fn of(oracles: &Oracles, processor: Processor, document: &Value, ours: &str) -> Self {
        let verdict = Self::of_words(oracles, processor, document, ours);
        if !matches!(verdict, Self::Different(_)) {
            return verdict;
        }
        let reworded = wording::reworded(processor.name(), document, oracles.documents());
        for (mut names, document) in reworded {
            match Self::of_words(oracles, processor, &document, ours) {
                Self::Same => return Self::Changed(names),
                Self::Changed(more) => {
                    names.extend(more);
                    return Self::Changed(names);
                }
                Self::Refused(_) | Self::Different(_) => {}
            }
        }
        verdict
    }

    /// What becomes of the document as it is worded.
    fn of_words(oracles: &Oracles, processor: Processor, document: &Value, ours: &str) -> Self {
        let (oracle, text) = (processor.name(), document.to_string());
        let theirs = match oracles.ask(processor, &text) {
            Ok(theirs) => theirs,
            Err(error) => {
                let error = error.to_string();
                return match explained::refusal(oracle, document, &error) {
                    Some(rule) => Self::Refused(rule),
                    None => Self::Different(error),
                };
            }
        };
        if explained::same_dataset(ours, &theirs) {
            return Self::Same;
        }
        match explained::answer(oracle, &text, ours, &theirs) {
            Some(rules) => Self::Changed(rules.iter().map(|rule| rule.name).collect()),
            None => Self::Different(format!("{theirs:?}")),
        }
    }

    /// Whether it finds the statements that we find.
    fn agrees(&self) -> bool {
        matches!(self, Self::Same | Self::Changed(_))
    }

    /// Counts it. `outvoted`: the other processor agrees with us.
    fn count(
        &self,
        counts: &mut Counts,
        oracle: &str,
        document: &str,
        outvoted: bool,
        place: &str,
    ) {
        let mut explained = |name: &str| counts.add(&format!("{oracle}_explained_{name}"));
        match self {
            Self::Same => return counts.add(&format!("{oracle}_same")),
            Self::Changed(names) => names.iter().for_each(|name| explained(name)),
            Self::Refused(rule) => explained(rule.name),
            Self::Different(theirs) => match explained::feature(oracle, document, outvoted) {
                Some(rule) => explained(rule.name),
                None => return counts.unexplained(oracle, &format!("{place}\ntheirs {theirs}")),
            },
        }
        counts.add(&format!("{oracle}_explained"));
    }
}
