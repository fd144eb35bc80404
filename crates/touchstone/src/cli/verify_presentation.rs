//! What `touchstone verify` says of a presentation: the presentation itself, then each credential in it.

use anyhow::Result;
use serde_json::json;
use touchstone_page::words;
use touchstone_vc::{About, Presentation, PresentationReport, Verdict};

use super::{outside, verify};
use crate::{answer::Answer, exit::Exit};

pub(super) fn answer(text: &[u8], report: &PresentationReport) -> Result<Answer> {
    let exit = exit(report.verdict());
    let json = serde_json::from_str(&report.to_json().to_string()).unwrap_or_else(|_| json!({}));
    Ok(Answer::new(in_words(text, report)?, json).with_exit(exit))
}

pub(super) const fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Pass | Verdict::TakeCare | Verdict::NotListed => Exit::Done,
        Verdict::Failed => Exit::Failed,
        Verdict::Unknown => Exit::Unchecked,
    }
}

fn in_words(text: &[u8], report: &PresentationReport) -> Result<String> {
    let presentation = Presentation::parse(text)?;
    let mut lines = vec![words::presentation(report).to_owned(), String::new()];
    for check in words::presentation_lines(report) {
        lines.push(format!("  {:<10} {}", check.word, check.sentence));
        if check.word != "Passed" {
            lines.extend(
                check
                    .details
                    .iter()
                    .map(|detail| format!("             {}", detail.replace('`', ""))),
            );
        }
    }
    lines.push(String::new());
    let holder = report.holder.as_deref().unwrap_or("not known");
    // What a stranger wrote must not steer the terminal.
    lines.push(format!("Holder: {}", outside::printable(holder)));
    lines.push(format!("As of:  {}", report.at));
    let inside = presentation.credentials();
    for (at, (presented, enclosed)) in report.credentials.iter().zip(&inside).enumerate() {
        let about = match presented.about {
            About::Holder => "about who presents it",
            About::Other => "about somebody else than who presents it",
            About::Open => "about nobody by an identifier",
        };
        lines.push(String::new());
        lines.push(format!(
            "Credential {} of {}, {about}",
            at + 1,
            inside.len()
        ));
        lines.push(String::new());
        match (&presented.found, &enclosed.credential) {
            (Ok(report), Ok(credential)) => {
                lines.push(verify::in_words(&credential.view(), report, None));
            }
            (Err(error), _) | (_, Err(error)) => {
                lines.push(format!("It could not be read: {error}."))
            }
        }
    }
    Ok(lines.join("\n"))
}
