//! The form in which a credential is handed in.

use maud::{Markup, html};

use crate::assets;
use crate::pages::about::legend;
use crate::pages::verify::here::{What, here};
use crate::templates::Problem;
use crate::templates::{
    Control, Field, Layout, Robots, SiteFrame, error_summary, field, icon, note, page,
};

/// The form. `refused` says why what was handed in could not be read, and the way out.
pub fn show(site: &SiteFrame, pasted: &str, refused: Option<&Problem>) -> Markup {
    let error = |name: &str| {
        refused
            .filter(|problem| problem.field == name)
            .map(|problem| problem.words.as_str())
    };
    let problems = refused.map_or(&[][..], std::slice::from_ref);
    let verifier = assets::verifier();
    let main = html! {
        h1 { "Check a credential" }
        p { "Find out what a credential says, who stands behind it, and whether it still stands. You need no account." }
        (error_summary("This could not be read", problems))
        form action="/verify" method="post" enctype="multipart/form-data" {
            (field(&Field {
                name: "file",
                label: "Drop the file here, or choose it",
                hint: Some("A badge picture (PNG or SVG), a credential file (.json), what a wallet presents, or a certificate (PDF) from Touchstone. Up to 10 MB."),
                error: error("file"),
                control: Control::File(".json,.jsonld,.jwt,.png,.svg,.pdf,application/json,application/vc"),
                ..Field::default()
            }))
            (field(&Field {
                name: "text",
                label: "Or paste a link or the text of the credential",
                hint: Some("A link begins with https://. The text of a credential begins with { or with ey."),
                error: error("text"),
                value: pasted,
                control: Control::Lines(4),
                ..Field::default()
            }))
            details {
                summary { "It answers a challenge that I gave" }
                p { "If you asked somebody to present something from their wallet, what you asked shows that it was made for you and is no copy." }
                (field(&Field { name: "challenge", label: "The challenge", hint: Some("Exactly as you gave it, and used for nobody else."), ..Field::default() }))
                (field(&Field { name: "domain", label: "The name under which you asked", hint: Some("Such as the host of your site. Empty, if you gave none."), ..Field::default() }))
            }
            p.acts { button.main { (icon("pass")) " Check it" } }
        }
        (here(verifier, What::File))
        (note(None, Some("lock"), "What happens to it", &html! {
            p { "It is checked and then forgotten. Its issuer is asked for nothing but what it publishes: its keys, its lists of what was withdrawn, and a badge of version 2.0 that stands on its site itself. If you would rather not send it at all, " code { "touchstone verify FILE --offline" } " checks it on your own machine." }
        }))
        h2 { "What you will see" }
        (legend())
    };
    let layout = Layout {
        robots: Robots::Index,
        script: verifier.map(|verifier| verifier.script),
        ..Layout::reading("Check a credential", site)
    };
    page(&layout, &main)
}
