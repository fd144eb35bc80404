//! One member: who they are, what they may do, and whether they are let in.

use maud::{Markup, html};

use crate::pages::desk::{Desk, nothing, trail};
use crate::pages::me::show::{Passkey, listed};
use crate::templates::{
    Control, Field, Problem, Tone, error_summary, fact, facts, field, icon, note, option, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Where sign-in links go.
    pub email: String,
    /// Name and address as they stand in the form: what was entered, if that was refused.
    pub entered: (String, String),
    /// Their passkeys, newest first.
    pub passkeys: Vec<Passkey>,
    /// What the keys of programs are called that they made, directly or with such a key, and that work.
    pub keys: Vec<String>,
    /// They may make such keys now.
    pub administers: bool,
    /// They are let in no longer.
    pub disabled: bool,
    /// Whoever looks is this member.
    pub oneself: bool,
    /// Every role: its name, what it may do, and whether it is theirs.
    pub roles: Vec<(&'static str, &'static str, bool)>,
    /// What was refused.
    pub problems: Vec<Problem>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let path = format!("/members/{}", view.id);
    let main = html! {
        (trail(&[("/members", "Members and keys")]))
        h1 { bdi { (view.name) } }
        (error_summary("That was not done", &view.problems))
        (facts(&html! {
            (fact("E-mail", &html! { (view.email) }))
            (fact("Access", &html! {
                @if view.disabled { span.wait { (outcome(Tone::Wait, "No access")) } }
                @else { span.pass { (outcome(Tone::Pass, "Member")) } }
            }))
        }))
        h2 { "What they may do" }
        @if view.oneself {
            (note(Some(Tone::Warn), Some("warn"), "These are your own roles", &html! {
                p { "If you take “owner” from yourself, only another owner can give it back." }
            }))
        }
        (desk.form(&format!("{path}/roles"), &html! {
            fieldset {
                legend { "Roles" }
                @for (name, meaning, theirs) in &view.roles {
                    (option("checkbox", "role", name, &html! { (name) " " span.hint { (meaning) } }, *theirs))
                }
            }
            p.hint { "It holds at once, also where they are signed in now. Whoever is an owner no longer has no keys of programs: those that they made end." }
            p.acts { button.main { (icon("people")) " Save these roles" } }
        }))
        (who(desk, view))
        (keys(view))
        @if !view.oneself {
            h2 { "Passkeys" }
            p { "If a device is lost, remove its passkey: it then opens nothing, and whoever is signed in as this member is signed out." }
            @if view.passkeys.is_empty() { (nothing("There is none.", None)) } @else { (listed(desk, &format!("{path}/passkeys"), &view.passkeys)) }
            h2 { "Access" }
            @if view.disabled {
                p { "They cannot sign in. Their roles and passkeys are kept, and work again when you let them in. Keys of programs that ended stay ended." }
                (desk.button(&format!("{path}/enable"), &html! { "Give access again" }))
            } @else {
                p { "Whoever has no access is signed out everywhere, at once, and the keys of programs that they made end. What they did stays in the record under their name." }
                (desk.button(&format!("{path}/disable"), &html! { "Take access away" }))
            }
        }
    };
    desk.page(&view.name, "/members", &main)
}

fn who(desk: &Desk, view: &View) -> Markup {
    let error = |name: &str| {
        let problem = view.problems.iter().find(|problem| problem.field == name);
        problem.map(|problem| problem.words.as_str())
    };
    let (name, email) = (&view.entered.0, &view.entered.1);
    html! {
        h2 { "Name and address" }
        (desk.form(&format!("/members/{}", view.id), &html! {
            (field(&Field { name: "name", label: "Name", value: name, error: error("name"), required: true, ..Field::default() }))
            (field(&Field { name: "email", label: "E-mail", hint: Some("Sign-in links go there. Look twice: whoever reads mail there can sign in."), value: email, error: error("email"), control: Control::Typed("email"), required: true, ..Field::default() }))
            p.hint {
                @if view.oneself { "You are signed out everywhere, and sign in again with a link to this address. Where it changes, your passkeys are removed." }
                @else { "They are signed out everywhere, and links that were sent before open nothing. Where the address changes, their passkeys are removed: whoever read mail at the old one may have added them." }
                @if !view.keys.is_empty() { " Keys of programs go on: look whether you know each." }
            }
            p.acts { button { "Save name and address" } }
        }))
    }
}

fn keys(view: &View) -> Markup {
    html! {
        @if !view.keys.is_empty() {
            h2 { "Keys of programs" }
            p { "Made here, or with a key that was made here:" }
            ul { @for name in &view.keys { li { bdi { (name) } } } }
            @if view.administers {
                p { "They end with this member’s access, or where “owner” is taken away. Where a program still needs one, another owner makes a new one first." }
            } @else {
                p { "They are from before keys ended with the access of who made them, and still work. " a href="/members" { "End them" } " where no program needs them." }
            }
        }
    }
}
