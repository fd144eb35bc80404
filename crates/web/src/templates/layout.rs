//! The frame of every page: head, top, main, foot.

use maud::{DOCTYPE, Markup, html};

use super::icon;
use crate::assets;

/// What every page of an installation says about it.
#[derive(Clone, Debug, Default)]
pub struct SiteFrame {
    /// Who runs it.
    pub operator: String,
    /// Where to report a fault, if the operator said so: a `mailto:` or web address.
    pub contact: Option<String>,
}

/// How a page is framed.
#[derive(Debug)]
pub struct Layout<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// Language of the page's own words.
    pub language: &'a str,
    /// The site.
    pub site: &'a SiteFrame,
    /// A working page, wider than one to read.
    pub wide: bool,
    /// A page about one credential.
    pub certificate: bool,
    /// May search engines list it?
    pub robots: Robots,
    /// Where the same stands for machines: media type and address.
    pub alternate: Option<(&'a str, &'a str)>,
    /// A script module that adds to the page; the page is complete without it.
    pub script: Option<&'a str>,
    /// The way around, on pages that have one.
    pub nav: Option<Nav<'a>>,
    /// A link at the end of the top, such as "Check another".
    pub aside: Option<(&'a str, &'a str)>,
    /// Lines for the foot: attributions.
    pub attributions: &'a [String],
}

/// What search engines may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Robots {
    /// List the page.
    Index,
    /// Leave it out.
    Hidden,
}

/// The way around.
#[derive(Clone, Debug)]
pub struct Nav<'a> {
    /// Address and words of each place.
    pub places: &'a [(&'a str, &'a str)],
    /// The address of the current place.
    pub here: &'a str,
    /// Who is signed in, and as what; leads to their own page.
    pub person: Option<(&'a str, &'a str)>,
}

impl<'a> Layout<'a> {
    /// A page to read.
    pub fn reading(title: &'a str, site: &'a SiteFrame) -> Self {
        Self {
            title,
            language: "en",
            site,
            wide: false,
            certificate: false,
            robots: Robots::Hidden,
            alternate: None,
            script: None,
            nav: None,
            aside: None,
            attributions: &[],
        }
    }
}

/// A whole page.
pub fn page(layout: &Layout<'_>, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(layout.language) dir=(direction(layout.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="referrer" content="no-referrer";
                title { (layout.title) }
                link rel="stylesheet" href=(assets::stylesheet());
                link rel="icon" href=(assets::favicon());
                @if layout.robots == Robots::Hidden { meta name="robots" content="noindex"; }
                @if let Some((media_type, href)) = layout.alternate { link rel="alternate" type=(media_type) href=(href); }
                @if let Some(script) = layout.script { script type="module" src=(script) {} }
            }
            body class=[layout.wide.then_some("wide")] {
                a.vh.skip href="#main" { "Skip to content" }
                (top(layout))
                main #main class=[layout.certificate.then_some("certificate")] { (main) }
                (foot(layout))
            }
        }
    }
}

fn top(layout: &Layout<'_>) -> Markup {
    html! {
        header.top {
            a.home href="/" { (icon("touchstone")) " Touchstone" }
            @if let Some(nav) = &layout.nav {
                nav aria-label="Main" { ul { @for (href, words) in nav.places {
                    li { a href=(href) aria-current=[(*href == nav.here).then_some("page")] { (words) } }
                } } }
                @if let Some((href, words)) = nav.person { a href=(href) { (words) } }
            }
            @if let Some((href, words)) = layout.aside { a href=(href) { (words) } }
        }
    }
}

fn foot(layout: &Layout<'_>) -> Markup {
    html! {
        footer.foot {
            @for line in layout.attributions { small { (line) } }
            span { @if !layout.site.operator.is_empty() { "Run by " (layout.site.operator) " with Touchstone" } @else { "Run with Touchstone" } ", which is open source." }
            a href="/how" { "How checking works" }
            a href="/privacy" { "Privacy" }
            @if let Some(contact) = &layout.site.contact { a href=(contact) { "Report a fault" } }
        }
    }
}

/// Right-to-left for the languages that are written so.
fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default();
    match primary {
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}
