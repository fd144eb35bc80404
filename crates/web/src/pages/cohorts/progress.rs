//! A confirmed cohort on its way: what is done, what runs, what waits.

use maud::{Markup, html};
use touchstone_service::operations::Permission;
use touchstone_service::rows::BulkChangeRow;

use crate::pages::changes::listed;
use crate::pages::desk::{Desk, trail};
use crate::templates::{Act, Moment, Tone, acts, icon, minute, note, option, step};
use crate::text::sentence;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct View {
    /// The cohort's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is awarded.
    pub achievement: String,
    /// How many people.
    pub people: u64,
    /// The steps.
    pub steps: Vec<Step>,
    /// Everything is done.
    pub done: bool,
    /// It was given up.
    pub over: bool,
    /// What keeps it from being issued.
    pub stalled: Option<Stalled>,
    /// Rows that were faulty and stayed behind.
    pub left: u64,
    /// Who goes on paper and could be made a code.
    pub codes: Codes,
    /// Changes of many that are about its credentials, newest first.
    pub changes: Vec<BulkChangeRow>,
    /// As of when.
    pub at: Moment,
}

/// A step that failed and is tried again.
#[derive(Clone, Debug)]
pub struct Stalled {
    /// Why, in the words of what failed.
    pub reason: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried again; none while it is being tried.
    pub next: Option<Moment>,
    /// What was confirmed; confirming it again tries it at once.
    pub fingerprint: String,
    /// Some of it is signed already.
    pub some_signed: bool,
}

/// How many people have no mail address and did not take theirs yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Codes {
    /// They have no code.
    pub without: u64,
    /// They have one.
    pub with: u64,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// How far it is.
    pub tone: Tone,
    /// The same in a word.
    pub word: &'static str,
    /// What it is.
    pub words: String,
    /// How much of it is done: so many of so many.
    pub share: Option<(u64, u64)>,
    /// What else to know.
    pub hint: Option<String>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let here = format!("/cohorts/{}", view.id);
    let credentials = format!("/credentials?batch={}", view.id);
    let rows = format!("/cohorts/{}?rows=show", view.id);
    let title = if view.over {
        format!("{} was discarded", view.name)
    } else if view.done {
        format!("{} is awarded", view.name)
    } else {
        format!("Awarding {}", view.name)
    };
    let main = html! {
        (trail(&[("/cohorts", "Cohorts")]))
        h1 { (title) }
        p {
            (view.people) @if view.people == 1 { " person" } @else { " people" } ", " strong { (view.achievement) } ". "
            @if !view.done && !view.over { "You may close this page; the work goes on, and every step can be repeated safely." }
        }
        @if let Some(stalled) = &view.stalled { (stuck(desk, &view.id, stalled)) }
        ol.checks { @for (place, one) in view.steps.iter().enumerate() { (line(place, one)) } }
        @if view.done {
            (acts(&[
                Act { href: &credentials, icon: Some("people"), label: "See the credentials", main: true, ..Act::default() },
            ]))
            (codes(desk, view))
            (one_file(&view.id))
            @if view.left > 0 { p { (view.left) @if view.left == 1 { " row" } @else { " rows" } " stayed behind. " a href=(rows) { @if desk.may(Permission::Issue) { "Correct them" } @else { "Look at them" } } "." } }
        } @else if !view.over {
            form.acts action=(here) method="get" { button { (icon("retry")) " Show the latest" } " " span.hint { "As of " (minute(view.at)) } }
            (codes(desk, view))
        }
        (listed(desk, &view.changes))
        (note(None, None, "If something is wrong", &html! {
            p {
                "Credentials that are signed stay signed. "
                @if desk.may(Permission::Revoke) { "To take back one or all of them, see the credentials and withdraw them there; they show as withdrawn within seconds." }
                @else { "A registrar can withdraw them; they show as withdrawn within seconds." }
            }
        }))
    };
    desk.page(&title, "/cohorts", &main)
}

/// Why it does not go on, and the ways out.
fn stuck(desk: &Desk, id: &str, stalled: &Stalled) -> Markup {
    let body = html! {
        p { (sentence(&stalled.reason)) }
        p {
            "Nothing is lost. "
            @if stalled.tries > 1 { "It was tried " (stalled.tries) " times. " }
            @match stalled.next {
                Some(at) => { "It is tried again by itself, next at " (minute(at)) " and at least once an hour." }
                None => "It is being tried again now.",
            }
        }
        @if desk.may(Permission::Confirm) {
            (desk.form(&format!("/cohorts/{id}/confirm"), &html! {
                input type="hidden" name="fingerprint" value=(stalled.fingerprint);
                p.acts { button { (icon("retry")) " Try again now" } }
            }))
        }
        @if desk.may(Permission::Issue) {
            details {
                summary { "It can never be signed" }
                @if stalled.some_signed { p { "What is signed stays. The other rows are free again: you can correct them and have them issued, which sets their credentials down anew." } }
                @else { p { "Nothing of it is signed. Give it up, and upload the list again." } }
                (desk.button(&format!("/cohorts/{id}/cancel"), &html! { @if stalled.some_signed { "Give up what is not signed" } @else { "Give it up" } }))
            }
        }
        @else { p { "A registrar can end it, if it can never be signed." } }
    };
    note(Some(Tone::Warn), Some("warn"), "It does not go on", &body)
}

/// Making codes for those who have no mail address.
fn codes(desk: &Desk, view: &View) -> Markup {
    let Codes { without, with } = view.codes;
    let people = |count: u64| match count {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    if without + with == 0 {
        return html! {};
    }
    html! {
        h2 id="codes" { "Codes on paper" }
        @if without > 0 { p { (people(without)) " without a mail address " @if without == 1 { "has" } @else { "have" } " no code yet. You get one page with a slip for each, to print and cut up." } }
        @if with > 0 { p { (people(with)) @if with == 1 { " has a code and has" } @else { " have codes and have" } " not taken " @if with == 1 { "the credential" } @else { "the credentials" } " yet." } }
        @if !desk.may(Permission::Issue) { p { "A registrar can make codes." } } @else {
            (desk.form(&format!("/cohorts/{}/codes", view.id), &html! {
                @if without > 0 && with > 0 {
                    fieldset {
                        legend { "For whom" }
                        (option("radio", "again", "off", &html! { "Those who have none: " (without) }, true))
                        (option("radio", "again", "on", &html! { "All of them: " (without + with) small { " The codes that were made before stop working" } }, false))
                    }
                } @else if without == 0 {
                    input type="hidden" name="again" value="on";
                    p.hint { "If slips were lost, make new ones for all of them. The codes that were made before stop working then." }
                }
                p.acts { button { (icon("print")) @if without == 0 { " Make new codes" } @else { " Make the codes" } } }
            }))
        }
    }
}

/// All credentials as one file, in the forms that are wanted.
fn one_file(id: &str) -> Markup {
    let box_of =
        |format: &str, words: Markup, ticked| option("checkbox", "format", format, &words, ticked);
    html! {
        h2 { "Everybody’s credentials as one file" }
        form action={ "/cohorts/" (id) "/credentials.zip" } method="get" {
            fieldset {
                legend { "What is in it" }
                (box_of("json", html! { "The credentials " small { "JSON" } }, true))
                (box_of("pdf", html! { "Certificates to print " small { "PDF" } }, true))
                (box_of("png", html! { "Pictures " small { "PNG" } }, false))
                (box_of("svg", html! { "Pictures " small { "SVG" } }, false))
            }
            p.hint { "A ZIP file with a table of who is in it. It is made while you save it; certificates and pictures of many people take some minutes." }
            p.acts { button { (icon("download")) " Save them" } }
        }
    }
}

fn line(place: usize, one: &Step) -> Markup {
    let id = format!("step-{place}");
    step(
        one.tone,
        one.word,
        &html! {
            @match one.share {
                Some((part, whole)) if part < whole => {
                    label for=(id) { (one.words) ": " (part) " of " (whole) }
                    progress id=(id) max=(whole) value=(part) { (part) " of " (whole) }
                }
                _ => (one.words),
            }
            @if let Some(hint) = &one.hint { p.hint { (hint) } }
        },
    )
}
