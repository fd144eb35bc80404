//! The frame of every page: head, top, main, foot.

use maud::{DOCTYPE, Markup, html};
use touchstone_service::spoken_or_english;

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
                a.vh.skip href="#main" { (Frame::of(layout.language).skip) }
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
    let said = Frame::of(layout.language);
    // What the links lead to is in English.
    let english = (said.language != "en").then_some("en");
    html! {
        footer.foot {
            @for line in layout.attributions { small { (line) } }
            span { @if !layout.site.operator.is_empty() { (said.run_by[0]) (layout.site.operator) (said.run_by[1]) } @else { (said.run) } (said.open) }
            a href="/how" hreflang=[english] { (said.how) }
            a href="/privacy" hreflang=[english] { (said.privacy) }
            @if let Some(contact) = &layout.site.contact { a href=(contact) { (said.fault) } }
        }
    }
}

/// The words around a page, in the languages in which pages for holders are.
struct Frame {
    language: &'static str,
    skip: &'static str,
    /// Before and after who runs it.
    run_by: [&'static str; 2],
    run: &'static str,
    open: &'static str,
    how: &'static str,
    privacy: &'static str,
    fault: &'static str,
}

impl Frame {
    /// Those of a language, or English.
    fn of(language: &str) -> &'static Self {
        spoken_or_english(&FRAMES, |frame| frame.language, language)
    }
}

const FRAMES: [Frame; 4] = [
    Frame {
        language: "en",
        skip: "Skip to content",
        run_by: ["Run by ", " with Touchstone"],
        run: "Run with Touchstone",
        open: ", which is open source.",
        how: "How checking works",
        privacy: "Privacy",
        fault: "Report a fault",
    },
    Frame {
        language: "de",
        skip: "Zum Inhalt",
        run_by: ["Betrieben von ", " mit Touchstone"],
        run: "Betrieben mit Touchstone",
        open: ", das quelloffen ist.",
        how: "Wie geprüft wird",
        privacy: "Datenschutz",
        fault: "Fehler melden",
    },
    Frame {
        language: "es",
        skip: "Ir al contenido",
        run_by: ["Operado por ", " con Touchstone"],
        run: "Operado con Touchstone",
        open: ", que es de código abierto.",
        how: "Cómo se comprueba",
        privacy: "Privacidad",
        fault: "Avisar de un fallo",
    },
    Frame {
        language: "fr",
        skip: "Aller au contenu",
        run_by: ["Exploité par ", " avec Touchstone"],
        run: "Exploité avec Touchstone",
        open: ", dont le code est ouvert.",
        how: "Comment on vérifie",
        privacy: "Confidentialité",
        fault: "Signaler une erreur",
    },
];

/// Right-to-left for the languages that are written so.
fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default();
    match primary {
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}
