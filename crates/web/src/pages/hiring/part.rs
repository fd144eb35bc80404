//! Parts that pages about applications share.

use maud::{Markup, html};
use touchstone_service::crosswalk::{KeptRole, RoleReading, Verdict};
use touchstone_service::hiring::{Age, Choice, Posting, Shared};
use touchstone_vc::json::Value;

use crate::pages::roles::words;
use crate::templates::{Moment, day_text, fact, facts, minute, moment, outcome};
use crate::text::clean;

/// Who hires, until when, and what becomes of what is sent.
pub(super) fn about(posting: &Posting, domain: &Markup) -> Markup {
    let row = &posting.row;
    facts(&html! {
        (fact("Employer", &html! { a href={ "/i/" (posting.institution.slug) } { bdi { (posting.institution.name) } } }))
        (fact("Its domain", domain))
        @if let Some(closes) = row.closes_at { (fact("Applications are taken until", &html! { (day_text(moment(closes))) })) }
        (fact("What you send is kept for", &html! { (row.keep_days) " days, unless you take it back earlier. Then it is deleted." }))
        (fact("Who reads it", &html! { "The owners and registrars of " bdi { (posting.institution.name) } " here, and nobody else." @if row.blind == 1 { " Your name, and what leads to it, is covered until one of them asks for it; that is put on record." } }))
    })
}

/// What is read in credentials, one by one.
pub(super) fn told(shared: &Shared) -> Markup {
    let (tone, word) = words::found(shared.verdict);
    facts(&html! {
        (fact("Today", &html! {
            span class=(tone.class()) { (outcome(tone, word)) }
            @if shared.too_large { " " small { "What its issuer publishes about it is too large to be read here." } }
        }))
        (fact("Stated by", &html! { bdi { (clean(&shared.issuer)) } " " small { code { (shared.issuer_id) } } }))
        (fact("Names in it", &html! { @if shared.people.is_empty() { "None" } @else { @for (place, name) in shared.people.iter().enumerate() { @if place > 0 { ", " } bdi { (clean(name)) } } } }))
        @if let Some(level) = &shared.level { (fact("Level", &html! { bdi { (clean(level)) } })) }
        @if let Some(at) = shared.awarded { (fact("Awarded", &html! { (day_text(Moment::from(at))) })) }
        (fact("Evidence", &html! { @if shared.evidence.is_empty() { "None in it" } @else { ul { @for piece in &shared.evidence { li {
            @let name = words::kind(&piece.name);
            @match &piece.address { Some(address) => a href=(address) rel="noopener noreferrer" { bdi { (name) } }, None => bdi { (name) } }
        } } } } }))
    })
}

/// Every word of a credential, as it is.
pub(super) fn whole(shared: &Shared) -> Markup {
    let text = match Value::parse(&shared.bytes) {
        Ok(value) => pretty(&value),
        Err(_) => String::from_utf8_lossy(&shared.bytes).into_owned(),
    };
    let short: String = text.chars().take(MOST_SHOWN).collect();
    html! { details {
        summary { "Everything that stands in it" span.vh { ": " (clean(&shared.name)) } }
        pre.scroll tabindex="0" { code { (short) @if short.len() < text.len() { "…" } } }
    } }
}

fn pretty(value: &Value) -> String {
    let plain = serde_json::from_str::<serde_json::Value>(&value.to_string());
    plain.map_or_else(|_| value.to_string(), |plain| format!("{plain:#}"))
}

/// What is missing, and what could close each gap.
pub(super) fn missing(role: &KeptRole, reading: &RoleReading, close: &[Vec<Choice>]) -> Markup {
    html! { section { h2 { "What is missing, and what could close it" }
        (gaps(role, reading, close))
    } }
}

/// The same under a heading of the page's own.
pub(super) fn gaps(role: &KeptRole, reading: &RoleReading, close: &[Vec<Choice>]) -> Markup {
    let open: Vec<_> = reading
        .tasks
        .iter()
        .filter(|answer| answer.verdict != Verdict::Met)
        .collect();
    html! {
        @if open.is_empty() { p { "Nothing: every task is met." } } @else {
            p { "You can apply all the same. What is not shown is not said to be missing in you." }
            ul { @for answer in open {
                @let task = &role.role.tasks[answer.task];
                @let (tone, word) = words::verdict(answer.verdict);
                li {
                    bdi { (task.label) } " " span class=(tone.class()) { (outcome(tone, word)) } ". "
                    @match close.get(answer.task).map(Vec::as_slice) {
                        None | Some([]) => small { "No achievement that is known here shows it." },
                        Some(choices) => small { "Shown by " @for (place, choice) in choices.iter().take(MOST_CHOICES).enumerate() {
                            @if place > 0 { ", " }
                            bdi { (choice.name) } " of " a href={ "/i/" (choice.slug) } { bdi { (choice.institution) } }
                        } @if choices.len() > MOST_CHOICES { " and " (choices.len() - MOST_CHOICES) " more" } "." },
                    }
                }
            } }
        }
    }
}

/// More is not read on a page; it is sent all the same.
const MOST_SHOWN: usize = 20_000;
const MOST_CHOICES: usize = 5;

/// What nobody may take a shared credential for.
pub(crate) const WHOSE: &str = "Nothing here proves that these are the sender’s.";
/// What is said where credentials name different people.
pub(crate) const DIFFER: &str = "The credentials do not all name the same person.";

/// As of when an application is told, and what is not known of it.
pub(super) fn age(age: &Age) -> Markup {
    html! {
        @if let Some(at) = age.as_of { "As of " (minute(Moment::from(at))) ". " }
        @if age.incomplete { "What some issuers say now is not known: they did not answer, answered with more than is read here, or were not asked yet. They are asked by and by; look again later. " }
        @match age.unread { 0 => {}, 1 => "One credential cannot be read. ", many => { (many) " credentials cannot be read. " } }
    }
}

/// That nothing proves whose credentials they are, and whether they name one person.
pub(super) fn whose(differ: bool) -> Markup {
    html! { p { strong { (WHOSE) } " Ask for proof of who they are. " @if differ { (DIFFER) } } }
}
