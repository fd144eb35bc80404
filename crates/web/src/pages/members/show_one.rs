//! One member: who they are, what they may do, and whether they are let in.

use maud::{Markup, html};

use crate::pages::desk::{Desk, trail};
use crate::templates::{Problem, Tone, error_summary, fact, facts, icon, note, option, outcome};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Where sign-in links go.
    pub email: String,
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
            p.hint { "It holds at once, also where they are signed in now." }
            p.acts { button.main { (icon("people")) " Save these roles" } }
        }))
        @if !view.oneself {
            h2 { "Access" }
            @if view.disabled {
                p { "They cannot sign in. Their roles and passkeys are kept, and work again when you let them in." }
                (desk.button(&format!("{path}/enable"), &html! { "Give access again" }))
            } @else {
                p { "Whoever has no access is signed out everywhere, at once. What they did stays in the record under their name." }
                (desk.button(&format!("{path}/disable"), &html! { "Take access away" }))
            }
        }
    };
    desk.page(&view.name, "/members", &main)
}
