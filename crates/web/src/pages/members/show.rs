//! Who may do what here, and with which keys.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use crate::pages::desk::{Desk, nothing};
use crate::templates::{
    Column, Control, Field, Moment, Problem, Tone, day_text, error_summary, field, icon, ledger,
    note, option, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Members.
    pub members: Vec<Member>,
    /// Keys that sign credentials.
    pub signing: Vec<SigningKey>,
    /// Keys of programs.
    pub api: Vec<ApiKey>,
    /// Roles that can be given: name and what it may do.
    pub roles: Vec<(&'static str, &'static str)>,
    /// What API keys can be allowed: name and what it is.
    pub scopes: Vec<(&'static str, &'static str)>,
    /// A key that was just made. It is shown this once.
    pub fresh_key: Option<String>,
    /// What was refused.
    pub problems: Vec<Problem>,
}

/// A member.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Member {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: String,
    pub disabled: bool,
}

/// A key that signs credentials.
#[derive(Clone, Debug)]
#[expect(missing_docs)]
pub struct SigningKey {
    pub name: String,
    pub active: bool,
    pub since: Moment,
    pub until: Option<Moment>,
}

/// A key of a program.
#[derive(Clone, Debug)]
#[expect(missing_docs)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub scopes: String,
    pub until: Option<Moment>,
    pub used: Option<Moment>,
    pub ended: bool,
    pub maker: Option<String>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let main = html! {
        h1 { "Members and keys" }
        (error_summary("That was not done", &view.problems))
        @if let Some(key) = &view.fresh_key {
            (note(Some(Tone::Pass), Some("key"), "The new key", &html! {
                p { "Copy it now. It is kept only as a fingerprint and cannot be shown again." }
                p { code { (key) } }
            }))
        }
        (members(desk, view))
        h2 { "Keys that sign" }
        p { "Every credential is signed with the institution’s key. An old key stays published, so that what it signed can still be checked." }
        (ledger("Newest first", [Column::words("Key"), Column::words("Since"), Column::words("State")],
            view.signing.iter().map(|key| [
                html! { a href={ "/signing-keys/" (key.name) } { code { (key.name) } } },
                html! { (day_text(key.since)) @if let Some(until) = key.until { " to " (day_text(until)) } },
                html! { @if key.active { span.pass { (outcome(Tone::Pass, "Signs")) } } @else { span.wait { (outcome(Tone::Wait, "Signs no more")) } } },
            ])))
        p.acts { a.button href="/signing-keys" { (icon("key")) " Their history, and rotating" } }
        (programs(desk, view))
    };
    desk.page("Members and keys", "/members", &main)
}

fn members(desk: &Desk, view: &View) -> Markup {
    html! {
        h2 { "Members" }
        (ledger("Who may do what", [Column::words("Name"), Column::words("Roles"), Column::words("State")],
            view.members.iter().map(|member| [
                html! {
                    @if desk.may(Permission::Administer) { a href={ "/members/" (member.id) } { bdi { (member.name) } } } @else { bdi { (member.name) } }
                    small { (member.email) }
                },
                html! { (member.roles) },
                html! {
                    @if member.disabled { span.wait { (outcome(Tone::Wait, "No access")) } }
                    @else { span.pass { (outcome(Tone::Pass, "Member")) } }
                },
            ])))
        @if desk.may(Permission::Administer) {
            p { "Open a member to change their roles or their access." }
            details {
                summary { "Add a member" }
                (desk.form("/members", &html! {
                    (field(&Field { name: "name", label: "Name", required: true, ..Field::default() }))
                    (field(&Field { name: "email", label: "E-mail", hint: Some("Sign-in links go there."), control: Control::Typed("email"), required: true, ..Field::default() }))
                    fieldset { legend { "Roles" } @for (name, meaning) in &view.roles { (option("checkbox", "role", name, &html! { (name) " " span.hint { (meaning) } }, false)) } }
                    p.acts { button.main { (icon("people")) " Add" } }
                }))
            }
        }
    }
}

fn programs(desk: &Desk, view: &View) -> Markup {
    html! {
        h2 { "Keys of programs" }
        p { "A program that uses the API shows a key. Give it only what it needs, and an end. A key ends with the access of who made it." }
        @if view.api.is_empty() { (nothing("There is none.", None)) } @else {
            (ledger("Newest first", [Column::words("Name"), Column::words("May"), Column::words("Good until"), Column::words("Last used"), Column::words("State")],
                view.api.iter().map(|key| [
                    html! { (key.name) small { code { (key.prefix) "…" } @if let Some(maker) = &key.maker { " made by " bdi { (maker) } } } },
                    html! { (key.scopes) },
                    html! { @match key.until { Some(at) => (day_text(at)), None => "No end" } },
                    html! { @match key.used { Some(at) => (day_text(at)), None => "Never" } },
                    html! {
                        @if key.ended { span.wait { (outcome(Tone::Wait, "Ended")) } }
                        @else if desk.may(Permission::Administer) { (desk.button(&format!("/keys/{}/revoke", key.id), &html! { "End it" span.vh { ": " (key.name) } })) }
                        @else { span.pass { (outcome(Tone::Pass, "Works")) } }
                    },
                ])))
        }
        @if desk.may(Permission::Administer) {
            details {
                summary { "Make a key" }
                (desk.form("/keys", &html! {
                    (field(&Field { name: "name", apart: Some("key"), label: "What it is for", required: true, ..Field::default() }))
                    (field(&Field { name: "days", label: "Good for how many days", value: "90", control: Control::Typed("number"), required: true, ..Field::default() }))
                    fieldset { legend { "It may" } @for (name, meaning) in &view.scopes { (option("checkbox", "scope", name, &html! { code { (name) } " " span.hint { (meaning) } }, false)) } }
                    p.acts { button.main { (icon("key")) " Make it" } }
                }))
            }
        }
    }
}
