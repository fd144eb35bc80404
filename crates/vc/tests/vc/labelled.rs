//! How TS-002 judges statements of our own that are labelled. `touchstone-bench lint` takes this file in and prints what is counted here.

use std::collections::BTreeMap;

use touchstone_vc::lint::statement::{self, Language};

/// What was found.
pub(crate) struct Judged {
    /// Of each language those that were looked at while the rules were written, then (`true`) those that were held back.
    pub(crate) counts: BTreeMap<(Language, bool), Counts>,
    /// Those that were judged otherwise than they are labelled.
    wrong: Vec<String>,
}

/// How many statements were judged, and how.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    right_yes: usize,
    wrong_yes: usize,
    right_no: usize,
    wrong_no: usize,
}

/// Judges each statement.
pub(crate) fn judged() -> Result<Judged, String> {
    let mut counts: BTreeMap<(Language, bool), Counts> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in STATEMENTS.lines().filter(|line| !line.starts_with('#')) {
        let (language, label, held, text) =
            labelled(line).ok_or_else(|| format!("this line has not its four columns: {line}"))?;
        let found = statement::judge(text, language).action;
        let of = counts.entry((language, held)).or_default();
        match (found.is_ok(), label) {
            (true, true) => of.right_yes += 1,
            (true, false) => of.wrong_yes += 1,
            (false, false) => of.right_no += 1,
            (false, true) => of.wrong_no += 1,
        }
        if found.is_ok() != label {
            let (code, seen) = (language.code(), seen(held));
            wrong.push(format!("{code} {seen}: {text} → {found:?}"));
        }
    }
    Ok(Judged { counts, wrong })
}

/// The language, whether an action is stated, whether it was held back, and the statement.
fn labelled(line: &str) -> Option<(Language, bool, bool, &str)> {
    let mut columns = line.split('\t');
    let language = Language::of_tag(columns.next()?)?;
    let label = one_of(columns.next()?, "yes", "no")?;
    let held = one_of(columns.next()?, "held", "known")?;
    let text = columns.next()?;
    columns
        .next()
        .is_none()
        .then_some((language, label, held, text))
}

fn one_of(word: &str, yes: &str, no: &str) -> Option<bool> {
    (word == yes || word == no).then_some(word == yes)
}

fn seen(held: bool) -> &'static str {
    match held {
        true => "held back",
        false => "known",
    }
}

impl Judged {
    /// The figures as lines, and under them what was judged otherwise.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec!["language     statements  precision  recall".to_owned()];
        for ((language, held), of) in &self.counts {
            lines.push(format!(
                "{:<2} {:<9} {:>10}  {:>9.3}  {:>6.3}",
                language.code(),
                seen(*held),
                of.all(),
                of.precision(),
                of.recall()
            ));
        }
        lines.extend(self.wrong.iter().cloned());
        lines.join("\n")
    }

    /// Figures below their floor, and languages without enough statements of both kinds.
    pub(crate) fn below(&self) -> Vec<String> {
        let is_below = |held: bool, of: &Counts| {
            let floor = if held { 0.75 } else { 0.9 };
            let few = of.right_yes + of.wrong_no < 5 || of.right_no + of.wrong_yes < 5;
            few || of.precision() < floor || of.recall() < floor
        };
        let found = self.counts.iter();
        let found = found.filter(|((_, held), of)| is_below(*held, of));
        let told = found.map(|((language, held), of)| {
            format!("{} {}: {of:?} is too little", language.code(), seen(*held))
        });
        told.collect()
    }
}

impl Counts {
    fn precision(self) -> f64 {
        self.right_yes as f64 / (self.right_yes + self.wrong_yes).max(1) as f64
    }

    fn recall(self) -> f64 {
        self.right_yes as f64 / (self.right_yes + self.wrong_no).max(1) as f64
    }

    /// How many they are.
    pub(crate) fn all(self) -> usize {
        self.right_yes + self.wrong_yes + self.right_no + self.wrong_no
    }
}

const STATEMENTS: &str = include_str!("../vectors/lint/statements.tsv");
