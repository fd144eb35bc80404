//! The page about one key: where it is, what became of it, what can be done.

use maud::{Markup, html};
use touchstone_service::operations::Permission;
use touchstone_service::operations::signing_key::KeyState;

use crate::pages::desk::{Desk, trail};
use crate::templates::{
    Act, Moment, Problem, Tone, acts, error_summary, fact, facts, minute_text, note, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    pub id: String,
    pub name: String,
    pub public_key: String,
    pub algorithm: &'static str,
    pub custody: &'static str,
    pub tone: Tone,
    pub words: &'static str,
    pub planned: Option<Moment>,
    /// The institution's DID has a history.
    pub has_history: bool,
    pub history: Vec<Step>,
    pub signed: u64,
    pub standing: usize,
    pub waiting: u64,
    pub given_up: bool,
    pub can_activate: bool,
    pub can_retire: bool,
    pub can_compromise: bool,
    pub can_destroy: bool,
    pub problems: Vec<Problem>,
}

/// Something that became of it.
#[derive(Clone, Debug)]
#[expect(missing_docs)]
pub struct Step {
    pub state: KeyState,
    pub at: Moment,
    pub since: Moment,
    pub who: String,
    pub reason: String,
    pub entry: Option<u64>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let path = format!("/signing-keys/{}", view.id);
    let main = html! {
        (trail(&[("/members", "Members and keys"), ("/signing-keys", "Keys that sign")]))
        h1 { "Key " code { (view.id) } }
        (error_summary("That was not done", &view.problems))
        (facts(&html! {
            (fact("State", &html! { span class=(view.tone.class()) { (outcome(view.tone, view.words)) } @if let Some(planned) = view.planned { ". Signs from " (minute_text(planned)) @if view.has_history { ", once the history of the institution’s DID has it" } } }))
            (fact("Signed", &html! { (view.signed) " credentials, of which " (view.standing) " were not withdrawn" }))
            @if view.waiting > 0 { (fact("Waiting", &html! { (view.waiting) " approved credentials wait to be signed with it" })) }
            (fact("Kept in", &html! { @match view.custody { "pkcs11" => "a security module", "aws-kms" => "AWS KMS", _ => "an encrypted file of this installation" } }))
            (fact("Kind", &html! { (view.algorithm) }))
            (fact("Name", &html! { code { (view.name) } }))
            (fact("Public half", &html! { code { (view.public_key) } }))
        }))
        @if view.given_up {
            (note(Some(Tone::Fail), Some("fail"), "What it signed is in doubt", &html! {
                p { "Whoever checks such a credential is told that nobody can tell when it was signed. Issue them anew: each is withdrawn in the moment in which its replacement is signed, and its holder gets mail." }
                @if view.standing > 0 && desk.may(Permission::Administer) {
                    (desk.button(&format!("{path}/reissue"), &html! { "Issue " (view.standing) " anew" }))
                }
            }))
        }
        section {
            h2 { "What became of it" }
            ul.checks { @for step in &view.history { (step_line(step)) } }
        }
        @if desk.may(Permission::Administer) { (what_can_be_done(desk, view, &path)) }
    };
    desk.page(&format!("Key {}", view.id), "/members", &main)
}

fn step_line(step: &Step) -> Markup {
    let (tone, word, said) = match step.state {
        KeyState::Pending => (Tone::Wait, "Announced", "made and published"),
        KeyState::Active => (Tone::Pass, "Signs", "began to sign"),
        KeyState::Retired => (
            Tone::Wait,
            "Signs no more",
            "stopped; what it signed stands",
        ),
        KeyState::Compromised => (Tone::Fail, "Given up", "may be in other hands"),
        KeyState::Destroyed => (Tone::Wait, "Destroyed", "its secret is gone"),
    };
    html! {
        li class=(tone.class()) { div.step {
            (outcome(tone, word))
            div {
                (minute_text(step.at)) ": " (said)
                @if step.state == KeyState::Compromised { " since " (minute_text(step.since)) }
                ". " (step.reason) " (" (step.who) ")."
                @if let Some(entry) = step.entry { small { " " a href={ "/log?entry=" (entry) } { "Entry " (entry) " of the log" } } }
            }
        } }
    }
}

fn what_can_be_done(desk: &Desk, view: &View, path: &str) -> Markup {
    let (compromise, destroy) = (format!("{path}/compromise"), format!("{path}/destroy"));
    html! {
        section {
            h2 { "What can be done" }
            @if view.can_activate {
                p { "It signs by itself once it was announced long enough, if it was made by rotating." }
                (desk.button(&format!("{path}/activate"), &html! { "Let it sign now" }))
            }
            @if view.can_retire {
                p { "It can be retired once another key signs and nothing waits for it." }
                (desk.button(&format!("{path}/retire"), &html! { "Retire it" }))
            }
            @if view.can_compromise {
                p { "If somebody else has it, or may have, give it up at once." }
                (acts(&[Act { href: &compromise, label: "Give it up …", ..Act::default() }]))
            }
            @if view.can_destroy {
                p { "Its secret can be destroyed. The public half stays, and with it what it signed." }
                (acts(&[Act { href: &destroy, label: "Destroy it …", ..Act::default() }]))
            }
        }
    }
}
