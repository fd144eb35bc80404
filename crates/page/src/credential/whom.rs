//! Whom a credential is about that names nobody: what it is tied to, and a form that compares.
//!
//! Comparing is pure ([`touchstone_vc::HolderMatch`]); what was typed is answered, and neither kept nor logged.

use maud::{Markup, html};
use touchstone_vc::HolderMatch;

use super::view::Matching;
use crate::templates::{Control, Field, Tone, field, icon, note};

/// The most that is taken as an address or a number: RFC 5321 §4.5.3.1 allows an address 254 letters.
pub const LONGEST: usize = 320;

/// The note, with its form where one is offered.
pub(super) fn whom(by: &[String], matching: Option<&Matching>) -> Markup {
    html! {
        div id="whom" {
            @if by.is_empty() {
                (note(None, Some("people"), HEADING, &html! {
                    p { "It names nobody. Ask the person to show that it is theirs, from the wallet in which they keep it." }
                }))
            } @else {
                @if let Some((told, answer)) = matching.and_then(|matching| matching.answer.as_ref()) {
                    (answered(by, told, *answer))
                }
                (note(None, Some("people"), HEADING, &html! {
                    p { "It shows no name. It is tied to the " (one_of(by)) " of the person, as a fingerprint that only those can match who know it. Ask the person for theirs, and that the credential came to them there." }
                    @if let Some(matching) = matching { (form(by, matching)) }
                }))
            }
        }
    }
}

fn form(by: &[String], matching: &Matching) -> Markup {
    let asked = one_of(by);
    let label = format!("{} that the person gave you", capital(&asked));
    let only_mail = by.iter().all(|kind| kind == MAIL);
    let told = matching.answer.as_ref().map(|(told, _)| told.as_str());
    html! {
        form action=(matching.action) method="post" enctype=[matching.carried.as_ref().map(|_| "multipart/form-data")] {
            @if let Some(carried) = &matching.carried { input type="hidden" name="text" value=(carried); }
            (field(&Field {
                name: "holder",
                label: &label,
                hint: Some("It is compared and forgotten. Capital letters and spaces around it make no difference to an e-mail address."),
                value: told.unwrap_or_default(),
                control: if only_mail { Control::Typed("email") } else { Control::Text },
                required: true,
                autocomplete: Some("off"),
                ..Field::default()
            }))
            p.acts { button { (icon("people")) " Compare" } }
        }
    }
}

fn answered(by: &[String], told: &str, answer: HolderMatch) -> Markup {
    let kind = if told.contains('@') {
        "address"
    } else {
        "identifier"
    };
    match answer {
        HolderMatch::Same => note(
            Some(Tone::Pass),
            Some("pass"),
            &format!("This is the {kind} it was issued to"),
            &html! { p { "Whether it is the person’s own is for you to find out: a message sent there reaches only who reads it there." } },
        ),
        HolderMatch::Other => note(
            Some(Tone::Warn),
            Some("warn"),
            &format!("It was issued to another {kind}"),
            &html! { p { "Look whether it was typed right. Many people have more than one: ask the person where this credential came to them, and compare that." } },
        ),
        HolderMatch::NotTied => note(
            Some(Tone::Unsure),
            Some("unsure"),
            "This could not be compared",
            &html! { p { "It is tied to the " (one_of(by)) " of the person, and what you gave is none. That says nothing for or against it. Ask the person for theirs." } },
        ),
        HolderMatch::Unreadable => note(
            Some(Tone::Unsure),
            Some("unsure"),
            "This could not be compared",
            &html! { p { "Its issuer made the fingerprint in a way that this page cannot compare. That says nothing for or against it. Ask the person to show that it is theirs, from the wallet in which they keep it." } },
        ),
    }
}

fn one_of(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What `read` calls an `emailAddress`.
const MAIL: &str = "e-mail address";
const HEADING: &str = "Whom it is about";
