//! What a profile makes of it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use touchstone_canon::json::Value;

use super::{Finding, Judgement, Profile, Rule, Severity, Stage};
use crate::write::Members;

/// What all rules of a profile found.
#[derive(Clone, Debug)]
pub struct LintReport {
    /// The profile.
    pub profile: Profile,
    /// What was judged.
    pub stage: Stage,
    /// Each rule of the profile, in the order of their numbers.
    pub judged: Vec<Judged>,
}

/// One rule and what it found.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The rule.
    pub rule: &'static Rule,
    /// What it found.
    pub judgement: Judgement,
}

/// Whether it is ready for a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readiness {
    /// No error.
    Ready,
    /// A rule that must hold is broken.
    NotReady,
    /// No error was found, and a rule that must hold could not be looked at. Neither of the two others.
    Undecided,
}

impl Readiness {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not_ready",
            Self::Undecided => "undecided",
        }
    }
}

impl LintReport {
    /// Whether it is ready: decided by errors alone.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let mut errors = self
            .judged
            .iter()
            .filter(|one| one.rule.severity == Severity::Error);
        if errors
            .clone()
            .any(|one| matches!(one.judgement, Judgement::Broken(_)))
        {
            Readiness::NotReady
        } else if errors.any(|one| matches!(one.judgement, Judgement::Unknown(_))) {
            Readiness::Undecided
        } else {
            Readiness::Ready
        }
    }

    /// The rules that are broken, errors first.
    pub fn broken(&self) -> Vec<(&'static Rule, &[Finding])> {
        self.sorted(|judgement| match judgement {
            Judgement::Broken(findings) => Some(findings),
            _ => None,
        })
    }

    /// The rules that could not be decided, errors first.
    pub fn unknown(&self) -> Vec<(&'static Rule, &[Finding])> {
        self.sorted(|judgement| match judgement {
            Judgement::Unknown(findings) => Some(findings),
            _ => None,
        })
    }

    /// What keeps it from being ready: the broken rules that must hold.
    pub fn errors(&self) -> Vec<(&'static Rule, &[Finding])> {
        let mut broken = self.broken();
        broken.retain(|(rule, _)| rule.severity == Severity::Error);
        broken
    }

    fn sorted(
        &self,
        pick: impl Fn(&Judgement) -> Option<&Vec<Finding>>,
    ) -> Vec<(&'static Rule, &[Finding])> {
        let picked = self.judged.iter();
        let mut picked: Vec<_> = picked
            .filter_map(|one| Some((one.rule, pick(&one.judgement)?.as_slice())))
            .collect();
        picked.sort_by_key(|(rule, _)| rule.severity); // Stable: within a severity by number.
        picked
    }

    /// The report as JSON, for programs.
    #[must_use]
    pub fn to_json(&self) -> Value<'static> {
        Members::new()
            .with("profile", self.profile.name())
            .with(
                "subject",
                match self.stage {
                    Stage::Achievement => "achievement",
                    Stage::Credential => "credential",
                },
            )
            .with("readiness", self.readiness().code())
            .with(
                "rules",
                self.judged
                    .iter()
                    .map(Judged::to_json)
                    .collect::<Value<'_>>(),
            )
            .done()
    }
}

impl fmt::Display for LintReport {
    /// "ready for eu-mc"; never "certified".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.readiness() {
            Readiness::Ready => write!(f, "Ready for {}.", self.profile),
            Readiness::NotReady => write!(f, "Not ready for {}.", self.profile),
            Readiness::Undecided => write!(
                f,
                "Whether it is ready for {} could not be decided.",
                self.profile
            ),
        }
    }
}

impl Judged {
    fn to_json(&self) -> Value<'static> {
        let (judgement, findings, reason) = match &self.judgement {
            Judgement::Holds => ("holds", None, None),
            Judgement::NotApplicable(reason) => ("not_applicable", None, Some(*reason)),
            Judgement::Unknown(findings) => ("unknown", Some(findings), None),
            Judgement::Broken(findings) => ("broken", Some(findings), None),
        };
        let rule = self.rule;
        let findings = findings.map(Vec::as_slice).unwrap_or_default().iter();
        Members::new()
            .with("id", rule.id)
            .with("severity", rule.severity.code())
            .with("claim", rule.claim)
            .with("source", rule.source)
            .with("judgement", judgement)
            .maybe("reason", reason)
            .list("findings", findings.map(|finding| finding.to_json(rule)))
            .done()
    }
}

impl Finding {
    /// How to mend it.
    #[must_use]
    pub fn way_out<'f>(&'f self, rule: &Rule) -> &'f str {
        match self.mend.is_empty() {
            true => rule.mend,
            false => &self.mend,
        }
    }

    /// What, where and the way out, as one text.
    #[must_use]
    pub fn told(&self, rule: &Rule) -> String {
        alloc::format!("{}: {} {}", self.place, self.what, self.way_out(rule))
    }

    fn to_json(&self, rule: &Rule) -> Value<'static> {
        Members::new()
            .with("place", self.place.clone())
            .with("what", self.what.clone())
            .with("mend", self.way_out(rule).to_string())
            .done()
    }
}
