//! The verdict and the statement. The large words are true by themselves: of a withdrawn credential nobody reads "NAME can".

use touchstone_vc::{CheckKind, Outcome, PresentationReport, Verdict};

use crate::credential::view::{Claim, Stand};
use crate::templates::{Moment, Tone, day_text};

/// The verdict's tone and words.
pub fn verdict(stand: Stand) -> (Tone, String) {
    match stand {
        Stand::Stands => (Tone::Pass, "Stands today".into()),
        Stand::TakeCare => (Tone::Warn, "Stands, but something does not fit".into()),
        Stand::NotListed => (Tone::Warn, "Genuine, from an issuer we do not know".into()),
        Stand::Unknown => (Tone::Unsure, "Could not be fully checked".into()),
        Stand::Starts(at) => (Tone::Fail, format!("Starts on {}", day_text(at))),
        Stand::Ended(at) => (Tone::Fail, format!("Ended on {}", day_text(at))),
        Stand::Paused => (Tone::Fail, "Paused. Ask before you rely on it".into()),
        Stand::Withdrawn => (Tone::Fail, "Withdrawn. Do not rely on it".into()),
        Stand::Forged => (Tone::Fail, "Changed or forged. Do not rely on it".into()),
        Stand::Broken => (
            Tone::Fail,
            "Something is wrong with it. Do not rely on it".into(),
        ),
    }
}

/// The verdict on a presentation, over all that is in it. Only an answered challenge says that its holder is who shows it.
pub fn presentation(report: &PresentationReport) -> &'static str {
    let answered = report.outcome(CheckKind::Challenge) == Some(Outcome::Pass);
    match report.verdict() {
        Verdict::Pass if report.credentials.is_empty() => {
            "Presented by its holder, and nothing is in it"
        }
        Verdict::Pass => "Presented by its holder, and what is in it stands today",
        Verdict::TakeCare | Verdict::NotListed if !answered => {
            "Signed by its holder. Whether they show it is not known"
        }
        Verdict::TakeCare => "Presented by its holder, but something does not fit",
        Verdict::NotListed => "Presented by its holder, from an issuer we do not know",
        Verdict::Unknown => "Could not be fully checked",
        Verdict::Failed => "Something is wrong with it. Do not rely on it",
    }
}

/// A verdict in one or two words, for a credential that stands within another.
pub fn verdict_word(verdict: Verdict) -> (Tone, &'static str) {
    match verdict {
        Verdict::Pass => (Tone::Pass, "Stands"),
        Verdict::TakeCare => (Tone::Warn, "Take care"),
        Verdict::NotListed => (Tone::Warn, "Not listed"),
        Verdict::Unknown => (Tone::Unsure, "Unknown"),
        Verdict::Failed => (Tone::Fail, "Failed"),
    }
}

/// The parts of a statement around the issuer's name, the holder's name and what is said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sentence {
    /// Before the issuer's name.
    pub before: &'static str,
    /// Whether the issuer is called by name, by what it signs as, or not at all.
    pub caller: Caller,
    /// After the issuer's name.
    pub after: String,
    /// The holder's name begins a sentence.
    pub begins: bool,
    /// After the holder's name.
    pub verb: &'static str,
}

/// What the issuer is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// By the name it gives itself.
    Name,
    /// By what it signs as.
    Signature,
    /// Not at all.
    Nobody,
}

/// The statement for a verdict. `issued` is when the issuer said it.
pub fn sentence(stand: Stand, claim: &Claim, issued: Option<Moment>) -> Sentence {
    let pick = |task, name, endorsed| match claim {
        Claim::Can(_) => task,
        Claim::Earned(_) => name,
        Claim::Endorsed(_) => endorsed,
    };
    let said = |after: String, begins, verb| Sentence {
        before: "",
        caller: Caller::Name,
        after,
        begins,
        verb,
    };
    match stand {
        Stand::Stands | Stand::TakeCare => said(
            " states that".into(),
            false,
            pick(" can", " has earned", " is endorsed"),
        ),
        Stand::Unknown => {
            let when = issued.map_or_else(String::new, |at| format!(" on {}", day_text(at)));
            said(
                format!(" stated{when} that"),
                false,
                pick(" can", " has earned", " is endorsed"),
            )
        }
        Stand::Starts(at) => said(
            format!(" states that from {} on", day_text(at)),
            false,
            pick(" will be certified to", " will hold", " will be endorsed"),
        ),
        Stand::Ended(at) => said(
            format!(" stated until {} that", day_text(at)),
            false,
            pick(" could", " held", " was endorsed"),
        ),
        Stand::Paused => said(
            " paused its statement.".into(),
            true,
            pick(
                " is for now not certified to",
                " for now does not hold",
                " is for now not endorsed",
            ),
        ),
        Stand::Withdrawn => said(
            " withdrew its statement.".into(),
            true,
            pick(
                " is no longer certified to",
                " no longer holds",
                " is no longer endorsed",
            ),
        ),
        Stand::NotListed => Sentence {
            before: "Someone signing as ",
            caller: Caller::Signature,
            after: " states that".into(),
            begins: false,
            verb: pick(" can", " has earned", " is endorsed"),
        },
        Stand::Forged | Stand::Broken => Sentence {
            before: "This document claims that",
            caller: Caller::Nobody,
            after: String::new(),
            begins: false,
            verb: pick(" can", " has earned", " is endorsed"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Stand; 10] = [
        Stand::Stands,
        Stand::TakeCare,
        Stand::NotListed,
        Stand::Unknown,
        Stand::Starts(Moment(0)),
        Stand::Ended(Moment(0)),
        Stand::Paused,
        Stand::Withdrawn,
        Stand::Forged,
        Stand::Broken,
    ];

    #[test]
    fn no_verdict_uses_the_words_that_are_ruled_out() {
        for stand in EVERY {
            let words = verdict(stand).1.to_lowercase();
            assert!(
                !words.contains("valid") && !words.contains("verif"),
                "{words}"
            );
        }
    }

    #[test]
    fn the_large_words_are_true_by_themselves() {
        let task = Claim::Can("dress wounds".into());
        for stand in [
            Stand::Withdrawn,
            Stand::Paused,
            Stand::Ended(Moment(0)),
            Stand::Starts(Moment(0)),
        ] {
            assert_ne!(sentence(stand, &task, None).verb, " can", "{stand:?}");
        }
    }

    #[test]
    fn an_issuer_that_nobody_lists_is_called_by_what_it_signs_as() {
        let task = Claim::Can("dress wounds".into());
        assert_eq!(
            sentence(Stand::NotListed, &task, None).caller,
            Caller::Signature
        );
        assert_eq!(sentence(Stand::Forged, &task, None).caller, Caller::Nobody);
    }
}
