//! The pages on which giving a key up and destroying it are confirmed.

use maud::{Markup, html};

use crate::pages::desk::{Desk, trail};
use crate::templates::{
    Control, Field, Problem, Tone, error_summary, fact, facts, field, icon, note,
};

/// Everything on these pages.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    pub id: String,
    pub signed: u64,
    pub standing: usize,
    pub waiting: u64,
    pub lists: usize,
    /// The institution is called by this key and has no other.
    pub is_its_key: bool,
    /// The institution's DID has a history.
    pub has_history: bool,
    /// The moment that was chosen.
    pub since: String,
    /// The reason that was typed.
    pub reason: String,
    pub problems: Vec<Problem>,
}

/// Asks whether a key is to be given up.
pub fn compromise(desk: &Desk, view: &View) -> Markup {
    let path = format!("/signing-keys/{}", view.id);
    let main = html! {
        (above(view, &path))
        h1 { "Give up key " code { (view.id) } }
        (error_summary("That was not done", &view.problems))
        p { "Nothing is signed with it any more, and the public log says so. It cannot be taken back." }
        (facts(&html! {
            (fact("In doubt", &html! { "of " (counted(view.signed, "credential")) " that it signed, the " (view.standing) " that were not withdrawn. Whoever checks one is told so, whatever date it bears" }))
            @if view.waiting > 0 { (fact("Not signed", &html! { (counted(view.waiting, "approved credential")) ", waiting for it. Their rows say why and can be uploaded again" })) }
            @if view.is_its_key {
                (fact("No other key", &html! { "the institution is called by this one. Nothing more is signed here, neither credentials nor lists of withdrawals, and nobody can succeed it any more" }))
            } @else {
                (fact("Signed anew", &html! { (counted(view.lists as u64, "list")) " of withdrawals, with the other key. If no other key signs, one is made" @if view.has_history { ", which signs as soon as the history of the institution’s DID has it. Until then nothing is signed" } }))
            }
            (fact("Told", &html! { "the owners, by mail, and employers here that were handed a credential which names it" }))
        }))
        (desk.form(&format!("{path}/compromise"), &html! {
            (field(&Field {
                name: "since", label: "Since when may somebody else have it", hint: Some("Day and time in UTC. If in doubt, choose the earlier one."),
                value: &view.since, error: error(view, "since"), control: Control::Typed("datetime-local"), required: true, ..Field::default()
            }))
            (field(&Field {
                name: "reason", label: "What happened", hint: Some("For the record. It names no person."),
                value: &view.reason, error: error(view, "reason"), required: true, ..Field::default()
            }))
            p.acts { button.main { (icon("warn")) " Give it up" } " " a.button href=(path) { "Leave it as it is" } }
        }))
    };
    desk.page(&format!("Give up key {}", view.id), "/members", &main)
}

/// Asks whether a key is to be destroyed.
pub fn destroy(desk: &Desk, view: &View) -> Markup {
    let path = format!("/signing-keys/{}", view.id);
    let main = html! {
        (above(view, &path))
        h1 { "Destroy key " code { (view.id) } }
        (error_summary("That was not done", &view.problems))
        (note(Some(Tone::Warn), Some("warn"), "It cannot be taken back", &html! {
            p { "The secret goes for good. Backups that were made before still hold it. The public half stays published: the " (view.signed) " credentials that it signed can be checked as before." }
        }))
        (desk.form(&format!("{path}/destroy"), &html! {
            (field(&Field {
                name: "reason", label: "Why", hint: Some("For the record."), value: &view.reason, error: error(view, "reason"), required: true, ..Field::default()
            }))
            p.acts { button.main { (icon("warn")) " Destroy it" } " " a.button href=(path) { "Leave it as it is" } }
        }))
    };
    desk.page(&format!("Destroy key {}", view.id), "/members", &main)
}

fn counted(number: u64, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

fn above(view: &View, path: &str) -> Markup {
    trail(&[
        ("/members", "Members and keys"),
        ("/signing-keys", "Keys that sign"),
        (path, &view.id),
    ])
}

fn error<'a>(view: &'a View, field: &str) -> Option<&'a str> {
    let problem = view.problems.iter().find(|problem| problem.field == field);
    problem.map(|problem| problem.words.as_str())
}
