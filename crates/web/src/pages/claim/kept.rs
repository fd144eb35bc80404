//! What is theirs, taken: every format to keep it in, and a public page that is off until they switch it on.

use maud::{Markup, PreEscaped, html};

use super::words::{Kept, Words};
use crate::templates::{Act, Layout, SiteFrame, Tone, acts, icon, note, page};
use crate::text::clean;

/// Everything on the page.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The address of this page; files and forms stand under it.
    pub base: String,
    /// Who issued it.
    pub issuer: String,
    /// The language of what the issuer wrote.
    pub language: Option<String>,
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
pub(super) fn show(site: &SiteFrame, words: &Words, view: &View) -> Markup {
    let said = &words.kept;
    let [
        [json_is, json_for],
        [png_is, png_for],
        [svg_is, svg_for],
        [pdf_is, pdf_for],
        [bundle_is, bundle_for],
    ] = said.files;
    let file = |format: &str| format!("{}/credential.{format}", view.base);
    let (json, png, svg, pdf) = (file("json"), file("png"), file("svg"), file("pdf"));
    let bundle = file("bundle");
    let main = html! {
        p.verdict.pass { (icon("key")) " " strong { (said.yours) } " " span { bdi { (clean(&view.issuer)) } } }
        h1 { bdi lang=[view.language.as_deref()] { (clean(&view.achievement)) } }
        @if let Some(reason) = &view.withdrawn {
            (note(Some(Tone::Fail), Some("fail"), said.gone, &html! { p { bdi { (clean(&view.issuer)) } (said.withdrew) bdi { (clean(reason)) } } }))
        }
        h2 { (said.keep[0]) }
        p { (said.keep[1]) }
        (acts(&[
            Act { href: &json, icon: Some("download"), label: json_is, small: Some(json_for), main: true, download: true },
            Act { href: &png, icon: Some("download"), label: png_is, small: Some(png_for), download: true, ..Act::default() },
            Act { href: &svg, icon: Some("download"), label: svg_is, small: Some(svg_for), download: true, ..Act::default() },
            Act { href: &pdf, icon: Some("print"), label: pdf_is, small: Some(pdf_for), download: true, ..Act::default() },
            Act { href: &bundle, icon: Some("lock"), label: bundle_is, small: Some(bundle_for), download: true, ..Act::default() },
        ]))
        p { (said.bundle) }
        h2 { (said.show) }
        (public(said, view))
        (note(None, Some("lock"), said.decide[0], &html! {
            p { (said.decide[1]) }
        }))
    };
    let title = words.title.replace("{issuer}", &clean(&view.issuer));
    page(
        &Layout {
            certificate: true,
            language: words.language,
            ..Layout::reading(&title, site)
        },
        &main,
    )
}

fn public(said: &Kept, view: &View) -> Markup {
    let action = format!("{}/page", view.base);
    let Some(address) = &view.public else {
        return html! {
            p { (said.off) }
            form action=(action) method="post" {
                input type="hidden" name="switch" value="on";
                p.acts { button { (icon("share")) " " (said.switch_on) } }
            }
        };
    };
    html! {
        p { (said.on) }
        div.f {
            label for="addr" { (said.address) }
            input id="addr" readonly value=(address);
        }
        @if let Some(svg) = &view.qr_svg { div.qr role="img" aria-label=(said.qr) { (PreEscaped(svg)) } }
        p.acts {
            a.button href=(address) { (icon("device")) " " (said.as_others) } " "
            @if let Some(href) = &view.linkedin { a.button href=(href) rel="noreferrer" { (icon("people")) " " (said.linkedin) } }
        }
        form action=(action) method="post" {
            input type="hidden" name="switch" value="off";
            p.acts { button { (icon("lock")) " " (said.switch_off) } " " span.hint { (said.no_way_back) } }
        }
    }
}
