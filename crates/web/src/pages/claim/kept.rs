//! What is theirs, taken: every format to keep it in, and a public page that is off until they switch it on.

use maud::{Markup, PreEscaped, html};

use crate::templates::{Act, Layout, SiteFrame, Tone, acts, icon, note, page};
use crate::text::clean;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct View {
    /// The address of this page; files and forms stand under it.
    pub base: String,
    /// Who issued it.
    pub issuer: String,
    /// What was earned.
    pub achievement: String,
    /// The public page, if it is on: its absolute address.
    pub public: Option<String>,
    /// A picture of that address to scan, drawn by us.
    pub qr_svg: Option<String>,
    /// The address that adds it to a LinkedIn profile, if the public page is on.
    pub linkedin: Option<String>,
    /// The credential was withdrawn since: what a reader sees.
    pub withdrawn: Option<String>,
}

/// Renders it.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    let file = |format: &str| format!("{}/credential.{format}", view.base);
    let (json, png, svg, pdf) = (file("json"), file("png"), file("svg"), file("pdf"));
    let bundle = file("bundle");
    let main = html! {
        p.verdict.pass { (icon("key")) " " strong { "It is yours" } " " span { bdi { (clean(&view.issuer)) } } }
        h1 { bdi { (clean(&view.achievement)) } }
        @if let Some(reason) = &view.withdrawn {
            (note(Some(Tone::Fail), Some("fail"), "It no longer stands", &html! { p { bdi { (clean(&view.issuer)) } " withdrew it. Reason given: " bdi { (clean(reason)) } } }))
        }
        h2 { "Keep it" }
        p { "Download it and put it where you keep important papers. It works without this site and without the school, for as long as you keep it." }
        (acts(&[
            Act { href: &json, icon: Some("download"), label: "The credential", small: Some("JSON, for wallets"), main: true, download: true },
            Act { href: &png, icon: Some("download"), label: "Picture", small: Some("PNG, with the credential in it"), download: true, ..Act::default() },
            Act { href: &svg, icon: Some("download"), label: "Drawing", small: Some("SVG, with the credential in it"), download: true, ..Act::default() },
            Act { href: &pdf, icon: Some("print"), label: "Certificate", small: Some("PDF, to print"), download: true, ..Act::default() },
            Act { href: &bundle, icon: Some("lock"), label: "Proof for later", small: Some("bundle, for when we are gone"), download: true, ..Act::default() },
        ]))
        p { "The proof for later is one file with the credential, the criteria, the place of both in the issuer’s public log, its keys, and proof of whether it was withdrawn, as of the moment it says. Anyone can check it when the issuer is gone. Download it again when someone asks for a newer one." }
        h2 { "Show it" }
        (public(view))
        (note(None, Some("lock"), "You decide who sees it", &html! {
            p { "Keep the address of the page that you are reading now to yourself: with it, the public page can be switched. Nobody is told when somebody looks." }
        }))
    };
    let title = format!("Your credential from {}", clean(&view.issuer));
    page(
        &Layout {
            certificate: true,
            ..Layout::reading(&title, site)
        },
        &main,
    )
}

fn public(view: &View) -> Markup {
    let action = format!("{}/page", view.base);
    let Some(address) = &view.public else {
        return html! {
            p { "A public page says what you can do and lets anybody check it. It is off: nobody can see it." }
            form action=(action) method="post" {
                input type="hidden" name="switch" value="on";
                p.acts { button { (icon("share")) " Switch the public page on" } }
            }
        };
    };
    html! {
        p { "Your public page is on. Whoever has its address sees it; it cannot be guessed, and search engines are asked to leave it out." }
        div.f {
            label for="addr" { "Address of your public page" }
            input id="addr" readonly value=(address);
        }
        @if let Some(svg) = &view.qr_svg { div.qr role="img" aria-label="QR code of the address of your public page" { (PreEscaped(svg)) } }
        p.acts {
            a.button href=(address) { (icon("device")) " See it as others do" } " "
            @if let Some(href) = &view.linkedin { a.button href=(href) rel="noreferrer" { (icon("people")) " Add to LinkedIn" } }
        }
        form action=(action) method="post" {
            input type="hidden" name="switch" value="off";
            p.acts { button { (icon("lock")) " Switch it off" } " " span.hint { "What others copied before cannot be taken back. Switched on again, it has a new address." } }
        }
    }
}
