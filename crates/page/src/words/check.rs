//! A report's checks as lines of a page.

use touchstone_vc::report::{Consulted, StatusDetail};
use touchstone_vc::schema::Rules;
use touchstone_vc::{
    Check, CheckKind, Detail, Fault, NotOffered, Outcome, PresentationReport, Report,
};

use super::fault::reason;
use crate::templates::{CheckLine, Moment, Tone, day_text, minute_text};
use crate::text::clean;

/// What the words need besides the report.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// What the issuer signs as.
    pub signs_as: &'a str,
    /// When the issuer withdrew or paused it, where we know.
    pub changed_at: Option<Moment>,
}

/// Every check of a report, worded, in reading order. Pieces of evidence share one line.
pub fn lines(report: &Report, naming: Naming<'_>) -> Vec<CheckLine> {
    let mut lines = Vec::with_capacity(report.checks.len());
    let mut evidence_told = false;
    for check in &report.checks {
        match check.kind {
            CheckKind::Evidence if evidence_told => {}
            CheckKind::Evidence => {
                evidence_told = true;
                lines.push(evidence(report));
            }
            _ => lines.push(line(check, naming)),
        }
    }
    lines
}

/// What registers say of the issuer, as a sentence.
pub fn on_registers(report: &Report) -> Option<String> {
    report.of(CheckKind::Recognition).next().map(recognition)
}

/// The checks of a presentation itself, worded.
pub fn presentation_lines(report: &PresentationReport) -> Vec<CheckLine> {
    let naming = Naming {
        signs_as: report.holder.as_deref().unwrap_or_default(),
        changed_at: None,
    };
    let checks = report.checks.iter().map(|check| {
        let mut line = line(check, naming);
        if check.kind == CheckKind::Schema {
            line.sentence = built_as_presentation(check.outcome).to_owned();
            line.details.clear(); // The reasons are worded for badges.
        }
        line
    });
    checks.collect()
}

/// What a credential does not offer.
pub fn not_offered(report: &Report) -> Vec<&'static str> {
    let offered = report.not_offered.iter().map(|item| match item {
        NotOffered::Status => "It cannot be withdrawn: the issuer keeps no list.",
        NotOffered::Evidence => {
            "No evidence comes with a fingerprint, so files that it links to may have changed."
        }
    });
    offered.chain([NO_LOG]).collect()
}

/// Of a credential by itself: in a proof bundle, the log is what the bundle is about.
pub const NO_LOG: &str = "It names no public log, so the date of issue rests on the issuer’s word.";

fn line(check: &Check, naming: Naming<'_>) -> CheckLine {
    let (tone, word) = outcome(check.outcome);
    let sentence = match check.kind {
        CheckKind::Proof if hosted(check) => hosted_copy(check.outcome).to_owned(),
        CheckKind::Proof => proof(check.outcome).to_owned(),
        CheckKind::Issuer => issuer(check.outcome, naming.signs_as),
        CheckKind::Recognition => recognition(check),
        CheckKind::Validity => validity(check),
        CheckKind::Status => status(check, naming.changed_at),
        CheckKind::Schema => schema(check).to_owned(),
        CheckKind::Evidence => String::new(),
        CheckKind::Holder => holder(check.outcome).to_owned(),
        CheckKind::Challenge => challenge(check.outcome).to_owned(),
    };
    CheckLine {
        tone,
        word,
        sentence,
        details: details(check),
    }
}

/// Tone and word of an outcome.
fn outcome(outcome: Outcome) -> (Tone, &'static str) {
    match outcome {
        Outcome::Pass => (Tone::Pass, "Passed"),
        Outcome::Fail(_) => (Tone::Fail, "Failed"),
        Outcome::Unknown(_) => (Tone::Unsure, "Unknown"),
        Outcome::NotListed => (Tone::Warn, "Not listed"),
    }
}

fn proof(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "Nothing was changed since it was signed.",
        Outcome::Fail(Fault::ProofMissing) => "It is not signed.",
        Outcome::Fail(Fault::ProofExpired) => "Its signature has ended.",
        Outcome::Fail(Fault::PurposeWrong | Fault::DomainUnexpected | Fault::ProofFromFuture) => {
            "Its signature was not made for this."
        }
        Outcome::Fail(_) => "It was changed after it was signed.",
        Outcome::Unknown(
            Fault::IssuerDocumentMissing
            | Fault::IssuerDocumentUnreachable
            | Fault::IssuerDocumentMalformed,
        ) => "Its signature could not be checked, because the issuer’s key could not be read.",
        Outcome::Unknown(_) | Outcome::NotListed => {
            "It is signed in a way that this page cannot check."
        }
    }
}

/// Whether nobody signed it and its issuer's site vouches for it: Open Badges 2.0.
fn hosted(check: &Check) -> bool {
    matches!(&check.detail, Detail::Proof(detail) if detail.suite.as_deref() == Some("HostedBadge"))
}

fn hosted_copy(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "It is not signed. Its issuer’s site says the same.",
        Outcome::Fail(Fault::ProofMissing) => "It is not signed, and no site vouches for it.",
        Outcome::Fail(_) => "It is not signed, and its issuer’s site says something else.",
        Outcome::Unknown(_) | Outcome::NotListed => {
            "It is not signed, and its issuer’s site could not be asked."
        }
    }
}

fn issuer(outcome: Outcome, signs_as: &str) -> String {
    match outcome {
        Outcome::Pass => format!("It was signed by {signs_as}."),
        Outcome::Fail(Fault::IssuerMalformed) => "It does not say who issued it.".to_owned(),
        Outcome::Fail(_) => format!("The key that signed it was not {signs_as}’s at the time."),
        Outcome::Unknown(Fault::ProofNotGood) => "Who signed it is not known.".to_owned(),
        Outcome::Unknown(_) | Outcome::NotListed => {
            "The issuer’s key could not be fetched, and none came with the credential.".to_owned()
        }
    }
}

fn holder(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "It was signed by who presents it.",
        Outcome::Fail(_) => "It was not signed by the holder that it names.",
        Outcome::Unknown(_) | Outcome::NotListed => "Who signed it is not known.",
    }
}

fn challenge(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "It answers what was asked.",
        Outcome::Fail(_) => "It was made for somebody else, or for another occasion.",
        Outcome::Unknown(_) | Outcome::NotListed => {
            "Nothing was asked of the holder, so it may be a copy."
        }
    }
}

fn recognition(check: &Check) -> String {
    let detail = match &check.detail {
        Detail::Recognition(detail) => detail.clone(),
        _ => Default::default(),
    };
    let register = detail
        .register
        .as_deref()
        .map_or("The register".into(), clean);
    match check.outcome {
        Outcome::Pass => match detail.as_of {
            None => format!("{register} lists this issuer."),
            Some(at) => format!(
                "{register} lists this issuer, as of {}.",
                day_text(at.into())
            ),
        },
        Outcome::Fail(_) => {
            let when = detail
                .removed_on
                .map_or_else(String::new, |at| format!(" on {}", day_text(at.into())));
            format!("{register} removed this issuer{when}.")
        }
        Outcome::NotListed => "No register that we consult lists this issuer.".to_owned(),
        Outcome::Unknown(Fault::ProofNotGood | Fault::IssuerUnproven) => {
            "No register was asked about this issuer.".to_owned()
        }
        Outcome::Unknown(_) => match detail.as_of {
            None => format!("{register} did not answer."),
            Some(at) => format!(
                "{register} did not answer; last good answer: {}, listed.",
                day_text(at.into())
            ),
        },
    }
}

fn validity(check: &Check) -> String {
    let detail = match &check.detail {
        Detail::Validity(detail) => detail.clone(),
        _ => Default::default(),
    };
    match check.outcome {
        Outcome::Pass => "It is within its dates.".to_owned(),
        Outcome::Fail(Fault::NotYetValid) => detail
            .valid_from
            .map_or("It has not started.".into(), |at| {
                format!("It starts on {}.", day_text(at.into()))
            }),
        Outcome::Fail(Fault::Expired) => detail.valid_until.map_or("It has ended.".into(), |at| {
            format!("It ended on {}.", day_text(at.into()))
        }),
        _ => "Its dates cannot be read.".to_owned(),
    }
}

fn status(check: &Check, changed_at: Option<Moment>) -> String {
    let (purpose, value) = match &check.detail {
        Detail::Status(detail) => (detail.purpose.as_deref(), detail.value),
        _ => (None, None),
    };
    let pausing = purpose == Some("suspension");
    let when = changed_at.map_or_else(String::new, |at| format!(" on {}", day_text(at)));
    match check.outcome {
        Outcome::Pass if purpose == Some("refresh") => match value {
            Some(0) => "The issuer has no newer version of it.".to_owned(),
            _ => "The issuer has a newer version of it. This one still stands.".to_owned(),
        },
        Outcome::Pass if purpose == Some("message") => {
            "The issuer’s list has nothing against it.".to_owned()
        }
        Outcome::Unknown(Fault::StatusMessage) => "The issuer left a message about it.".to_owned(),
        Outcome::Pass if pausing => "The issuer has not paused it.".to_owned(),
        Outcome::Pass => "The issuer has not withdrawn it.".to_owned(),
        Outcome::Fail(Fault::Suspended) => format!("The issuer paused it{when}."),
        Outcome::Fail(_) => format!("The issuer withdrew it{when}."),
        Outcome::Unknown(_) | Outcome::NotListed if pausing => {
            "We could not find out whether it is paused.".to_owned()
        }
        Outcome::Unknown(_) | Outcome::NotListed => {
            "We could not find out whether it was withdrawn.".to_owned()
        }
    }
}

fn built_as_presentation(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "It is built as presentations are built.",
        Outcome::Fail(_) => "Its contexts or types are not those of a presentation.",
        Outcome::Unknown(_) | Outcome::NotListed => {
            "Whether it is built as presentations are could not be checked."
        }
    }
}

fn schema(check: &Check) -> &'static str {
    let rules = match &check.detail {
        Detail::Schema(detail) => detail.rules,
        _ => None,
    };
    match (check.outcome, rules) {
        (Outcome::Pass, Some(Rules::DataModel2 | Rules::DataModel1)) => {
            "It is built as credentials are built."
        }
        (Outcome::Fail(_), Some(Rules::DataModel2 | Rules::DataModel1)) => {
            "It is not built as credentials are built."
        }
        (Outcome::Pass, Some(Rules::Clr)) => "It has the form of a learner record.",
        (Outcome::Fail(_), Some(Rules::Clr)) => "It does not have the form of a learner record.",
        (Outcome::Pass, Some(Rules::Endorsement)) => "It has the form of an endorsement.",
        (Outcome::Fail(_), Some(Rules::Endorsement)) => {
            "It does not have the form of an endorsement."
        }
        (Outcome::Pass, _) => "It has the form of an Open Badge.",
        (Outcome::Fail(Fault::NotOpenBadge), _) => "It is no Open Badge.",
        (Outcome::Fail(Fault::ClaimMissing), _) => {
            "It is packed without a label that Open Badges of this kind carry."
        }
        (Outcome::Fail(_), _) => "It does not have the form of an Open Badge.",
        (Outcome::Unknown(_) | Outcome::NotListed, _) => {
            "Whether it has a further form that it names could not be checked."
        }
    }
}

fn evidence(report: &Report) -> CheckLine {
    let all: Vec<&Check> = report.of(CheckKind::Evidence).collect();
    let failed = all
        .iter()
        .filter(|check| matches!(check.outcome, Outcome::Fail(_)))
        .count();
    let unknown = all
        .iter()
        .filter(|check| matches!(check.outcome, Outcome::Unknown(_)))
        .count();
    let total = all.len();
    let of = if total == 1 {
        "The attached document".to_owned()
    } else {
        format!(" of {total} attached documents")
    };
    let some = |count: usize, one: &str, more: &str| match (total, count) {
        (1, _) => format!("{of} {one}."),
        (_, 1) => format!("1{of} {one}."),
        (_, count) => format!("{count}{of} {more}."),
    };
    let (tone, word, sentence) = match (failed, unknown) {
        (0, 0) if total == 1 => (
            Tone::Pass,
            "Passed",
            "The attached document is the one that was assessed.".to_owned(),
        ),
        (0, 0) => (
            Tone::Pass,
            "Passed",
            format!("All {total} attached documents are the ones that were assessed."),
        ),
        (0, unknown) => (
            Tone::Unsure,
            "Unknown",
            some(unknown, "was not opened", "were not opened"),
        ),
        (failed, _) => (
            Tone::Fail,
            "Failed",
            some(
                failed,
                "was changed or replaced since",
                "were changed or replaced since",
            ),
        ),
    };
    let details = all.iter().map(|check| {
        let name = match &check.detail {
            Detail::Evidence(detail) => detail
                .name
                .as_deref()
                .or(detail.id.as_deref())
                .unwrap_or("A document"),
            _ => "A document",
        };
        let finding = match check.outcome {
            Outcome::Fail(fault) | Outcome::Unknown(fault) => reason(fault),
            Outcome::Pass | Outcome::NotListed => {
                "It has the fingerprint that was signed with the credential."
            }
        };
        format!("{}: {finding}", plain(name))
    });
    CheckLine {
        tone,
        word,
        sentence,
        details: details.collect(),
    }
}

fn details(check: &Check) -> Vec<String> {
    let mut told = Vec::new();
    if let Outcome::Fail(fault) | Outcome::Unknown(fault) = check.outcome {
        told.push(reason(fault).to_owned());
    }
    match &check.detail {
        Detail::Proof(detail) => {
            if check.outcome == Outcome::Pass && hosted(check) {
                told.push("Open Badges 2.0 can be kept on a site in place of a signature. It is as good as that site is today.".to_owned());
            } else if check.outcome == Outcome::Pass {
                told.push("The signature covers every word of the credential.".to_owned());
            }
            let suite = detail
                .suite
                .as_deref()
                .map(|suite| format!("Method: `{}`", plain(suite)));
            let when = detail
                .created
                .map(|at| format!("made on {}", minute_text(at.into())));
            match (suite, when) {
                (Some(suite), Some(when)) => told.push(format!("{suite}, {when}.")),
                (Some(suite), None) => told.push(format!("{suite}.")),
                _ => {}
            }
        }
        Detail::Issuer(detail) => {
            if let Some(key) = &detail.verification_method {
                told.push(format!("Key: `{}`", plain(key)));
            }
            if let Some(at) = detail.fetched_at {
                told.push(format!(
                    "The issuer’s list of keys was read on {}.",
                    minute_text(at.into())
                ));
            }
        }
        Detail::Recognition(detail) if !detail.consulted.is_empty() => {
            let names: Vec<_> = detail.consulted.iter().map(consulted).collect();
            told.push(format!("Consulted: {}.", names.join(", ")));
            if check.outcome == Outcome::NotListed {
                told.push("New and small issuers are often missing. If you know this issuer, that is for you to judge.".to_owned());
            }
        }
        Detail::Recognition(_) => told
            .push("No register is set up here, so nobody else speaks for this issuer.".to_owned()),
        Detail::Validity(detail) => {
            let from = detail
                .valid_from
                .map(|at| format!("From {}", day_text(at.into())));
            let until = detail
                .valid_until
                .map_or("no end date. Ask how recent the practice is".into(), |at| {
                    format!("good until {}", day_text(at.into()))
                });
            told.extend(from.map(|from| format!("{from}, {until}.")));
        }
        Detail::Status(detail) => status_details(check.outcome, detail, &mut told),
        Detail::Schema(detail) => {
            told.extend(
                detail
                    .schema
                    .as_deref()
                    .map(|schema| format!("Description of the form: `{}`", plain(schema))),
            );
        }
        Detail::Evidence(_) | Detail::None => {}
    }
    if matches!(check.outcome, Outcome::Fail(_)) && !check.path.is_empty() {
        told.push(format!("Place in the document: `{}`", plain(&check.path)));
    }
    told
}

fn status_details(outcome: Outcome, detail: &StatusDetail, told: &mut Vec<String>) {
    if let Some(message) = &detail.message {
        told.push(format!("In the issuer’s words: “{}”", plain(message)));
    }
    if let Outcome::Unknown(Fault::StatusMessage) = outcome {
        // The list was read, and the message is what there is to say.
    } else if let Outcome::Unknown(_) = outcome {
        told.push("That says nothing against the credential, and nothing for it.".to_owned());
        if let Some(last) = detail.last_good {
            let then = if last.set {
                "It was on the list then."
            } else {
                "It was not on the list then."
            };
            told.push(format!(
                "Last good answer: {}. {then}",
                minute_text(last.at.into())
            ));
        }
    } else if detail.unsigned {
        let when = detail
            .fetched_at
            .map_or_else(String::new, |at| format!(" on {}", minute_text(at.into())));
        told.push(format!(
            "That is what the issuer’s site said{when}. A list of this kind is not signed."
        ));
    } else if let Some(at) = detail.list_from.or(detail.fetched_at) {
        // Of a proof nothing was fetched.
        let how = match detail.fetched_at {
            Some(_) => {
                " The whole list is fetched, so the issuer does not learn which place we looked at."
            }
            None => "",
        };
        told.push(format!(
            "Read from the issuer’s list of {}.{how}",
            minute_text(at.into())
        ));
    }
    if let Some(list) = &detail.list {
        told.push(format!("List: `{}`", plain(list)));
    }
}

/// A register, where it is kept, and how old what it says is.
fn consulted(register: &Consulted) -> String {
    let name = plain(&register.name);
    let read = register.as_of.map(|at| minute_text(at.into()));
    let age = match (read, register.unread) {
        (None, false) => return name,
        (None, true) => "could not be read".to_owned(),
        (Some(read), false) => format!("read on {read}"),
        (Some(read), true) => format!("could not be read since {read}"),
    };
    match &register.source {
        None => format!("{name} ({age})"),
        Some(source) => format!("{name} (`{}`, {age})", plain(source)),
    }
}

/// Text of the credential's, which must not open or close an identifier.
fn plain(text: &str) -> String {
    clean(text).replace('`', "’")
}
