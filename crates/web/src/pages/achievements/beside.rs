//! What stands beside the form: how an employer reads what is written in it, and what that reader would miss.
//!
//! The preview's button brings it with the page. The script of the page asks for it alone as one types ([`parts`]), and puts each
//! part in the place of the one before.

use maud::{Markup, html};
use touchstone_service::rows::EndorsedKind;
use touchstone_vc::{full_stop, in_sentence};

use super::edit::{Form, Level, Place};
use super::exchange::links;
use super::linked::{Linked, linked};
use super::lint::{Found, asked, findings, summary};
use crate::pages::desk::Desk;
use crate::pages::endorsements::name;
use crate::templates::{StreakState, Tone, markdown, step, steps, streak};
use crate::text::clean;

/// The column beside the form, or beside what is told to those who do not write it.
pub(super) fn beside(desk: &Desk, place: &Place, form: &Form, found: &Found) -> Markup {
    html! {
        // It scrolls by itself where it stays in view beside the form, and then the keyboard has to reach it.
        section.beside #beside tabindex="0" aria-label="How it reads" {
            div aria-live="polite" {
                p.note.warn data-when="unanswered" hidden { "Not up to date: this site did not answer. It is asked again when you go on writing." }
                p.note.warn data-when="refused" hidden { "Not up to date: you are no longer signed in as you were. Copy what you wrote before you sign in again." }
            }
            (parts(desk, form, found))
            (asked(desk, place, found))
            @if let Place::Version(id, ..) = place {
                (links(id))
                p { a href={ "/achievements/" (id) "/checks" } { "How often its credentials were checked" } }
                p { a href={ "/endorsements?of=" (name(EndorsedKind::Achievement, id)) "#ask" } { "Who endorses it, and asking somebody to" } }
            }
        }
    }
}

/// All that depends on what is written. The summary stands still and is read out when it changes; the rest is there to be read.
pub(super) fn parts(desk: &Desk, form: &Form, found: &Found) -> Markup {
    html! {
        section.note data-part="reading" aria-labelledby="pv" { (reading(desk, form)) }
        section aria-labelledby="rd" {
            h2 id="rd" { "Will it be understood?" }
            p data-part="summary" aria-live="polite" { (summary(found)) }
            div data-part="findings" { (findings(found)) (advice_list(&advice(form))) (to_link(form)) }
        }
    }
}

/// Advice on how it reads.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Advice {
    /// Correct, consider or good.
    tone: Tone,
    /// What.
    words: &'static str,
}

fn advice_list(list: &[Advice]) -> Markup {
    steps(&html! { @for one in list {
        (step(one.tone, match one.tone { Tone::Fail => "Correct", Tone::Pass => "Good", _ => "Consider" }, &html! { (one.words) }))
    } })
}

/// What the rules do not see: how the page will put it, and what earns nothing.
fn advice(form: &Form) -> Vec<Advice> {
    let how = form.criteria.to_lowercase();
    let attendance = ["attendance", "attended", "participation"];
    let short = how.split_whitespace().count() < 20;
    let named = form.levels.iter().filter(|level| !level.name.is_empty());
    let all = [
        (
            short && attendance.iter().any(|word| how.contains(word)),
            Tone::Fail,
            "How it is assessed names attendance, not what was done.",
        ),
        (
            !names_a_task(form),
            Tone::Warn,
            "No task of a framework is linked. The page then says “has earned” instead of “can”.",
        ),
        (
            named.count() < 2,
            Tone::Warn,
            "There are no levels. Readers cannot tell somebody who needs help from somebody who leads.",
        ),
    ];
    let holds = all.into_iter().filter(|(holds, ..)| *holds);
    holds
        .map(|(_, tone, words)| Advice { tone, words })
        .collect()
}

/// Where tasks that fit are listed, at the end of the form, while none is linked.
fn to_link(form: &Form) -> Markup {
    let mut found = form.suggested.found.iter().flatten();
    let any = found.any(|one| !one.added);
    html! { @if any && !names_a_task(form) { p { a href="#found" { "Tasks and skills that could be linked" } } } }
}

/// Only then does a credential say what the person can, on every page and on paper (`vc::View::said`).
fn names_a_task(form: &Form) -> bool {
    linked(&form.alignment).iter().any(|one| one.task)
}

/// The sentence of the verification page, the level that is awarded at least, and the facts below them.
fn reading(desk: &Desk, form: &Form) -> Markup {
    html! {
        h2 id="pv" { "How an employer reads it" }
        p { (sentence(desk, form)) }
        (level(form))
        dl {
            @if names_a_task(form) && !form.name.is_empty() { dt { "Credential" } dd { bdi { (clean(&form.name)) } } }
            @if !names_a_task(form) && !form.task.is_empty() { dt { "About" } dd { bdi { (clean(&form.task)) } } }
            (covers(&linked(&form.alignment)))
            dt { "How" } dd { @if form.criteria.is_empty() { "Not said" } @else { div dir="auto" { (markdown(&form.criteria)) } } }
            dt { "Evidence" } dd { @if form.evidence.is_empty() { "None" } @else { (lines(&form.evidence)) } }
            dt { "Who watched" } dd { @if form.supervision.is_empty() { "Not said" } @else { bdi { (clean(&form.supervision)) } } }
            dt { "Good for" } dd { @match form.valid_for_months.as_str() {
                "" => "No end",
                "1" => "1 month",
                months => { (months) " months" }
            } }
            @if !form.pilot_until.is_empty() { dt { "Pilot" } dd { "Issued until " (form.pilot_until) } }
        }
    }
}

fn sentence(desk: &Desk, form: &Form) -> Markup {
    html! {
        bdi { (clean(&desk.institution)) } " states that "
        @if form.names_learner { i { "Amara Okafor" } } @else { "the person it was awarded to" }
        @match (names_a_task(form), form.task.is_empty(), form.name.is_empty()) {
            (true, true, _) => " can …",
            (true, false, _) => { " can " bdi { (in_sentence(&clean(&form.task))) } }
            (false, _, true) => " has earned …",
            (false, _, false) => { " has earned “" bdi { (clean(&form.name)) } "”." }
        }
    }
}

fn level(form: &Form) -> Markup {
    let names: Vec<_> = form.levels.iter().map(|level| clean(&level.name)).collect();
    let required = form.required_level.parse::<usize>().unwrap_or(1);
    let reached = required.clamp(1, names.len().max(1)) - 1;
    let Some(Level {
        name,
        description: seen,
        ..
    }) = form.levels.get(reached)
    else {
        return html! {};
    };
    html! {
        p {
            "Level " (reached + 1) " of " (names.len()) ": " strong { bdi { (clean(name)) "." } } " "
            @if seen.is_empty() { "Nothing is said about this level." } @else { bdi { (full_stop(&clean(seen))) } }
        }
        (streak(&names, reached, StreakState::Stands))
    }
}

fn covers(linked: &[Linked]) -> Markup {
    html! { @if !linked.is_empty() {
        dt { "Covers" }
        dd { ul { @for one in linked { li { bdi { (clean(&one.name)) } @if let Some(framework) = &one.framework { " " small { (clean(framework)) } } } } } }
    } }
}

/// One entry a line.
fn lines(text: &str) -> Markup {
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    html! { ul { @for line in filled { li { bdi { (clean(line)) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(advice: &[Advice]) -> Vec<&'static str> {
        advice.iter().map(|one| one.words).collect()
    }

    #[test]
    fn attendance_is_corrected_only_where_nothing_else_is_said() {
        let form = |criteria: &str| Form {
            criteria: criteria.into(),
            ..Form::default()
        };
        let found = advice(&form("Attendance of all units."));
        assert!(found.iter().any(|one| one.tone == Tone::Fail), "{found:?}");
        let long = "Attended or not, each person measures twelve parts of four kinds with the instruments that the drawing asks for, alone.";
        assert!(advice(&form(long)).iter().all(|one| one.tone != Tone::Fail));
    }

    #[test]
    fn a_link_to_a_skill_is_no_task() {
        let form = |alignment: &str| Form {
            alignment: alignment.into(),
            ..Form::default()
        };
        let line = |kind: &str| format!("ESCO | S1 | measure parts | https://a.example/1 | {kind}");
        let task = words(&advice(&form(&line("ext:Task"))));
        let skill = words(&advice(&form(&line("ext:Skill"))));
        assert_eq!(skill.len(), task.len() + 1, "{skill:?}");
        // Only the name of the kind counts, not a mention of it.
        let mentioned = words(&advice(&form(
            "ext:Task | S1 | measure | https://a.example/1 |",
        )));
        assert_eq!(mentioned, skill);
    }
}
