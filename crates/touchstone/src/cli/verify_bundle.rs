//! What `touchstone verify` says of a proof bundle. Nobody is asked: a bundle is judged from itself, the reader's trust and the clock.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::{ANCHOR_CRYPTO, CRYPTO, SystemClock, TLOG_CRYPTO};
use touchstone_bundle::{
    Anchors, Answer as Found, Asked, Bundle, By, Judged, Line, Policy, Question, Tools, judge,
};
use touchstone_service::ports::Clock;
use touchstone_vc::{Contexts, Credential, Timestamp};

use super::{Ended, verify};
use crate::{answer::Answer, exit::Exit};

/// Judges a bundle as of a moment that was asked for, or of now.
pub(super) fn answer(
    bytes: &[u8],
    at: Option<Timestamp>,
    trust: Option<&Path>,
    max_age: Option<i64>,
    contexts: &Contexts,
) -> Result<Answer> {
    let bundle = Bundle::parse(bytes).map_err(|error| Ended {
        message: format!("could not be checked: {error}"),
        exit: Exit::Unchecked,
    })?;
    let (policy, anchors) = trust.map(trusted).transpose()?.unzip();
    let asked = Asked {
        policy: policy.as_ref(),
        anchors: anchors.as_ref(),
        at: at.unwrap_or_else(|| SystemClock.now()),
        status_at: at.is_some(),
        status_max_age_millis: max_age,
    };
    let tools = Tools {
        crypto: &CRYPTO,
        tree: &TLOG_CRYPTO,
        contexts,
    };
    let judged = judge(&bundle, &asked, &tools);
    let exit = match judged.answer() {
        Found::Pass => Exit::Done,
        Found::Unknown => Exit::Unchecked,
        Found::Fail => Exit::Failed,
    };
    Ok(Answer::new(in_words(&bundle, &judged), in_json(&judged)).with_exit(exit))
}

/// Whom the file trusts about the log, and about times besides.
fn trusted(path: &Path) -> Result<(Policy, Anchors)> {
    let named = || format!("--trust {}", path.display());
    let text = fs::read(path).with_context(named)?;
    let policy = Policy::parse(&text, &TLOG_CRYPTO).with_context(named)?;
    let anchors = Anchors::parse(&text, &ANCHOR_CRYPTO).with_context(named)?;
    Ok((policy, anchors))
}

fn in_words(bundle: &Bundle, judged: &Judged) -> String {
    let mut lines = vec![verdict(judged), String::new()];
    for line in &judged.lines {
        let word = match line.answer {
            Found::Pass => "Passed",
            Found::Unknown => "Unknown",
            Found::Fail => "Failed",
        };
        lines.push(format!("  {word:<10} {}", sentence(line, judged)));
    }
    for (credential, report) in bundle.credentials.iter().zip(&judged.reports) {
        if let Ok(read) = Credential::parse(credential.document.as_bytes()) {
            lines.push(String::new());
            lines.push("The credential itself, by its own dates and lists:".to_owned());
            lines.push(verify::in_words(&read.view(), report, None));
        }
    }
    lines.push(format!("Judged: {}", judged.at));
    lines.join("\n")
}

fn verdict(judged: &Judged) -> String {
    match judged.answer() {
        Found::Fail => "Does not stand. Do not rely on it".to_owned(),
        Found::Unknown => "Could not be fully checked".to_owned(),
        Found::Pass => {
            let mut words = String::from("Stood when it was issued");
            if let Some(as_of) = judged.status_as_of {
                words.push_str(&format!(", not withdrawn as of {as_of}"));
            }
            words.push_str(", its key in use");
            if let Some(ended) = judged.ended {
                words = format!("{words}; ended since, on {ended}");
            }
            let names: Vec<_> = judged
                .witnesses
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            if !names.is_empty() {
                words.push_str(&format!(
                    ", seen by {}",
                    verify::printable(&names.join(", "))
                ));
            }
            words
        }
    }
}

fn sentence(line: &Line, judged: &Judged) -> String {
    if let (Question::Credential, Found::Pass, Some(ended)) =
        (line.question, line.answer, judged.ended)
    {
        return format!("Nothing was changed since the issuer signed it. It ended on {ended}.");
    }
    if let Some(why) = line.why {
        return format!("{}: {why}", subject(line.question));
    }
    match line.question {
        Question::Log => "The checkpoint is signed by a log that you trust.".to_owned(),
        Question::Witnesses => "As many of your witnesses as you ask for have seen it.".to_owned(),
        Question::Time => match &judged.time {
            Some((time, By::Anchor(name))) => {
                format!("It was in the log by {time}, as the anchor {name} states.")
            }
            Some((time, By::Witness)) => {
                format!("It was in the log by {time}, by a witness' clock.")
            }
            None => "It was in the log.".to_owned(),
        },
        Question::Documents => {
            "The issuer's keys, criteria and status lists are those of the log.".to_owned()
        }
        Question::Credential => {
            "Nothing was changed since the issuer signed it, and it is within its dates.".to_owned()
        }
        Question::Entered => "Its issuing is entered in the log.".to_owned(),
        Question::Key => match judged.status_as_of {
            Some(as_of) => format!(
                "It was entered while the key that signed it was in use, and that key was not given up as of {as_of}."
            ),
            None => "It was entered while the key that signed it was in use.".to_owned(),
        },
        Question::Status => match judged.status_as_of {
            Some(as_of) => format!("Not withdrawn as of {as_of}."),
            None => "Not withdrawn.".to_owned(),
        },
        Question::Successor => format!(
            "The issuer goes on as {}: both keys signed that, and the log has it.",
            verify::printable(judged.successor.as_deref().unwrap_or_default())
        ),
    }
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
    }
}

fn in_json(judged: &Judged) -> serde_json::Value {
    let word = |answer| match answer {
        Found::Pass => "pass",
        Found::Unknown => "unknown",
        Found::Fail => "fail",
    };
    let lines = judged.lines.iter().map(|line| {
        json!({
            "question": subject(line.question).to_lowercase(),
            "answer": word(line.answer),
            "why": line.why.map(|why| why.to_string()),
        })
    });
    let witnesses = judged
        .witnesses
        .iter()
        .map(|(name, time)| json!({ "name": name, "seenAt": time.map(|time| time.to_string()) }));
    let reports = judged.reports.iter().map(|report| {
        serde_json::from_str::<serde_json::Value>(&report.to_json().to_string()).unwrap_or_default()
    });
    json!({
        "verdict": word(judged.answer()),
        "at": judged.at.to_string(),
        "statusAsOf": judged.status_as_of.map(|at| at.to_string()),
        "successor": judged.successor,
        "endedAt": judged.ended.map(|at| at.to_string()),
        "seenBy": judged.time.as_ref().map(|(time, by)| json!({
            "time": time.to_string(),
            "kind": match by { By::Witness => "witness", By::Anchor(_) => "anchor" },
            "name": match by { By::Witness => None, By::Anchor(name) => Some(name) },
        })),
        "lines": lines.collect::<Vec<_>>(),
        "witnesses": witnesses.collect::<Vec<_>>(),
        "credentials": reports.collect::<Vec<_>>(),
    })
}
