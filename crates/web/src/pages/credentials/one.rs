//! One credential, as the registrar sees it: what was issued, to whom, how it got there, and what can be done.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use super::list::State;
use crate::pages::desk::{Desk, trail};
use crate::templates::{
    Act, Column, Control, Field, Moment, Problem, acts, day_text, error_summary, fact, facts,
    field, icon, ledger, minute, minute_text, note, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    pub id: String,
    pub person: String,
    /// Whose it is, among all learners.
    pub learner: String,
    pub address: Option<String>,
    pub identifier: Option<String>,
    pub did: Option<String>,
    pub achievement: String,
    pub version: i64,
    pub level: Option<String>,
    pub result: Option<String>,
    /// Levels to choose from when it is corrected: value and words.
    pub levels: Vec<(String, String)>,
    pub batch: Option<(String, String)>,
    pub issued: Moment,
    pub until: Option<Moment>,
    pub state: State,
    pub sha256: String,
    pub key: String,
    /// When it was withdrawn or paused, by whom, why.
    pub change: Option<(Moment, String, String)>,
    pub replaces: Option<String>,
    pub replaced_by: Option<String>,
    pub claimed: Option<Moment>,
    /// Whether the holder has the public page switched on.
    pub public: bool,
    pub deliveries: Vec<Delivery>,
    /// It has a place in a list that can withdraw it, and one in a list that can pause it.
    pub revocable: bool,
    pub suspendable: bool,
    /// What was refused, and what was entered.
    pub problems: Vec<Problem>,
    pub reason: String,
    /// A code on paper that was just made. It is shown this once.
    pub code: Option<String>,
}

impl View {
    /// Whether it can be withdrawn for one that is right.
    fn is_correctable(&self) -> bool {
        self.revocable && !matches!(self.state, State::Withdrawn | State::Replaced)
    }
}

/// One mail or code.
#[derive(Clone, Debug)]
#[expect(missing_docs)]
pub struct Delivery {
    pub way: &'static str,
    pub address: String,
    pub state: String,
    pub at: Moment,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let (tone, word) = view.state.told();
    let file = |format: &str| format!("/credentials/{}/credential.{format}", view.id);
    let (json, png, svg, pdf) = (file("json"), file("png"), file("svg"), file("pdf"));
    let main = html! {
        (trail(&[("/credentials", "Credentials")]))
        h1 { bdi { (view.person) } ": " (view.achievement) }
        (error_summary("That was not done", &view.problems))
        @if let Some(code) = &view.code {
            (note(Some(crate::templates::Tone::Pass), Some("key"), "The code on paper", &html! {
                p { "Write it down or print this page. It cannot be shown again." }
                p { strong { code { (code) } } ", to be entered at " code { "/claim" } "." }
            }))
        }
        (facts(&html! {
            (fact("State", &html! {
                span class=(tone.class()) { (outcome(tone, word)) }
                @if let Some((at, by, reason)) = &view.change { br; "On " (minute_text(*at)) ", by " (by) ". " (reason) }
            }))
            @if let Some(id) = &view.replaces { (fact("Corrects", &html! { a href={ "/credentials/" (id) } { code { (id) } } })) }
            @if let Some(id) = &view.replaced_by { (fact("Corrected by", &html! { a href={ "/credentials/" (id) } { code { (id) } } })) }
            (fact("Person", &html! { bdi { (view.person) } @if let Some(address) = &view.address { br; (address) } @if let Some(number) = &view.identifier { br; "Number " (number) } @if let Some(did) = &view.did { br; code { (did) } } br; a href={ "/credentials?learner=" (view.learner) } { "All credentials of this person" } }))
            (fact("Achievement", &html! { (view.achievement) ", version " (view.version) }))
            @if let Some(level) = &view.level { (fact("Level", &html! { (level) })) }
            @if let Some(result) = &view.result { (fact("Result", &html! { (result) })) }
            @if let Some((id, name)) = &view.batch { (fact("Cohort", &html! { a href={ "/cohorts/" (id) } { (name) } })) }
            (fact("Issued", &minute(view.issued)))
            (fact("Good until", &html! { @match view.until { Some(until) => (day_text(until)), None => "No end date" } }))
            (fact("Taken", &html! { @match view.claimed { Some(at) => (minute(at)), None => "Not yet" } }))
            (fact("Public page", &html! { @if view.public { "Switched on by the holder" } @else { "Off. Only the holder can switch it on" } }))
            (fact("Identifier", &html! { code { "urn:uuid:" (view.id) } }))
            (fact("Fingerprint", &html! { code { (view.sha256) } br; "Signed with " code { (view.key) } }))
        }))
        (acts(&[
            Act { href: &json, icon: Some("download"), label: "The credential", small: Some("JSON"), download: true, ..Act::default() },
            Act { href: &png, label: "Picture", small: Some("PNG"), download: true, ..Act::default() },
            Act { href: &svg, label: "Picture", small: Some("SVG"), download: true, ..Act::default() },
            Act { href: &pdf, icon: Some("print"), label: "Certificate", small: Some("PDF"), download: true, ..Act::default() },
        ]))
        (deliveries(desk, view))
        (change(desk, view))
    };
    desk.page(
        &format!("{}: {}", view.person, view.achievement),
        "/credentials",
        &main,
    )
}

fn deliveries(desk: &Desk, view: &View) -> Markup {
    html! {
        h2 { "How it was announced" }
        @if view.deliveries.is_empty() { p { "Not at all yet." } } @else {
            (ledger("Newest first", [Column::words("When"), Column::words("How"), Column::words("Where"), Column::words("State")],
                view.deliveries.iter().map(|one| [html! { (minute_text(one.at)) }, html! { (one.way) }, html! { (one.address) }, html! { (one.state) }])))
        }
        @if desk.may(Permission::Issue) { (announce(desk, view)) }
    }
}

fn announce(desk: &Desk, view: &View) -> Markup {
    let error = view
        .problems
        .iter()
        .find(|problem| problem.field == "email-resend")
        .map(|problem| problem.words.as_str());
    let hint = match view.claimed {
        None => "Links sent before stop working.",
        Some(_) if view.is_correctable() => {
            "It was taken already, and whoever took it keeps it with its link. If that was somebody else, correct it below: what they have is \
             withdrawn then."
        }
        Some(_) => "It was taken already, and whoever took it keeps it with its link.",
    };
    html! {
        (desk.form_once(&format!("/credentials/{}/resend", view.id), &html! {
            (field(&Field { name: "email", apart: Some("resend"), label: "E-mail", hint: Some(hint), value: view.address.as_deref().unwrap_or_default(), error, control: Control::Typed("email"), ..Field::default() }))
            p.acts { button { (icon("mail")) " Send the link again" } }
        }))
        (desk.button(&format!("/credentials/{}/paper", view.id), &html! { (icon("print")) " Make a code on paper" }))
    }
}

fn change(desk: &Desk, view: &View) -> Markup {
    let action = |verb: &str| format!("/credentials/{}/{verb}", view.id);
    let reason = |verb: &str| {
        let name = format!("reason-{verb}");
        let refused = view.problems.iter().find(|problem| problem.field == name);
        field(&Field {
            name: "reason",
            apart: Some(verb),
            label: "Reason",
            hint: Some(
                "The holder and everybody who checks the credential read it. Name no other person.",
            ),
            value: &view.reason,
            error: refused.map(|problem| problem.words.as_str()),
            control: Control::Lines(2),
            required: true,
            ..Field::default()
        })
    };
    html! {
        @if desk.may(Permission::Revoke) && view.state == State::Paused {
            h2 { "End the pause" }
            p { "The same credential stands again." }
            (desk.form(&action("reinstate"), &html! { (reason("reinstate")) p.acts { button.main { "Let it stand again" } } }))
        }
        @if view.suspendable && desk.may(Permission::Revoke) && matches!(view.state, State::Stands) {
            h2 { "Pause it" }
            p { "For as long as something is being looked at. Whoever checks it reads “Paused. Ask before you rely on it”." }
            (desk.form(&action("suspend"), &html! { (reason("suspend")) p.acts { button { "Pause it" } } }))
        }
        @if view.is_correctable() && desk.may(Permission::Revoke) {
            h2 { "Correct it" }
            p { "This one is withdrawn, and a new one with the right words is issued in the same step. The two name each other." }
            (desk.form_once(&action("correct"), &html! {
                (field(&Field { name: "name", label: "Name", value: &view.person, ..Field::default() }))
                (field(&Field { name: "email", label: "E-mail", value: view.address.as_deref().unwrap_or_default(), control: Control::Typed("email"), ..Field::default() }))
                @if !view.levels.is_empty() {
                    (levels(view))
                }
                (field(&Field { name: "result", label: "Result", value: view.result.as_deref().unwrap_or_default(), ..Field::default() }))
                p.acts { button { "Issue it corrected" } }
            }))
            h2 { "Withdraw it" }
            (note(None, None, "This cannot be undone", &html! {
                p { "Whoever checks it from then on reads that it was withdrawn, and why. If something in it is wrong, correct it instead: a right one is then issued in its place." }
            }))
            (desk.form(&action("revoke"), &html! { (reason("revoke")) p.acts { button { "Withdraw it for good" } } }))
        }
    }
}

fn levels(view: &View) -> Markup {
    let choices: Vec<(&str, &str)> = view
        .levels
        .iter()
        .map(|(value, words)| (value.as_str(), words.as_str()))
        .collect();
    let current = view
        .levels
        .iter()
        .find(|(_, words)| Some(words) == view.level.as_ref());
    let value = current.map_or("", |(value, _)| value.as_str());
    field(&Field {
        name: "level",
        label: "Level",
        value,
        control: Control::Choice(&choices),
        ..Field::default()
    })
}
