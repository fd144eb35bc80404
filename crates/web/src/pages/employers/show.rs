//! Signing up: ask for it, read that a mail was sent, confirm.

use maud::{Markup, html};

use super::ask::Typed;
use crate::templates::{
    Control, Field, Layout, Problem, SiteFrame, error_summary, field, icon, page,
};

/// Asks who it is.
pub(super) fn form(site: &SiteFrame, typed: &Typed, problem: Option<&Problem>) -> Markup {
    let error = |name: &str| {
        let found = problem.filter(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let main = html! {
        h1 { "For employers" }
        p { "Describe roles task by task, see what credentials show of them, and write with schools and other employers what a credential certifies. There is no password." }
        (error_summary("Nothing was sent", problem.map(std::slice::from_ref).unwrap_or_default()))
        form action="/employers" method="post" {
            (field(&Field { name: "organization", label: "Your organization", value: &typed.organization, error: error("organization"), required: true, autocomplete: Some("organization"), ..Field::default() }))
            (field(&Field { name: "domain", label: "Its domain", hint: Some("Such as example.com. You show later that it is yours; until then nobody sees your organization here, and it has no vote."), value: &typed.domain, error: error("domain"), required: true, ..Field::default() }))
            (field(&Field { name: "name", label: "Your name", value: &typed.name, error: error("name"), required: true, autocomplete: Some("name"), ..Field::default() }))
            (field(&Field { name: "email", label: "Your e-mail address", hint: Some("A link goes there. It works once, for a day."), value: &typed.email, error: error("email"), control: Control::Typed("email"), required: true, autocomplete: Some("email"), ..Field::default() }))
            p.acts { button.main { (icon("mail")) " Send me a link" } }
        }
        p { "Is your organization here already? " a href="/signin" { "Sign in" } "." }
    };
    page(&Layout::reading("For employers", site), &main)
}

/// Says that a mail is on its way, the same for every address.
pub(super) fn sent(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "Look into your mail" }
        p { "A link is on its way to you. It works once, for a day; until you open it nothing is set up, and after a day nothing of what you typed is kept." }
        p { "Nothing there after a few minutes? Look into the folder for unwanted mail. We send one address three mails a day at most." }
        p.acts { a.button href="/employers" { (icon("retry")) " Back to the form" } }
    };
    page(&Layout::reading("Look into your mail", site), &main)
}

/// What the link opens.
pub(super) fn confirm(site: &SiteFrame, token: &str) -> Markup {
    let main = html! {
        h1 { "Set your organization up?" }
        p { "You opened the link that we sent you. The button sets your organization up, with you as its owner, and signs you in on this device." }
        form action="/employers/confirm" method="post" {
            input type="hidden" name="token" value=(token);
            p.acts { button.main { (icon("people")) " Set it up" } }
        }
        p.hint { "If you did not ask for this link, close the page. Nothing happens without the button." }
    };
    page(&Layout::reading("Set your organization up?", site), &main)
}

/// The link opens nothing any more.
pub(super) fn spent(site: &SiteFrame, again: bool) -> Markup {
    let main = html! {
        h1 { "This link opens nothing" }
        p { "It was used, or it is too old. If your organization was set up with it, sign in." }
        p.acts { a.button.main href="/signin" { (icon("key")) " Sign in" } @if again { " " a.button href="/employers" { "Sign up again" } } }
    };
    page(&Layout::reading("This link opens nothing", site), &main)
}
