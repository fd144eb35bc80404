//! What the link in the mail opens. Opening it changes nothing; the button does.

use maud::{Markup, html};

use crate::pages::verify::view::Level;
use crate::templates::{
    Field, Layout, Moment, Problem, SiteFrame, StreakState, Tone, day_text, error_summary, fact,
    facts, field, icon, note, page, streak,
};
use crate::text::clean;

/// Everything on the page.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    /// Where the button goes.
    pub action: String,
    pub issuer: String,
    pub contact: Option<String>,
    /// The name, if the credential shows one.
    pub person: Option<String>,
    /// "can" or "has earned".
    pub verb: &'static str,
    /// The rest of the sentence.
    pub says: String,
    pub achievement: String,
    pub level: Option<Level>,
    pub assessor: Option<String>,
    pub awarded: Option<Moment>,
    pub until: Option<Moment>,
    pub take_by: Moment,
}

/// Renders the offer.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    let title = format!("Your credential from {}", clean(&view.issuer));
    let main = html! {
        p.verdict.pass { (icon("key")) " " strong { "Ready for you" } " " span { "Take it by " (day_text(view.take_by)) } }
        h1.statement {
            span.lead { bdi { (clean(&view.issuer)) } " states that" } " "
            span.who { @match &view.person { Some(name) => i { bdi { (clean(name)) } }, None => "you" } " " (view.verb) } " "
            bdi { (clean(&view.says)) }
        }
        @if let Some(Level { names, reached, .. }) = &view.level {
            p { "Level " (reached + 1) " of " (names.len()) ": " strong { (clean(&names[*reached])) "." } }
            (streak(names, *reached, StreakState::Stands))
        }
        form action=(view.action) method="post" {
            h2 { "Is this right?" }
            (facts(&html! {
                (fact("Credential", &html! { bdi { (clean(&view.achievement)) } }))
                @if let Some(name) = &view.assessor { (fact("Assessed by", &html! { bdi { (clean(name)) } })) }
                @if let Some(at) = view.awarded { (fact("Awarded", &html! { (day_text(at)) })) }
                (fact("Good until", &html! { @match view.until { Some(at) => (day_text(at)), None => "No end date" } }))
                (fact("Your name", &html! { @if view.person.is_some() { "Appears exactly as above" } @else { "Is not shown. Readers match you by your address" } }))
            }))
            p.hint { "If something is wrong, do not take it yet. "
                @match &view.contact { Some(address) => { "Write to " a href={ "mailto:" (address) } { (address) } "." } None => { "Tell the institution." } }
            }
            p.acts { button.main { (icon("download")) " Take my credential" } }
        }
        (note(None, Some("lock"), "Only you can see it", &html! {
            p { "Nobody else sees this credential until you show it. Opening this page has changed nothing; only the button does." }
        }))
    };
    page(
        &Layout {
            certificate: true,
            ..Layout::reading(&title, site)
        },
        &main,
    )
}

/// Asks for the code on paper.
pub fn code(site: &SiteFrame, entered: &str, problem: Option<&Problem>) -> Markup {
    let main = html! {
        h1 { "Take your credential" }
        p { "You received a letter or a slip of paper with a code." }
        (error_summary("This code does not work", problem.map_or(&[][..], std::slice::from_ref)))
        form action="/claim" method="post" {
            (field(&Field { name: "code", label: "The code", hint: Some("Capitals and hyphens do not matter."), value: entered, error: problem.map(|problem| problem.words.as_str()), required: true, autocomplete: Some("off"), ..Field::default() }))
            p.acts { button.main { (icon("key")) " Go on" } }
        }
    };
    page(&Layout::reading("Take your credential", site), &main)
}

/// Where the link of a mail leads that was sent as a test.
pub fn example(site: &SiteFrame) -> Markup {
    let main = html! {
        h1 { "This was a test" }
        p { "The link in a real mail leads to the credential and is made when the mail goes. This one stands in the mail that an institution sends to itself before it awards a cohort." }
    };
    page(&Layout::reading("This was a test", site), &main)
}

/// The link has ended, or a newer one took its place, or there is none.
pub fn ended(site: &SiteFrame, words: &str) -> Markup {
    let main = html! {
        h1 { "This link leads no further" }
        p { (words) }
        (note(Some(Tone::Warn), Some("mail"), "What you can do", &html! {
            p { "What was awarded to you is not lost. Look for a newer mail from the institution, or ask it for a new link. With a code on paper, " a href="/claim" { "enter it here" } "." }
        }))
    };
    page(&Layout::reading("This link leads no further", site), &main)
}
