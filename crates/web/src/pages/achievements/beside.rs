//! What stands beside the form: how an employer reads what is written in it, and advice.

use maud::{Markup, html};
use touchstone_vc::in_sentence;

use super::edit::Form;
use crate::pages::desk::Desk;
use crate::templates::{StreakState, Tone, markdown, step, steps, streak};
use crate::text::clean;

/// Advice on how it reads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Advice {
    /// Correct, consider or good.
    pub(super) tone: Tone,
    /// What.
    pub(super) words: String,
}

pub(super) fn advice_list(list: &[Advice]) -> Markup {
    steps(&html! { @for one in list {
        (step(one.tone, match one.tone { Tone::Fail => "Correct", Tone::Pass => "Good", _ => "Consider" }, &html! { (one.words) }))
    } })
}

/// What the rules do not see: how the page will put it, and what earns nothing.
pub(super) fn advice(form: &Form) -> Vec<Advice> {
    let mut list = Vec::new();
    let mut say = |tone, words: &str| {
        list.push(Advice {
            tone,
            words: words.to_owned(),
        })
    };
    let how = form.criteria.to_lowercase();
    if ["attendance", "attended", "participation"]
        .iter()
        .any(|word| how.contains(word))
        && how.split_whitespace().count() < 20
    {
        say(
            Tone::Fail,
            "How it is assessed names attendance, not what was done.",
        );
    }
    if !form.alignment.contains("ext:Task") {
        say(
            Tone::Warn,
            "No task of a framework is linked. The page then says “has earned” instead of “can”.",
        );
    }
    if form
        .levels
        .iter()
        .filter(|(name, _)| !name.trim().is_empty())
        .count()
        < 2
    {
        say(
            Tone::Warn,
            "There are no levels. Readers cannot tell somebody who needs help from somebody who leads.",
        );
    }
    list
}

pub(super) fn reading(desk: &Desk, form: &Form) -> Markup {
    let names: Vec<String> = form
        .levels
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| !name.is_empty())
        .collect();
    let reached = form
        .required_level
        .parse::<usize>()
        .unwrap_or(1)
        .clamp(1, names.len().max(1))
        - 1;
    html! {
        section.note aria-labelledby="pv" {
            h2 id="pv" { "How an employer reads it" }
            p { (desk.institution) " states that " i { "Amara Okafor" } " can " (in_sentence(&clean(&form.task))) }
            @if !names.is_empty() {
                p { "Level " (reached + 1) " of " (names.len()) ": " strong { (names[reached]) "." } }
                (streak(&names, reached, StreakState::Stands))
            }
            dl {
                dt { "How" } dd { div { (markdown(&form.criteria)) } }
                @if let Some((_, seen)) = form.levels.get(reached).filter(|(_, seen)| !seen.is_empty()) { dt { "At this level" } dd { (seen) } }
                dt { "Evidence" } dd { @if form.evidence.trim().is_empty() { "None" } @else { (form.evidence) } }
                dt { "Who watched" } dd { @if form.supervision.is_empty() { "Not said" } @else { (form.supervision) } }
                dt { "Good for" } dd { @match form.valid_for_months.as_str() { "" => "No end", months => { (months) " months" } } }
            }
        }
    }
}
