//! A member's own page.

use maud::{Markup, html};

use crate::assets;
use crate::pages::desk::{Desk, nothing};
use crate::templates::{Column, Field, Moment, csrf, day_text, field, icon, ledger};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Where sign-in links go.
    pub email: String,
    /// Passkeys can be had under this address.
    pub available: bool,
    /// The member's passkeys, newest first.
    pub passkeys: Vec<Passkey>,
    /// The name that was typed for a new one.
    pub label: String,
    /// Why it was refused.
    pub error: Option<String>,
}

/// A passkey.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Passkey {
    pub id: String,
    pub label: String,
    pub added: Moment,
    pub used: Option<Moment>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let main = html! {
        h1 { (desk.member) }
        p { (view.email) ", " (desk.role) " at " (desk.institution) "." }
        p { "You stay signed in on this device for 12 hours." }
        (desk.button("/signout", &html! { (icon("key")) " Sign out" }))
        h2 { "Passkeys" }
        p { "With a passkey you sign in by your finger, your face or a PIN, without a mail. It stays on your device or in your password store; we keep only what recognises it." }
        @if view.passkeys.is_empty() { (nothing("You have none yet.", None)) } @else {
            (listed(desk, "/me/passkeys", &view.passkeys))
        }
        @if view.available { (adding(desk, view)) } @else {
            p { "This installation is reached under a number instead of a name, and passkeys need a name. The link by mail does the same." }
        }
    };
    desk.page_with_script(&desk.member, "/me", assets::passkey_script(), &main)
}

/// The passkeys of a member, each with a button to remove it. `below` is the address under which they stand.
pub(crate) fn listed(desk: &Desk, below: &str, passkeys: &[Passkey]) -> Markup {
    let columns = ["Name", "Added", "Last used", "Remove"].map(Column::words);
    let rows = passkeys.iter().map(|one| {
        let words = html! { "Remove it" span.vh { ": " (one.label) } };
        [
            html! { bdi { (one.label) } },
            html! { (day_text(one.added)) },
            html! { @match one.used { Some(at) => (day_text(at)), None => "Never" } },
            desk.button(&format!("{below}/{}/remove", one.id), &words),
        ]
    });
    ledger("Newest first", columns, rows)
}

fn adding(desk: &Desk, view: &View) -> Markup {
    html! {
        h2 { "Add a passkey" }
        p data-without-passkeys { "This needs a script and a browser that knows passkeys. Without them, the link by mail does the same." }
        form hidden action="/me/passkeys" method="post" data-passkey="create" data-begin="/me/passkeys/begin" {
            (csrf(&desk.form_token))
            input type="hidden" name="ceremony";
            input type="hidden" name="answer";
            (field(&Field {
                name: "label",
                label: "A name for it",
                hint: Some("By which you know the device again, such as “laptop at work”."),
                value: &view.label,
                required: true,
                ..Field::default()
            }))
            p.err role="alert" { @if let Some(error) = &view.error { (error) } }
            p.acts { button.main { (icon("key")) " Add a passkey" } }
        }
    }
}
