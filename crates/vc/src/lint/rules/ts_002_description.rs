//! The description is a sentence that says what somebody does, short enough to be read and not too hard.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::statement::{self, Language, NoAction, Statement};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-002",
    severity: Severity::Error,
    claim: "The description states an observable action, and its length and reading level are bounded.",
    source: "Cedefop, Defining, writing and applying learning outcomes (2022); Council Recommendation 2022/C 243/02, Annex I: learning outcomes",
    mend: "Begin with a verb for what can be watched, and say what it is done to: “Measure finished parts …”.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let text = match &facts.description {
        Known::Unknown => {
            return Judgement::unknown("description", "The description was not given.");
        }
        Known::Absent => return Judgement::broken("description", "There is no description."),
        Known::Stated(text) => text,
    };
    let language = match &facts.in_language {
        Known::Unknown | Known::Absent => {
            return Judgement::unknown(
                "inLanguage",
                "The language is not stated, so the description cannot be judged.",
            );
        }
        Known::Stated(tag) => Language::of_tag(tag),
    };
    let Some(language) = language else {
        return Judgement::NotApplicable(
            "descriptions are judged in English, Spanish, French, German, Portuguese and Dutch",
        );
    };
    let Statement {
        action, reading, ..
    } = statement::judge(text, language);
    let mut findings: Vec<Finding> = action
        .err()
        .map(|why| Finding::new("description", told(&why)))
        .into_iter()
        .collect();
    if !reading.is_short() {
        findings.push(
            Finding::new(
                "description",
                format!(
                    "It is long: {} words, {} of them in one sentence.",
                    reading.words, reading.longest
                ),
            )
            .mend("Say one task in one sentence; the rest belongs into the criteria."),
        );
    }
    if !reading.is_readable() {
        findings.push(
            Finding::new(
                "description",
                format!(
                    "It is very hard to read: {:.0} by the formula of {}, below {:.0}.",
                    reading.ease, reading.formula.source, reading.formula.floor
                ),
            )
            .mend("Use shorter words and shorter sentences."),
        );
    }
    Judgement::of(findings)
}

fn told(why: &NoAction) -> String {
    match why {
        NoAction::Empty => "There are no words in it.".into(),
        NoAction::Vague(word) => format!(
            "“{word}” cannot be watched: it says what somebody knows or hopes, not what they do."
        ),
        NoAction::Course(word) => {
            format!("“{word}” tells of a course or of being there, not of what the person does.")
        }
        NoAction::NoVerb(word) => format!(
            "It begins with “{word}” and reads as a title or a subject: no verb says what the person does."
        ),
        NoAction::NoObject(word) => {
            format!("“{word}” stands alone: it is not said what it is done to.")
        }
    }
}
