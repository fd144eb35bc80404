//! The title says something to somebody who has not seen the catalogue.

use alloc::format;

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-001",
    severity: Severity::Error,
    claim: "The title is not only a code.",
    source: "Council Recommendation 2022/C 243/02, Annex I: title of the micro-credential; Open Badges 3.0, Achievement, name",
    mend: "Write what it is about in words; the code has a member of its own (humanCode).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let name = match &facts.name {
        Known::Unknown => return Judgement::unknown("name", "The title was not given."),
        Known::Absent => return Judgement::broken("name", "There is no title."),
        Known::Stated(name) => name,
    };
    match name
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .any(is_word)
    {
        true => Judgement::Holds,
        false => Judgement::broken("name", format!("“{name}” is only a code or a number.")),
    }
}

/// A word: letters alone, not all capitals where a script has them, and more than "module" or "level".
fn is_word(part: &str) -> bool {
    let letters = part.chars().all(|c| c.is_alphabetic() || c == '-');
    let has_case = part.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    let small = part.chars().filter(|c| c.is_lowercase()).count();
    let enough = if has_case {
        small >= 2
    } else {
        part.chars().count() >= 2
    };
    letters && enough && !GENERIC.contains(&&*part.to_lowercase())
}

/// Words that stand beside a number.
const GENERIC: [&str; 27] = [
    "module",
    "modul",
    "módulo",
    "unit",
    "unidad",
    "unidade",
    "eenheid",
    "level",
    "niveau",
    "nivel",
    "nível",
    "stufe",
    "course",
    "cours",
    "kurs",
    "curso",
    "cursus",
    "part",
    "teil",
    "partie",
    "parte",
    "deel",
    "badge",
    "certificate",
    "zertifikat",
    "certificat",
    "certificado",
];
