//! `/i/SLUG`: an institution and what can be earned there.

use maud::{Markup, html};

use crate::pages::signing_keys::picture::{Bar, picture};
use crate::templates::{
    Act, Layout, Moment, Robots, SiteFrame, Tone, acts, day_text, fact, facts, outcome, page,
};
use crate::text::clean;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    pub slug: String,
    pub name: String,
    pub country: Option<String>,
    pub legal_id: Option<String>,
    pub website: Option<String>,
    pub contact: Option<String>,
    pub did: Option<String>,
    /// The DIDs that it had before it moved, oldest first.
    pub former: Vec<String>,
    pub signs_as: Option<String>,
    /// Its mark, at an address of ours.
    pub mark: Option<String>,
    pub achievements: Vec<Offer>,
    /// Mapping sets and competencies that it released: what each is called, and its page.
    pub released: Vec<(String, String)>,
    /// Its keys, newest first.
    pub keys: Vec<Key>,
    /// The same along time, oldest first.
    pub bars: Vec<Bar>,
}

/// A key that signs, signed, or will.
#[derive(Clone, Debug)]
#[expect(missing_docs)]
pub struct Key {
    pub id: String,
    pub state: (Tone, &'static str),
    pub algorithm: &'static str,
    /// When it began to sign, and when it ended.
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    /// Before when nobody else had it, of one that was given up.
    pub given_up_since: Option<Moment>,
    /// Where the public log has what became of it.
    pub entries: Vec<u64>,
}

/// One thing that can be earned.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs)]
pub struct Offer {
    pub name: String,
    pub description: String,
    pub levels: Vec<String>,
    pub valid_for_months: Option<u32>,
    /// What it means.
    pub href: String,
    /// Who endorses it, where somebody does.
    pub endorsed: Option<Markup>,
}

/// Renders it.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    let profile = format!("/i/{}/profile", view.slug);
    let keys = format!("/i/{}/did.json", view.slug);
    let main = html! {
        @if let Some(mark) = &view.mark { img.mark src=(mark) alt="" width="56" height="56"; }
        h1 { bdi { (clean(&view.name)) } }
        (facts(&html! {
            @if let Some(signs_as) = &view.signs_as { (fact("Signs as", &html! { strong { (signs_as) } @if let Some(did) = &view.did { br; code { (did) } } })) }
            @if !view.former.is_empty() { (fact("Signed before as", &html! { @for did in &view.former { code { (did) } br; } })) }
            @if let Some(country) = &view.country { (fact("Country", &html! { (country) })) }
            @if let Some(id) = &view.legal_id { (fact("Legal identifier", &html! { (id) })) }
            @if let Some(website) = view.website.as_ref().filter(|url| url.starts_with("https://")) { (fact("Website", &html! { a href=(website) rel="noreferrer" { (website) } })) }
            @if let Some(contact) = &view.contact { (fact("Questions to", &html! { a href={ "mailto:" (contact) } { (contact) } })) }
        }))
        h2 { "What can be earned" }
        @if view.achievements.is_empty() { p { "Nothing is published yet." } } @else {
            ul.plain.items { @for offer in &view.achievements { li {
                h2 { a href=(offer.href) { bdi { (clean(&offer.name)) } } }
                p { bdi { (clean(&offer.description)) } }
                p.hint {
                    @if !offer.levels.is_empty() { (offer.levels.len()) @if offer.levels.len() == 1 { " level: " } @else { " levels: " } (offer.levels.join(", ")) ". " }
                    @match offer.valid_for_months { Some(months) => { "Good for " (months) @if months == 1 { " month." } @else { " months." } } None => "No end date." }
                }
                @if let Some(endorsed) = &offer.endorsed { (endorsed) }
            } } }
        }
        @if !view.released.is_empty() {
            h2 { "What was agreed on with others" }
            ul.plain { @for (title, href) in &view.released { li { a href=(href) { bdi { (clean(title)) } } } } }
        }
        @if !view.keys.is_empty() {
            h2 { "The keys that sign" }
            p { "What a key signed before it signed no more stays good. What a key signed that was given up stands only where the public log or a witness shows that it is older." }
            (picture(&view.bars))
            ul.plain { @for key in &view.keys { li {
                span class=(key.state.0.class()) { (outcome(key.state.0, key.state.1)) } ": " code { (key.id) } " (" (key.algorithm) ")"
                @if let Some(from) = key.from { ", from " (day_text(from)) }
                @if let Some(until) = key.until { " until " (day_text(until)) }
                @if let Some(since) = key.given_up_since { "; nobody else had it before " (day_text(since)) }
                "."
                @for (place, entry) in key.entries.iter().enumerate() {
                    @if place == 0 { " In the public log: " } @else { ", " }
                    a href={ "/log?entry=" (entry) } { (entry) }
                }
            } } }
        }
        h2 { "For machines" }
        (acts(&[
            Act { href: &profile, icon: Some("file"), label: "Profile", small: Some("JSON-LD"), ..Act::default() },
            Act { href: &keys, icon: Some("key"), label: "Keys", small: Some("DID document"), ..Act::default() },
        ]))
        @if view.did.as_deref().is_some_and(|did| did.starts_with("did:webvh:")) {
            p { "Every version of its keys, each signed: " a href={ (keys) "l" } { code { "did.jsonl" } } "." }
        }
    };
    let layout = Layout {
        robots: Robots::Index,
        aside: Some(("/verify", "Check a credential")),
        ..Layout::reading(&view.name, site)
    };
    page(&layout, &main)
}
