//! What a proof bundle shows, in words.

use touchstone_bundle::{Answer, By, Endorsed, Endorser, Judged, Line, Question, Why};
use touchstone_vc::{CheckKind, Timestamp};

use crate::templates::{CheckLine, Tone, day_text, minute_text};
use crate::text::clean;

/// The verdict over all of it, in few words; then, where it stood, what speaks for it.
#[must_use]
pub fn bundle(judged: &Judged) -> (String, Option<String>) {
    match judged.answer() {
        Answer::Fail => ("Does not stand. Do not rely on it".to_owned(), None),
        Answer::Unknown => ("Could not be fully checked".to_owned(), None),
        Answer::Pass => {
            let mut verdict = String::from("Stood when it was issued");
            if let Some(ended) = judged.ended {
                verdict.push_str(&format!("; ended since, on {}", day_text(ended.into())));
            }
            let mut why = String::new();
            if let Some(as_of) = judged.status_as_of {
                why.push_str(&format!("not withdrawn as of {}, ", minute(as_of)));
            }
            why.push_str("its key in use");
            let names = judged.witnesses.iter().map(|(name, _)| clean(name));
            let names: Vec<_> = names.collect();
            if !names.is_empty() {
                why.push_str(&format!(", seen by {}", names.join(", ")));
            }
            (verdict, Some(why))
        }
    }
}

/// The answer to each question, in the order in which a reader would ask.
#[must_use]
pub fn bundle_lines(judged: &Judged) -> Vec<CheckLine> {
    let mut endorsements = judged.endorsements.iter().peekable();
    let lines = judged.lines.iter().map(|line| {
        let (tone, word) = bundle_answer(line.answer);
        let of_one = line.question == Question::Endorsement;
        let one = endorsements.next_if(|_| of_one);
        CheckLine {
            tone,
            word,
            sentence: sentence(line, one, judged),
            details: Vec::new(),
        }
    });
    lines.collect()
}

/// An answer's tone and word.
#[must_use]
pub fn bundle_answer(answer: Answer) -> (Tone, &'static str) {
    match answer {
        Answer::Pass => (Tone::Pass, "Passed"),
        Answer::Unknown => (Tone::Unsure, "Unknown"),
        Answer::Fail => (Tone::Fail, "Failed"),
    }
}

/// What a line says; `one` is the endorsement that it is about.
fn sentence(line: &Line, one: Option<&Endorsed>, judged: &Judged) -> String {
    if line.why == Some(Why::Ended) {
        let when = match judged.ended {
            Some(ended) if judged.reports.len() == 1 => day_text(ended.into()),
            _ => "a day that its checks name".to_owned(),
        };
        return format!("Nothing was changed since the issuer signed it. It ended on {when}.");
    }
    if let Some(why) = line.why {
        let by = one.and_then(|one| one.by.as_ref());
        let signed = by.map_or(String::new(), |by| format!(" by {}", signer(by)));
        return format!("{}{signed}: {why}.", subject(line.question));
    }
    match line.question {
        Question::Log => "The checkpoint is signed by a log that you trust.".to_owned(),
        Question::Witnesses => "As many of your witnesses as you ask for have seen it.".to_owned(),
        Question::Time => match &judged.time {
            Some((time, By::Anchor(name))) => format!(
                "It was in the log by {}, as the anchor {} states.",
                minute(*time),
                clean(name)
            ),
            Some((time, By::Witness)) => format!(
                "It was in the log by {}, by a witness’ clock.",
                minute(*time)
            ),
            None => "It was in the log.".to_owned(),
        },
        Question::Documents => {
            "The issuer’s keys, criteria and status lists are those of the log.".to_owned()
        }
        Question::Credential => {
            "Nothing was changed since the issuer signed it, and it is within its dates.".to_owned()
        }
        Question::Entered => "Its issuing is entered in the log.".to_owned(),
        Question::Key => match judged.status_as_of.filter(|_| has_status(judged)) {
            Some(as_of) => format!(
                "It was entered while the key that signed it was in use, and that key was not given up as of {}.",
                minute(as_of)
            ),
            None => "It was entered while the key that signed it was in use.".to_owned(),
        },
        Question::Status => match judged.status_as_of {
            Some(as_of) => format!("Not withdrawn as of {}.", minute(as_of)),
            None => "Not withdrawn.".to_owned(),
        },
        Question::Successor => format!(
            "The issuer goes on as {}: both keys signed that, and the log has it.",
            clean(judged.successor.as_deref().unwrap_or_default())
        ),
        Question::Endorsement => {
            let until = one.and_then(|one| one.until);
            let until = until.map_or(String::new(), |until| {
                format!(" until {}", day_text(until.into()))
            });
            let by = one.and_then(|one| one.by.as_ref());
            let signed = by.map_or(String::new(), signer);
            let said = by.and_then(|by| by.comment.as_deref()).unwrap_or_default();
            format!("Endorsed{until} by {signed}: {}", clean(said))
        }
    }
}

/// Whether each credential names status lists: those say what became of its key.
fn has_status(judged: &Judged) -> bool {
    let mut reports = judged.reports.iter().flatten();
    reports.all(|report| report.outcome(CheckKind::Status).is_some())
}

/// Who signed an endorsement: the name is their own word, the DID is not.
fn signer(by: &Endorser) -> String {
    match &by.name {
        Some(name) => format!("{} ({})", clean(name), clean(&by.issuer)),
        None => clean(&by.issuer).into_owned(),
    }
}

fn minute(at: Timestamp) -> String {
    minute_text(at.into())
}

fn subject(question: Question) -> &'static str {
    match question {
        Question::Log => "Log",
        Question::Witnesses => "Witnesses",
        Question::Time => "Time",
        Question::Documents => "Documents",
        Question::Credential => "Credential",
        Question::Entered => "Entry",
        Question::Key => "Key",
        Question::Status => "Status",
        Question::Successor => "Successor",
        Question::Endorsement => "Endorsement",
    }
}
