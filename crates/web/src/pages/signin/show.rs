//! Signing in by a link in a mail: ask for it, read that it was sent, confirm. Or with a passkey, by the button beside.
//!
//! Opening the link changes nothing, because scanners of mail open every link; the button on its page signs in.

use maud::{Markup, html};

use crate::assets;
use crate::templates::{Control, Field, Layout, SiteFrame, field, icon, note, page};

/// What the form says.
#[derive(Debug, Default)]
pub struct View<'a> {
    /// Passkeys can be had under this address.
    pub passkeys: bool,
    /// Employers sign up by themselves here.
    pub sign_up: bool,
    /// The address so far.
    pub address: &'a str,
    /// Why the address was refused, or that a link was spent.
    pub error: Option<&'a str>,
    /// Why a passkey was refused.
    pub passkey_error: Option<&'a str>,
}

/// Asks for the address, or for a passkey.
pub fn form(site: &SiteFrame, view: &View<'_>) -> Markup {
    let main = html! {
        h1 { "Sign in" }
        p { "For members of an institution. There is no password." }
        h2 { "By a link in a mail" }
        form action="/signin" method="post" {
            (field(&Field {
                name: "email",
                label: "Your e-mail address",
                hint: Some("The one under which your institution added you. The link works once, for 15 minutes."),
                error: view.error,
                value: view.address,
                control: Control::Typed("email"),
                required: true,
                autocomplete: Some("email"),
                ..Field::default()
            }))
            p.acts { button.main { (icon("mail")) " Send me a link" } }
        }
        @if view.passkeys { (passkey(view.passkey_error)) }
        @if view.sign_up { p { "Are you an employer, and is your organization not here yet? " a href="/employers" { "Sign up" } "." } }
        (note(None, Some("key"), "To see or check a credential you need not sign in", &html! {
            p { "Learners use the link in their own mail. Anybody can " a href="/verify" { "check a credential" } "." }
        }))
    };
    let layout = Layout {
        script: view.passkeys.then(assets::passkey_script),
        ..Layout::reading("Sign in", site)
    };
    page(&layout, &main)
}

fn passkey(error: Option<&str>) -> Markup {
    html! {
        h2 { "With a passkey" }
        p { "If you added one on your own page here. You need not type who you are." }
        p data-without-passkeys { "This needs a script and a browser that knows passkeys. Without them, the link by mail does the same." }
        form hidden action="/signin/passkey" method="post" data-passkey="get" data-begin="/signin/passkey/begin" {
            input type="hidden" name="ceremony";
            input type="hidden" name="answer";
            p.err role="alert" { @if let Some(error) = error { (error) } }
            p.acts { button { (icon("key")) " Sign in with a passkey" } }
        }
    }
}

/// Says that a mail is on its way, whether or not the address is known: nobody learns who is a member.
pub fn sent(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "Look into your mail" }
        p { "If this address belongs to a member, a link is on its way to it. It works once, for 15 minutes. Where five that were sent before are open, no other is sent: open one of those." }
        p { "Nothing there after a few minutes? Look into the folder for unwanted mail, or ask an owner of your institution whether you were added under this address." }
        p.acts { a.button href="/signin" { (icon("retry")) " Send it again" } }
    };
    page(&Layout::reading("Look into your mail", site), &main)
}

/// What the link opens.
pub fn confirm(site: &SiteFrame, token: &str) -> Markup {
    let main = html! {
        h1 { "Sign in here?" }
        p { "You opened the link that we sent you. The button signs you in on this device." }
        form action="/signin/confirm" method="post" {
            input type="hidden" name="token" value=(token);
            p.acts { button.main { (icon("key")) " Sign in" } }
        }
        p.hint { "If you did not ask for this link, close the page. Nothing happens without the button." }
    };
    page(&Layout::reading("Sign in here?", site), &main)
}
