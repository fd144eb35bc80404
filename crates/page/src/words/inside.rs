//! Credentials inside a credential, as lines of a page: who says what, and whether that stands.

use touchstone_vc::report::{Inside, Role};
use touchstone_vc::view::AssociationView;
use touchstone_vc::{Report, Verdict};

use super::check::lines;
use super::{Naming, verdict_word};
use crate::templates::{CheckLine, Tone};
use crate::text::clean;

/// One line for each; its own checks stand behind the disclosure.
pub fn inside(report: &Report) -> Vec<CheckLine> {
    let mut told: Vec<_> = report.inside.iter().map(one).collect();
    if report.inside_left_out > 0 {
        told.push(CheckLine {
            tone: Tone::Unsure,
            word: "Unknown",
            sentence: format!(
                "{} more were not looked at, because there are too many or they stand too deep.",
                report.inside_left_out
            ),
            details: Vec::new(),
        });
    }
    told
}

/// How the achievements of a learner record belong together.
pub fn association(stated: &AssociationView<'_>) -> String {
    let is = match stated.kind {
        "exactMatchOf" => "is the same as",
        "isChildOf" => "belongs under",
        "isParentOf" => "stands above",
        "isPartOf" => "is part of",
        "isPeerOf" => "stands beside",
        "precedes" => "comes before",
        "replacedBy" => "was replaced by",
        _ => "is related to",
    };
    format!(
        "“{}” {is} “{}”.",
        clean(stated.source),
        clean(stated.target)
    )
}

fn one(inside: &Inside) -> CheckLine {
    let (mut tone, word) = verdict_word(inside.report.verdict());
    if inside.about_this == Some(false) && tone == Tone::Pass {
        tone = Tone::Warn;
    }
    let name = |text: Option<&str>, unnamed: &str| text.map_or_else(|| unnamed.to_owned(), plain);
    let issuer = name(inside.issuer.as_deref(), "somebody");
    let sentence = match (inside.role, inside.report.verdict()) {
        (Role::Part, _) => {
            let what = name(inside.name.as_deref(), "A credential without a name");
            format!("“{what}”, issued by {issuer}.")
        }
        (Role::Endorsement, Verdict::Failed) => {
            format!("An endorsement in the name of {issuer} does not stand.")
        }
        (Role::Endorsement, Verdict::Unknown) => {
            format!("An endorsement by {issuer} could not be fully checked.")
        }
        (Role::Endorsement, _) if inside.about_this == Some(false) => {
            format!("{issuer} endorses something other than what this stands at.")
        }
        (Role::Endorsement, _) => format!("{issuer} endorses {}.", what(&inside.path)),
    };
    let comment = inside.comment.as_deref();
    let mut details: Vec<_> = comment
        .map(|comment| format!("In the endorser’s words: “{}”", plain(comment)))
        .into_iter()
        .collect();
    let naming = Naming {
        signs_as: &issuer,
        changed_at: None,
    };
    let checks = lines(&inside.report, naming);
    details.extend(
        checks
            .into_iter()
            .map(|line| format!("{}: {}", line.word, line.sentence)),
    );
    CheckLine {
        tone,
        word,
        sentence,
        details,
    }
}

/// What an endorsement at this place is about.
fn what(path: &str) -> &'static str {
    let at: Vec<_> = path.split('/').collect();
    let holds = |name: &str| at.contains(&name);
    if holds("achievement") && !holds("creator") {
        "the achievement"
    } else if holds("issuer") || holds("creator") {
        "the issuer"
    } else if holds("source") {
        "the assessor"
    } else {
        "this credential"
    }
}

fn plain(text: &str) -> String {
    clean(text).replace('`', "’")
}
