//! How answers, gaps and mappings are said.

use std::borrow::Cow;

use maud::{Markup, html};
use touchstone_service::crosswalk::{Gap, ShownCredential, Standing, TaskAnswer, Verdict, Via};
use touchstone_vc::Verdict as Found;

use crate::templates::Tone;
use crate::text::clean;

/// The answer for a task.
pub(in crate::pages) fn verdict(verdict: Verdict) -> (Tone, &'static str) {
    match verdict {
        Verdict::Met => (Tone::Pass, "Met"),
        Verdict::MetAtLowerLevel => (Tone::Warn, "Lower level"),
        Verdict::Stale => (Tone::Warn, "Out of date"),
        Verdict::RelatedOnly => (Tone::Unsure, "Related only"),
        Verdict::NotShown => (Tone::Unsure, "Nothing shared"),
    }
}

/// What keeps a credential from showing a task as asked for.
pub(in crate::pages) fn gap(gap: Gap) -> &'static str {
    match gap {
        Gap::OtherScope => "It is about something broader, narrower or related.",
        Gap::SuggestedOnly => "Only a program found the link; no organization has agreed with it.",
        Gap::LowerLevel => "The level is lower than asked for.",
        Gap::OtherRubric => "The level is of another rubric than the one asked for.",
        Gap::LevelNotStated => "A level is asked for, and it states none.",
        Gap::TooOld => "It was awarded longer ago than asked for.",
        Gap::DayNotStated => "An age is asked for, and it states no day.",
        Gap::OtherEvidence => "It rests on evidence of another kind, or on none.",
    }
}

/// How far a link may be relied on.
pub(in crate::pages) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Disputed => "Organizations disagree with it",
        Standing::Suggested => "Suggested by a program",
        Standing::Stated => "Stated by people",
        Standing::Reviewed => "Agreed by organizations",
    }
}

/// That nobody but the issuer says so; what it names follows.
pub(in crate::pages) fn own_word(via: &Via) -> &'static str {
    match via.mappings.is_empty() {
        true => {
            "By the issuer’s own word: the credential names the task itself, and no crosswalk that organizations agreed on is behind it."
        }
        false => "That it is about this, only the issuer says:",
    }
}

/// What the answer rests on, where no organization has reviewed it.
pub(in crate::pages) fn not_reviewed(via: &Via) -> Option<&'static str> {
    match (via.mappings.is_empty(), via.standing) {
        (true, _) => via.own_word.then_some("By the issuer’s own word"),
        (false, Standing::Stated) => {
            Some("By a link that somebody stated and no organization reviewed")
        }
        (false, _) => None,
    }
}

/// That a mapping which says *Not* stood in the way.
pub(in crate::pages) fn denied(answer: &TaskAnswer) -> Option<&'static str> {
    let stood = !answer.denied_by.is_empty();
    stood.then_some("A crosswalk says of a link to this task that it does not hold")
}

/// What checking a credential came to, as of a day that is past.
pub(super) fn found_on(verdict: Found, day: &str) -> (Tone, String) {
    let (tone, word) = found(verdict);
    let word = match verdict {
        Found::Pass => format!("Stood on {day}"),
        Found::TakeCare => format!("Stood on {day}, but something does not fit"),
        Found::NotListed => format!("Stood on {day}, from an issuer we do not know"),
        // It may have been withdrawn since: that is only known as of today.
        Found::Failed => format!("Does not stand, read for {day}"),
        Found::Unknown => word.to_owned(),
    };
    (tone, word)
}

/// What checking a credential came to.
pub(in crate::pages) fn found(verdict: Found) -> (Tone, &'static str) {
    match verdict {
        Found::Pass => (Tone::Pass, "Stands today"),
        Found::TakeCare => (Tone::Warn, "Stands, but something does not fit"),
        Found::NotListed => (Tone::Warn, "Genuine, from an issuer we do not know"),
        Found::Unknown => (Tone::Unsure, "Could not be fully checked"),
        Found::Failed => (Tone::Fail, "Does not stand"),
    }
}

/// Whether the issuer of a credential is known here; or else what checking it came to.
pub(in crate::pages) fn recognized(verdict: Found) -> (Tone, &'static str) {
    match verdict {
        Found::Pass => (Tone::Pass, "From an issuer that is known here"),
        Found::NotListed => (
            Tone::Warn,
            "From an issuer that nobody here knows: anybody can make such a credential",
        ),
        Found::TakeCare | Found::Unknown | Found::Failed => found(verdict),
    }
}

/// That it was issued to try something out.
pub(in crate::pages) fn pilot(shown: &ShownCredential) -> Option<&'static str> {
    shown
        .pilot
        .then_some("A pilot: its issuer tags it as issued to try an assessment out")
}

/// What a credential is called, by a stranger. Covered, it has no name.
pub(in crate::pages) fn named(shown: &ShownCredential) -> Cow<'_, str> {
    match clean(&shown.name) {
        name if name.is_empty() => Cow::Borrowed("A credential"),
        name => name,
    }
}

/// Who states it. Where names are covered, an issuer that is no institution here is too: it may be the applicant.
pub(in crate::pages) fn issuer(shown: &ShownCredential) -> Markup {
    html! {
        @if shown.issuer_id.is_empty() { "An issuer that is not shown" }
        @else { bdi { (clean(&shown.issuer)) } " " small { code { (shown.issuer_id) } } }
    }
}

/// A piece of evidence, by its kind.
pub(in crate::pages) fn kind(kind: &str) -> Cow<'_, str> {
    match clean(kind) {
        kind if kind.is_empty() => Cow::Borrowed("A piece without a name"),
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_strangers_hold_no_signs_that_turn_them() {
        let shown = ShownCredential {
            id: String::new(),
            name: "Set\u{202E}gnit".into(),
            issuer: "River\u{2066}side".into(),
            issuer_id: "did:web:riverside.example".into(),
            verdict: Found::Pass,
            pilot: false,
            no_longer_awarded: None,
            endorsed_by: Vec::new(),
        };
        assert_eq!(named(&shown), "Setgnit");
        assert!(issuer(&shown).into_string().contains("Riverside"));
        assert_eq!(
            (&*kind("Pho\u{200B}to"), &*kind("\u{202E}")),
            ("Photo", "A piece without a name")
        );
    }
}
