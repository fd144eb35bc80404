//! Signing in by a link in a mail: ask for it, read that it was sent, confirm.
//!
//! Opening the link changes nothing, because scanners of mail open every link; the button on its page signs in.

use maud::{Markup, html};

use crate::templates::{Control, Field, Layout, SiteFrame, field, icon, note, page};

/// Asks for the address.
pub fn form(site: &SiteFrame, address: &str, error: Option<&str>) -> Markup {
    let main = html! {
        h1 { "Sign in" }
        p { "For members of an institution. We send a link to your address; it works once, for 15 minutes. There is no password." }
        form action="/signin" method="post" {
            (field(&Field {
                name: "email",
                apart: None,
                label: "Your e-mail address",
                hint: Some("The one under which your institution added you."),
                error,
                value: address,
                control: Control::Typed("email"),
                required: true,
                autocomplete: Some("email"),
            }))
            p.acts { button.main { (icon("mail")) " Send me a link" } }
        }
        (note(None, Some("key"), "To see or check a credential you need not sign in", &html! {
            p { "Learners use the link in their own mail. Anybody can " a href="/verify" { "check a credential" } "." }
        }))
    };
    page(&Layout::reading("Sign in", site), &main)
}

/// Says that a mail is on its way, whether or not the address is known: nobody learns who is a member.
pub fn sent(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "Look into your mail" }
        p { "If this address belongs to a member, a link is on its way to it. It works once, for 15 minutes." }
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

/// Who is signed in, and the way out.
pub fn me(desk: &crate::pages::desk::Desk, email: &str) -> Markup {
    let main = html! {
        h1 { (desk.member) }
        p { (email) ", " (desk.role) " at " (desk.institution) "." }
        p { "You stay signed in on this device for 12 hours." }
        (desk.button("/signout", &html! { (icon("key")) " Sign out" }))
    };
    desk.page(&desk.member, "/me", &main)
}
