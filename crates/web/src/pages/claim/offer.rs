//! What the link in the mail opens. Opening it changes nothing; the button does.

use maud::{Markup, html};

use super::words::Words;
use crate::pages::verify::view::Level;
use crate::templates::{
    Field, Layout, Moment, Problem, SiteFrame, StreakState, Tone, error_summary, fact, facts,
    field, icon, note, page, streak,
};
use crate::text::clean;

/// Everything on the page.
pub(super) struct View {
    /// Where the button goes.
    pub action: String,
    pub issuer: String,
    pub contact: Option<String>,
    /// The name, if the credential shows one.
    pub person: Option<String>,
    /// It says what the person can do, not only what they have earned.
    pub can: bool,
    /// The words of the sentence, in one language with what it says.
    pub sentence: &'static Words,
    /// The language of what the issuer wrote.
    pub language: Option<String>,
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
pub(super) fn show(site: &SiteFrame, words: &Words, view: &View) -> Markup {
    let said = &words.offer;
    let title = words.title.replace("{issuer}", &clean(&view.issuer));
    let (written, sentence) = (view.language.as_deref(), view.sentence);
    let (lead, verb) = (&sentence.offer, usize::from(!view.can));
    let main = html! {
        p.verdict.pass { (icon("key")) " " strong { (said.ready) } " " span { (said.take_by.replace("{day}", &words.day(view.take_by))) } }
        h1.statement lang=(sentence.language) {
            span.lead { bdi { (clean(&view.issuer)) } (lead.states) } " "
            span.who { @match &view.person { Some(name) => { i { bdi { (clean(name)) } } " " (lead.can[verb]) }, None => (lead.you[verb]) } } " "
            bdi lang=[written] { (clean(&view.says)) }
        }
        @if let Some(Level { names, reached, .. }) = &view.level {
            p { (said.level.replace("{place}", &(reached + 1).to_string()).replace("{of}", &names.len().to_string())) strong { (clean(&names[*reached])) "." } }
            (streak(names, *reached, StreakState::Stands))
        }
        form action=(view.action) method="post" {
            h2 { (said.right) }
            (facts(&html! {
                (fact(said.credential, &html! { bdi lang=[written] { (clean(&view.achievement)) } }))
                @if let Some(name) = &view.assessor { (fact(said.assessed_by, &html! { bdi { (clean(name)) } })) }
                @if let Some(at) = view.awarded { (fact(said.awarded, &html! { (words.day(at)) })) }
                (fact(said.until, &html! { @match view.until { Some(at) => (words.day(at)), None => (said.no_end) } }))
                (fact(said.name, &html! { @if view.person.is_some() { (said.name_shown) } @else { (said.name_hidden) } }))
            }))
            p.hint { (said.wrong) " "
                @match &view.contact { Some(address) => { (said.write_to) a href={ "mailto:" (address) } { (address) } "." } None => { (said.tell) } }
            }
            p.acts { button.main { (icon("download")) " " (said.take) } }
        }
        (note(None, Some("lock"), said.only_you[0], &html! {
            p { (said.only_you[1]) }
        }))
    };
    page(
        &Layout {
            certificate: true,
            language: words.language,
            ..Layout::reading(&title, site)
        },
        &main,
    )
}

/// Asks for the code on paper.
pub(super) fn code(
    site: &SiteFrame,
    words: &Words,
    entered: &str,
    problem: Option<&Problem>,
) -> Markup {
    let said = &words.code;
    let main = html! {
        h1 { (said.title) }
        p { (said.letter) }
        (error_summary(said.wrong, problem.map_or(&[][..], std::slice::from_ref)))
        form action="/claim" method="post" {
            (field(&Field { name: "code", label: said.code, hint: Some(said.hint), value: entered, error: problem.map(|problem| problem.words.as_str()), required: true, autocomplete: Some("off"), ..Field::default() }))
            p.acts { button.main { (icon("key")) " " (said.go_on) } }
        }
    };
    reading(site, words, said.title, &main)
}

/// Where the link of a mail leads that was sent as a test.
pub(super) fn example(site: &SiteFrame, words: &Words) -> Markup {
    let [title, more] = words.example;
    let main = html! {
        h1 { (title) }
        p { (more) }
    };
    reading(site, words, title, &main)
}

/// The link has ended, or a newer one took its place, or there is none.
pub(super) fn ended(site: &SiteFrame, words: &Words, why: &str) -> Markup {
    let said = &words.ended;
    let [before, link, after] = said.not_lost;
    let main = html! {
        h1 { (said.title) }
        p { (why) }
        (note(Some(Tone::Warn), Some("mail"), said.what_to_do, &html! {
            p { (before) a href="/claim" { (link) } (after) }
        }))
    };
    reading(site, words, said.title, &main)
}

fn reading(site: &SiteFrame, words: &Words, title: &str, main: &Markup) -> Markup {
    let layout = Layout {
        language: words.language,
        ..Layout::reading(title, site)
    };
    page(&layout, main)
}
