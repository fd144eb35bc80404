//! The page about the keys that sign.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use super::picture::{Bar, picture};
use crate::pages::desk::{Desk, trail};
use crate::templates::{
    Column, Field, Moment, Problem, Tone, day_text, error_summary, field, icon, ledger,
    minute_text, option, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct View {
    /// The keys, newest first.
    pub lines: Vec<Line>,
    /// The same along time, oldest first.
    pub bars: Vec<Bar>,
    /// How long a new key is announced.
    pub announce_minutes: i64,
    /// After how many days a key is rotated by itself.
    pub days: Option<u32>,
    /// Whether what holds the keys does not answer.
    pub away: bool,
    /// The institution is called by its key, and so has this one for ever.
    pub is_its_key: bool,
    /// The DID that succeeds the institution's.
    pub successor: Option<String>,
    /// The history of the institution's DID, where it has one.
    pub history: Option<History>,
    /// What else than the document that is published stands at the address of the institution's DID.
    pub elsewhere: Option<Elsewhere>,
    /// What was typed as a reason.
    pub reason: String,
    /// What was refused.
    pub problems: Vec<Problem>,
}

/// A document at the address of the DID that deceives who checks.
#[derive(Clone, Copy, Debug)]
pub enum Elsewhere {
    /// It was never published here; since then.
    Foreign(Moment),
    /// A key counts in it that was given up; since then.
    GivenUp(Moment),
    /// It was there then, and nobody has looked since.
    Once(Moment),
}

/// How the history of a DID stands.
#[derive(Clone, Debug)]
pub struct History {
    /// Where it is published.
    pub path: String,
    /// How many versions it has.
    pub versions: usize,
    /// When the last was made.
    pub changed: Option<Moment>,
    /// How many changes are not in it yet.
    pub waiting: usize,
    /// How much of what its readers take it needs.
    pub used_percent: usize,
    /// Why it is no history.
    pub refused: Option<String>,
    /// The key that is to sign next, and is not here.
    pub lost: Option<String>,
}

/// A key in the list.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Line {
    pub id: String,
    pub tone: Tone,
    pub words: &'static str,
    pub algorithm: &'static str,
    pub custody: &'static str,
    pub made: Moment,
    pub from: Option<Moment>,
    pub planned: Option<Moment>,
    pub until: Option<Moment>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let columns = [
        Column::words("Key"),
        Column::words("State"),
        Column::words("Signed from"),
        Column::words("Until"),
    ];
    let main = html! {
        (trail(&[("/members", "Members and keys")]))
        h1 { "Keys that sign" }
        (error_summary("That was not done", &view.problems))
        @if let Some(successor) = &view.successor {
            p.note { "This institution is succeeded by " code { (successor) } ": both keys signed that, and it stands in the " a href="/log" { "public log" } ". What was issued here stays as it is; issue what is new there." }
        }
        @if let Some(Elsewhere::Once(at)) = view.elsewhere {
            p.note.warn role="status" { "When the address of the institution’s DID was looked at last, on " (minute_text(at)) ", another document stood there than the one published here. Nobody has looked since: whoever runs this site switches that on with " code { "keys.compare_documents_minutes" } "." }
        }
        @if let Some(Elsewhere::GivenUp(since)) = view.elsewhere {
            p.note.fail role="alert" { "A document from before a key was given up stands at the address of the institution’s DID since " (minute_text(since)) ": that key counts in it, and whoever has it can sign in your name. Have the document that " code { "touchstone publish" } " writes put there. If it is there already, find out who answers for the domain and its server." }
        }
        @if let Some(Elsewhere::Foreign(since)) = view.elsewhere {
            p.note.fail role="alert" { "Somebody else’s document stands at the address of the institution’s DID since " (minute_text(since)) ": it was never published here. Whoever checks a credential now may be shown other keys. Find out who answers for the domain and its server; then compare with the document that " code { "touchstone publish" } " writes." }
        }
        @if view.away {
            p.note.warn role="status" { "The security module or service that holds the keys does not answer. Nothing is signed elsewhere in its place: what was confirmed waits, and goes on by itself when it is back. Whoever runs this site finds the cause with " code { "touchstone doctor" } "." }
        }
        p { "Every credential and every list of withdrawals is signed with the institution’s key. An old key stays published, so that what it signed can still be checked; where it began and ended stands in the " a href="/log" { "public log" } "." }
        @if let Some(kept) = &view.history { (history(kept)) }
        (picture(&view.bars))
        (ledger("Newest first", columns, view.lines.iter().map(|line| [
            html! { a href={ "/signing-keys/" (line.id) } { code { (line.id) } } small { (line.algorithm) @match line.custody { "pkcs11" => ", in a security module", "aws-kms" => ", in AWS KMS", _ => {} } } },
            html! { span class=(line.tone.class()) { (outcome(line.tone, line.words)) } },
            html! { @match (line.from, line.planned) {
                (Some(from), _) => (day_text(from)),
                (None, Some(planned)) => { "from " (minute_text(planned)) },
                (None, None) => "not yet",
            } },
            html! { @match line.until { Some(until) => (day_text(until)), None => "–" } },
        ])))
        @if view.is_its_key {
            @if view.successor.is_none() { (only_key()) }
        } @else if desk.may(Permission::Administer) {
            section {
                h2 { "Rotate" }
                p { "A new key is made and published. It signs after " (view.announce_minutes) " minutes, so that everybody who keeps a copy of the old list of keys knows it by then. The old key finishes what was approved under it and then signs no more." }
                @match view.days {
                    Some(days) => p { "A key is rotated by itself after " (days) " days." },
                    None => p { "Keys are not rotated by themselves here; that is set where Touchstone is configured." },
                }
                (desk.form("/signing-keys/rotate", &html! {
                    (field(&Field {
                        name: "reason", label: "Why", hint: Some("For the record."), value: &view.reason,
                        error: view.problems.first().map(|problem| problem.words.as_str()), required: true, ..Field::default()
                    }))
                    (option("checkbox", "when", "now", &html! { "Let it sign at once " span.hint { "Whoever has an older copy cannot check new credentials until they fetch it again." @if view.history.is_some() { " It still waits until the history of the DID has it." } } }, false))
                    p.acts { button.main { (icon("key")) " Rotate" } }
                }))
            }
        }
    };
    desk.page("Keys that sign", "/members", &main)
}

/// Where everybody reads which keys there were when, and whether that is up to date.
fn history(kept: &History) -> Markup {
    html! {
        @if let Some(why) = &kept.refused {
            p.note.fail role="alert" { "The history of the institution’s DID does not hold: " (why) ". Nothing is added to it. Whoever runs this site finds more with " code { "touchstone doctor" } "." }
        } @else {
            p { "The document with these keys has a history that nobody can change afterwards: " a href=(kept.path) { code { "did.jsonl" } } ", " (kept.versions) @if kept.versions == 1 { " version" } @else { " versions" } @if let Some(changed) = kept.changed { ", the last of " (minute_text(changed)) } "." }
        }
        @if let Some(key) = &kept.lost {
            p.note.fail role="alert" { "The key " code { (key) } " that is to sign the next version is not here, so changes of keys cannot be published. Have whoever runs this site put the keys back as they were." }
        }
        @if kept.waiting > 0 {
            p.note.warn role="status" { (kept.waiting) @if kept.waiting == 1 { " change is" } @else { " changes are" } " not published yet: the key that signs the history has not signed. It is tried again until it has." }
        }
        @if kept.used_percent >= 50 {
            p.note.warn role="status" { "The history needs " (kept.used_percent) " % of what its readers take. From 75 % on no key is made here any more, so that there is room for giving keys up: each key makes every later version longer." }
        }
    }
}

/// What there is in place of rotating, where another key would be another institution.
fn only_key() -> Markup {
    html! {
        section {
            h2 { "It cannot be exchanged" }
            p { "This institution is called by its key, as trials are, so it has this one for ever. Whoever loses the key, or has it stolen, cannot go on under that name." }
            p { "The way on is another institution with a public address, which succeeds this one while the key is safe: " code { "touchstone key succeed" } ". Both keys sign that, and it stands in the public log. What was issued stays as it is." }
        }
    }
}
