//! The answer, task by task, for a reader without an account.

use maud::{Markup, html};
use touchstone_service::crosswalk::{
    KeptRole, Mapping, Need, Pin, RoleReading, Showing, ShownCredential, Task, TaskAnswer, Via,
};
use touchstone_vc::Verdict as Found;

use super::{
    public::{Again, Then},
    words,
};
use crate::pages::institution::no_longer_awarded_line;
use crate::templates::{Column, Tone, fact, facts, icon, ledger, minute, moment, note, outcome};
use crate::text::clean;

/// Renders the answer, without the frame of the page.
pub(super) fn show(
    kept: &KeptRole,
    institution: &str,
    day: Option<&Then>,
    reading: &RoleReading,
    paper: &Again,
) -> Markup {
    let role = &kept.role;
    let again = match day {
        Some(day) => format!("/r/{}?on={}", kept.row.public, day.on),
        None => format!("/r/{}", kept.row.public),
    };
    html! {
        h1 { "Read for " bdi { (role.title) } }
        p { "A role of " bdi { (institution) } ", task by task, on " (minute(moment(reading.at.unix_millis()))) ". There is no score. " strong { "Nothing shared does not mean “cannot”." } " Ask." }
        @if let Some(day) = day { (day.note(kept)) }
        (answers(kept, reading))
        section { h2 { "What was read" }
            ul.checks { @for one in &reading.shown {
                @let (tone, word) = found(one.verdict, day);
                li class=(tone.class()) { div.step { (outcome(tone, &word)) " " div { bdi { (words::named(one)) } ", stated by " bdi { (clean(&one.issuer)) } small { code { (one.issuer_id) } } @if let Some(said) = words::pilot(one) { small { (said) "." } } @if let Some(over) = &one.no_longer_awarded { small { (no_longer_awarded_line(over)) "." } } } } }
            } }
        }
        @match paper {
            Again::Link(href) => p.acts { a.button href=(href) download { (icon("print")) " On paper" small { " PDF" } } },
            Again::Carried { action, on, texts } => form.acts method="post" action=(action) enctype="multipart/form-data" {
                @for text in texts { input type="hidden" name="text" value=(text); }
                @if let Some(on) = on { input type="hidden" name="on" value=(on); }
                button { (icon("print")) " On paper" small { " PDF" } }
            },
            Again::No => {}
        }
        (made(reading))
        p { a href=(again) { "Read another credential for this role" } }
    }
}

fn found(verdict: Found, day: Option<&Then>) -> (Tone, String) {
    match day {
        Some(day) => words::found_on(verdict, &day.on),
        None => {
            let (tone, word) = words::found(verdict);
            (tone, word.to_owned())
        }
    }
}

/// The answer for each task, and what it rests on.
pub(in crate::pages) fn answers(kept: &KeptRole, reading: &RoleReading) -> Markup {
    let tasks = &kept.role.tasks;
    html! {
        (ledger("Task by task", [Column::words("Task"), Column::words("Answer"), Column::words("Level"), Column::words("Shown by")],
            reading.tasks.iter().map(|answer| row(&tasks[answer.task], answer, &reading.shown))))
        @for answer in &reading.tasks { (details(&tasks[answer.task], answer, &reading.shown)) }
    }
}

/// By what the answer was made, so that it can be made again.
pub(in crate::pages) fn made(reading: &RoleReading) -> Markup {
    note(
        None,
        None,
        "How this answer was made",
        &html! {
            p { "By comparing tasks, through released crosswalks that anyone can read and dispute. What could not be checked counts neither way." }
            @if reading.sets.is_empty() { p { "The institution takes part in no released crosswalk: only tasks that a credential names itself were found." } }
            @else { ul { @for pin in &reading.sets { li { code { (pin.id) } ", version " (pin.version) " " small { code { "sha256 " (pin.sha256) } } } } } }
        },
    )
}

fn row(task: &Task, answer: &TaskAnswer, shown: &[ShownCredential]) -> [Markup; 4] {
    let (tone, word) = words::verdict(answer.verdict);
    let best = answer.shown_by.first();
    [
        html! { bdi { (task.label) } small { (need(task)) } },
        html! { span class=(tone.class()) { (outcome(tone, word)) } @if let Some(said) = best.and_then(|best| words::not_reviewed(&best.via)) { small { (said) } } @if let Some(said) = words::denied(answer) { small { (said) } } },
        html! {
            @if let Some(position) = best.and_then(|best| best.position.as_ref()) { (position.place) " of " (position.of) @if !position.name.is_empty() { " (" bdi { (clean(&position.name)) } ")" } @if task.level.is_some() { ", " } }
            @if let Some(level) = task.level { "asked for " (level) }
            @if task.level.is_none() && best.and_then(|best| best.position.as_ref()).is_none() { "Not asked" }
        },
        html! {
            @match best { Some(best) => { @let one = &shown[best.credential]; @let (tone, word) = words::recognized(one.verdict); bdi { (words::named(one)) } small class=(tone.class()) { (outcome(tone, word)) } @if let Some(said) = words::pilot(one) { small { (said) } } }, None => "Nothing that was shared" }
            @if !answer.unchecked.is_empty() { small { "Could not be checked: " @for place in &answer.unchecked { bdi { (words::named(&shown[*place])) } " " } } }
        },
    ]
}

fn need(task: &Task) -> &'static str {
    match task.need {
        Need::Must => "Must",
        Need::Nice => "Wanted",
    }
}

fn details(task: &Task, answer: &TaskAnswer, shown: &[ShownCredential]) -> Markup {
    html! { @if !answer.shown_by.is_empty() || !answer.denied_by.is_empty() { details {
        summary { "Why: " bdi { (task.label) } }
        @for showing in &answer.shown_by { (one(showing, &shown[showing.credential])) }
        @if let Some(said) = words::denied(answer) { h3 { (said) } (steps(&answer.denied_by)) }
    } } }
}

fn one(showing: &Showing, shown: &ShownCredential) -> Markup {
    let (tone, word) = words::verdict(showing.verdict);
    let (known, said) = words::recognized(shown.verdict);
    html! {
        h3 { bdi { (words::named(shown)) } " " span class=(tone.class()) { (outcome(tone, word)) } }
        (facts(&html! {
            (fact("Stated by", &words::issuer(shown)))
            (fact("Whether that issuer is known", &html! { span class=(known.class()) { (outcome(known, said)) } }))
            @if !shown.endorsed_by.is_empty() { (fact("Stands behind what was awarded", &html! { bdi { (shown.endorsed_by.join(", ")) } })) }
            (fact("Assessed by", &html! { @match &showing.assessor { Some(assessor) => bdi { (clean(assessor)) }, None => "Not said" } }))
            @if let Some(position) = &showing.position { (fact("On the rubric", &html! { @if !position.rubric.is_empty() { bdi { (clean(&position.rubric)) } ": " } (position.place) " of " (position.of) @if !position.name.is_empty() { ", " bdi { (clean(&position.name)) } } })) }
            @if let Some(days) = showing.age_days { (fact("Age when read", &html! { (days) " days" })) }
            (fact("Evidence", &html! { @if showing.evidence.is_empty() { "None in it" } @else { ul { @for piece in &showing.evidence { li { @match &piece.address { Some(address) => a href=(address) rel="noopener noreferrer" { bdi { (words::kind(&piece.kind)) } }, None => bdi { (words::kind(&piece.kind)) } } } } } } }))
            (fact("How it comes to speak of the task", &way(&showing.via)))
            @if let Some(said) = words::pilot(shown) { (fact("Pilot", &html! { (said) ". It counts like any other." })) }
            @if let Some(over) = &shown.no_longer_awarded { (fact("No longer to be used", &html! { (no_longer_awarded_line(over)) ". That changes nothing about this credential." })) }
            @if !showing.gaps.is_empty() { (fact("What is missing", &html! { ul { @for gap in &showing.gaps { li { (words::gap(*gap)) } } } })) }
        }))
    }
}

fn way(via: &Via) -> Markup {
    html! {
        @if via.own_word { p { (words::own_word(via)) " " code { (via.from) } } }
        @else if via.mappings.is_empty() { "The task is this very achievement: " code { (via.from) } }
        @if !via.mappings.is_empty() {
            (steps(&via.mappings))
            p { (words::standing(via.standing)) ". " @if !via.released_by.is_empty() { "Released by " (via.released_by.join(", ")) ". " } @if !via.endorsed_by.is_empty() { "Endorsed by " (via.endorsed_by.join(", ")) "." } }
        }
    }
}

/// Mappings in words, each with the set that it stands in.
fn steps(mappings: &[(Mapping, Pin)]) -> Markup {
    html! { ol { @for (mapping, pin) in mappings { li {
        code { (mapping.subject()) } " " (crate::pages::crosswalk::relation(&mapping.relation(), mapping.is_negated())) " " code { (mapping.object()) }
        small { "In " code { (pin.id) } ", version " (pin.version) }
        small { code { "sha256 " (pin.sha256) } }
    } } } }
}

/// The form under a credential in which a reader names the role.
pub(crate) fn ask(action: &str, carried: Option<&str>, problem: Option<&str>) -> Markup {
    use crate::templates::{Field, field};
    let method = if carried.is_some() { "post" } else { "get" };
    html! {
        section.noprint aria-labelledby="role" {
            h2 id="role" { "Read this for a role" }
            @if problem.is_some() { p.fail { (outcome(Tone::Fail, "Not read")) } }
            form method=(method) action=(action) {
                @if let Some(text) = carried { input type="hidden" name="credential" value=(text); }
                (field(&Field { name: "role", label: "The role’s link", hint: Some("The employer gives it to you."), error: problem, required: true, ..Field::default() }))
                p.acts { button { "Read" } }
            }
        }
    }
}
