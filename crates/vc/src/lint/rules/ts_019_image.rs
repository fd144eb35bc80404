//! Whoever does not see the picture misses nothing.

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Known, NOT_GIVEN, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-019",
    severity: Severity::Warning,
    claim: "The meaning can be read without the image.",
    source: "WCAG 2.2, success criterion 1.1.1; Open Badges 3.0, Image, caption",
    mend: "Give the image a caption that says what it says, and say the rest in words.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match &facts.image_caption {
        Known::Unknown => Judgement::unknown("image", NOT_GIVEN),
        Known::Absent | Known::Stated(Some(_)) => Judgement::Holds,
        Known::Stated(None) => Judgement::broken(
            "image.caption",
            "It has a picture without a text beside it.",
        ),
    }
}
