//! An achievement for members who look at it and do not write it.

use maud::{Markup, html};

use super::edit::{Form, Place};
use super::picture;
use crate::templates::{fact, facts};

/// What was filled in, as facts.
pub(super) fn told(place: &Place, form: &Form) -> Markup {
    let said =
        |label: &str, text: &str| html! { @if !text.is_empty() { (fact(label, &lines(text))) } };
    html! {
        h2 { "What it certifies" }
        (facts(&html! {
            (said("Short name", &form.slug))
            (said("Kind", &form.achievement_type))
            (said("The person can", &form.task))
            @if !form.levels.is_empty() {
                (fact("Levels", &html! {
                    ol { @for level in &form.levels { li {
                        strong { (level.name) } ". " (level.description)
                        @if !level.examples.is_empty() { ul { @for example in level.examples.lines() { li { (example) } } } }
                    } } }
                    "Level " (form.required_level) " must be reached."
                }))
            }
            (fact("Good for", &html! { @match form.valid_for_months.as_str() { "" => "No end", months => { (months) " months" } } }))
            @if !form.pilot_until.is_empty() { (said("Tried out until", &form.pilot_until)) }
            (said("Linked tasks and skills", &form.alignment))
            (said("Evidence that is needed", &form.evidence))
            (said("Method of assessment", &form.assessment_method))
            (said("Who watches", &form.supervision))
            (said("Identity check", &form.identity_check))
            (said("Hours of work", &form.workload_hours))
            (said("Credit units", &form.credits_available))
            (said("Renewal", &form.renewal))
            (said("Quality", &form.quality_assurance))
            (said("How one takes part", &form.participation))
            (said("To be earned before", &form.requires))
            (said("Translation of", &form.translation_of))
            (said("Language", &form.language))
            (fact("The person’s name", &html! { @if form.names_learner { "Shown" } @else { "Not shown: readers match the person by their address" } }))
            (fact("Picture", &picture::shown(place, form)))
            (fact("Pausing", &html! { @if form.allows_suspension { "Possible" } @else { "Not possible" } }))
        }))
        p { "Owners and registrars can change it." }
    }
}

/// One entry a line.
fn lines(text: &str) -> Markup {
    html! { @for (place, line) in text.lines().enumerate() { @if place > 0 { br; } (line) } }
}
