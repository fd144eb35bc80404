//! What the page about the log says.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, html};
use touchstone_service::logging::{
    AnchorState, Anchored, Placed, Proven, Quorum, Standby, StandingAnchor,
};
use touchstone_vc::log::{Entry, KeyChange, Kind};

use super::tree::{Tree, picture};
use crate::templates::{
    Column, Field, Layout, Moment, Robots, SiteFrame, Tone, fact, facts, field, ledger, minute,
    outcome, page,
};

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct View {
    /// What was typed to find an entry.
    pub typed: String,
    /// Why none was found.
    pub fault: Option<String>,
    /// The one that was found.
    pub one: Option<One>,
    /// Newest first.
    pub lines: Vec<Line>,
    /// Where older ones stand.
    pub next: Option<String>,
    /// Entries in the log.
    pub size: u64,
    /// The root over them.
    pub root: [u8; 32],
    /// When it was first shown, where that is known.
    pub shown_at: Option<Moment>,
    /// What the log is called.
    pub origin: String,
    /// The key of its seals.
    pub key: String,
    /// Whether enough witnesses have seen it.
    pub quorum: Quorum,
    /// Entries under the newest seal that enough of them have seen.
    pub witnessed: Option<u64>,
    /// Each witness.
    pub witnesses: Vec<Seen>,
    /// Each anchor that is configured.
    pub anchors: Vec<Asking>,
    /// What became of the newest seals that anchors were asked about.
    pub anchored: Vec<Anchored>,
}

/// An anchor that is configured.
#[derive(Clone, Debug)]
pub struct Asking {
    /// What it is called here.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// How often it is asked at most, in minutes.
    pub every_minutes: u64,
    /// What that costs.
    pub cost: String,
    /// Whether it is asked: nobody is where this installation may fetch nothing.
    pub is_asked: bool,
}

impl From<&StandingAnchor> for Asking {
    fn from(one: &StandingAnchor) -> Self {
        Self {
            name: one.name.clone(),
            url: one.url.clone(),
            every_minutes: u64::try_from(one.every_ms / 60_000).unwrap_or(0),
            cost: one.cost.clone(),
            is_asked: one.is_asked,
        }
    }
}

/// A witness.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is called here.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// It has seen the seal as it is now.
    pub now: bool,
    /// Entries under the newest seal that it has seen.
    pub entries: u64,
    /// Since when it says that it has seen another history, or more of this one.
    pub against: Option<Moment>,
    /// Nothing is entered because of that.
    pub stops: bool,
}

impl From<&Standby> for Seen {
    fn from(one: &Standby) -> Self {
        Self {
            name: one.name.clone(),
            url: one.url.clone(),
            now: one.has_cosigned,
            entries: one.cosigned,
            against: one.against.as_ref().map(|(since, _)| Moment::from(*since)),
            stops: one.stops_the_log(),
        }
    }
}

/// An entry in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number.
    pub index: u64,
    /// When it came about, by our clock.
    pub at: Option<Moment>,
    /// What it is, in words.
    pub kind: &'static str,
    /// Its hash.
    pub leaf: [u8; 32],
}

/// An entry with the way from it to the seal.
#[derive(Clone, Debug)]
pub struct One {
    /// The entry.
    pub line: Line,
    /// Its bytes.
    pub text: String,
    /// Fingerprints from its neighbour up.
    pub path: Vec<[u8; 32]>,
    /// Entries under the seal.
    pub size: u64,
}

impl From<&Placed> for Line {
    fn from(placed: &Placed) -> Self {
        Self {
            index: placed.index,
            at: placed.at.map(Moment::from),
            kind: placed.entry.as_ref().map_or("Something later", words),
            leaf: placed.leaf.0,
        }
    }
}

impl One {
    /// What is shown of an entry and its proof.
    pub fn new(placed: &Placed, proof: &Proven) -> Self {
        Self {
            line: placed.into(),
            text: String::from_utf8_lossy(&proof.entry).into_owned(),
            path: proof.path.iter().map(|hash| hash.0).collect(),
            size: proof.size,
        }
    }
}

/// Renders it.
pub fn show(site: &SiteFrame, view: &View) -> Markup {
    let columns = [
        Column::numbers("Entry"),
        Column::words("When"),
        Column::words("Kind"),
        Column::words("Fingerprint"),
    ];
    let main = html! {
        h1 { "The public log" }
        p { "Every credential leaves one line here when it is issued, and so does every list of withdrawals, every key and every set of criteria. A line is a fingerprint: it names no person. Nothing can be removed or slipped in later, not even by us, without everybody who follows the log seeing it." }
        form action="/log" method="get" {
            (field(&Field { name: "entry", label: "Find an entry", hint: Some("Its number."), value: &view.typed, error: view.fault.as_deref(), ..Field::default() }))
            p.acts { button.main { "Find" } }
        }
        @if let Some(one) = &view.one { (entry(one)) }
        (stopped(view))
        section {
            h2 { "The seal as it is now" }
            (facts(&html! {
                (fact("Entries", &html! { (thousands(view.size)) }))
                @if let Some(at) = view.shown_at { (fact("Sealed", &html! { (minute(at)) ", by our own clock" })) }
                (fact("Fingerprint", &html! { code { (BASE64_STANDARD.encode(view.root)) } }))
                (fact("Name", &html! { code { (view.origin) } }))
                (fact("Key", &html! { code { (view.key) } }))
            }))
            p { "Programs read the log at " a href="/log/checkpoint" { code { "/log/checkpoint" } } " and check it without asking us anything else: the files are those of C2SP tlog-tiles." }
        }
        (witnesses(view))
        (anchors(view))
        section {
            h2 { "Newest entries" }
            @if view.lines.is_empty() { p { "Nothing yet. The first line comes with the first institution." } } @else {
                (ledger("Fingerprints only", columns, view.lines.iter().map(|line| [
                    html! { a href={ "/log?entry=" (line.index) } { (thousands(line.index)) } },
                    html! { @match line.at { Some(at) => (minute(at)), None => "not known here" } },
                    html! { (line.kind) },
                    html! { code { (short(&line.leaf)) } },
                ])))
                @if let Some(next) = &view.next { p.acts { a.button href=(next) { "Show older ones" } } }
            }
        }
    };
    let layout = Layout {
        wide: true,
        robots: Robots::Index,
        alternate: Some(("text/plain", "/log/checkpoint")),
        ..Layout::reading("The public log", site)
    };
    page(&layout, &main)
}

/// A witness that has seen something else: it may be right, so nothing more is sealed.
fn stopped(view: &View) -> Markup {
    html! {
        @for one in view.witnesses.iter().filter(|one| one.stops) {
            section {
                h2 { "The log stands still" }
                p.fail {
                    (outcome(Tone::Fail, "Stopped"))
                    " The witness " (one.name) " says that it has seen another history of this log, or more of it than is here"
                    @if let Some(since) = one.against { ", since " (minute(since)) }
                    ". Until that is cleared up nothing more is entered. Credentials are issued as before, and each waits for its line; what is in the log stays as it is."
                }
                p { "Whoever runs this site finds what the witness said, and the ways out, with " code { "touchstone doctor" } "." }
            }
        }
    }
}

/// Who has seen the seal. That too few have is no fault of what is in the log, and no proof of it either.
fn witnesses(view: &View) -> Markup {
    let columns = [
        Column::words("Witness"),
        Column::words("Where"),
        Column::words("Has seen"),
    ];
    html! {
        section {
            h2 { "Who has seen it" }
            @match view.quorum {
                Quorum::NotAsked => p { "No witness is asked to put its name under the seal. That everybody is shown the same log rests on those who follow it." },
                Quorum::Reached => p.pass { (outcome(Tone::Pass, "Witnessed")) " Enough witnesses have seen the seal as it is now, and only ever one history of this log." },
                Quorum::Pending => p {
                    (outcome(Tone::Wait, "Pending"))
                    " Fewer witnesses than are asked for have seen the seal as it is now. Nothing is wrong, and nothing is vouched for yet."
                    @if let Some(size) = view.witnessed { " Enough have seen it with " (thousands(size)) " entries." }
                },
            }
            @if !view.witnesses.is_empty() {
                (ledger("Witnesses", columns, view.witnesses.iter().map(|one| [
                    html! { (one.name) },
                    html! { code { (one.url) } },
                    html! { @if one.against.is_some() { "something else: it speaks against this log" } @else if one.now { "the seal as it is now" } @else if one.entries > 0 { "up to " (thousands(one.entries)) " entries" } @else { "nothing yet" } },
                ])))
            }
        }
    }
}

/// Who states when the seal was there. One that is pending is neither right nor wrong; one that failed says nothing of the log.
fn anchors(view: &View) -> Markup {
    if view.anchors.is_empty() && view.anchored.is_empty() {
        return html! {};
    }
    let columns = [
        Column::numbers("Entries"),
        Column::words("Anchor"),
        Column::words("State"),
        Column::words("To check it"),
    ];
    html! {
        section {
            h2 { "Who states when it was there" }
            p { "An anchor is a stranger to us who states when it had seen a seal, in a way that stands without us and without it. What it saw is the seal’s three lines: " a href="/log/checkpoint" { "name, number of entries and fingerprint" } "." }
            @for one in &view.anchors {
                p { (one.name) ", at " code { (one.url) } ", " @if one.is_asked { "is asked for an answer every " (thousands(one.every_minutes)) " minutes at most" } @else { "is not asked, because we ask nobody anything at the moment" } ". It costs us " (one.cost) "." }
            }
            @if view.anchored.is_empty() { p { "No seal has been handed to an anchor yet." } } @else {
                (ledger("Seals at anchors", columns, view.anchored.iter().map(|one| [
                    html! { (thousands(one.size)) },
                    html! { (one.anchor) },
                    html! { (anchor_state(one)) },
                    html! {
                        @if let Some(proof) = &one.proof_path {
                            a href={ "/log/" (one.text_path) } { "The three lines" } ", " a href={ "/log/" (proof) } { "the proof" }
                        } @else { "nothing yet" }
                    },
                ])))
            }
        }
    }
}

fn anchor_state(one: &Anchored) -> Markup {
    html! {
        @match one.state {
            AnchorState::Confirmed => { (outcome(Tone::Pass, "Confirmed")) @if let Some(by) = one.seen_by { " seen by " (minute(Moment::from(by))) } @if let Some(block) = one.block { " under block " (thousands(block)) " of Bitcoin, whose header says when" } }
            AnchorState::Pending => { (outcome(Tone::Wait, "Pending")) " asked since " (minute(Moment::from(one.submitted_at))) @if one.why.is_some() { ", and asked again" } }
            AnchorState::Failed => { (outcome(Tone::Unsure, "Failed")) " given up, which says nothing of the log" }
        }
    }
}

fn entry(one: &One) -> Markup {
    let steps = one.path.len();
    let tree = Tree::around(one.line.index, one.size);
    html! {
        section {
            h2 { "Entry " (thousands(one.line.index)) ": " (one.line.kind) }
            p.pass {
                (outcome(Tone::Pass, "In the log"))
                " "
                @if let Some(at) = one.line.at { (minute(at)) ". " }
                @match steps {
                    0 => "It is the only entry, so its fingerprint is the seal’s.",
                    1 => "Shown to be under the seal by 1 fingerprint.",
                    _ => {
                        "Shown to be under the seal by " (steps) " fingerprints"
                        @if tree.steps() < steps { "; the first " (tree.steps()) " steps are drawn" }
                        "."
                    }
                }
            }
            @if let Some(said) = stated(&one.text) { p { (said) } }
            pre { code { (one.text) } }
            @if steps > 0 {
                (picture(&tree))
                details {
                    summary { "The fingerprints, from its neighbour to the seal" }
                    ol { @for hash in &one.path { li { code { (BASE64_STANDARD.encode(hash)) } } } }
                }
            }
        }
    }
}

/// What an entry says that its kind alone does not tell.
fn stated(text: &str) -> Option<Markup> {
    match Entry::parse(text.as_bytes()).ok()? {
        Entry::StatusListRoot { stated, .. } => Some(html! {
            "The issuer signed that its list at " code { (stated.url) } " has " (thousands(stated.length))
            " entries, and stands from " (minute(Moment::from(stated.valid_from))) " until "
            (minute(Moment::from(stated.valid_until)))
            ". Whoever has the list can prove any one entry of it by this line, without showing the others and without asking anybody."
        }),
        Entry::DidSuccession { stated, .. } => Some(html! {
            "It states that " code { (stated.issuer) } " is succeeded by " code { (stated.successor) } " since " (minute(Moment::from(stated.since)))
            ", and bears a signature of each. What the first one issued stays as it is."
        }),
        Entry::PolicyChange { policy, .. } if policy == "witnesses" => Some(html! {
            "Which witnesses this log asks from here on, and how many of them are enough, as a hash. Whoever has the trust file of this log can make it again from its lines "
            code { "witness" } ", " code { "group" } " and " code { "quorum" } " behind the line " code { "touchstone-witnesses/1" } "."
        }),
        Entry::PolicyChange { policy, .. } => Some(html! {
            "From here on the issuer issues by other rules: " code { (policy) } ". Whoever knows which rules it says it chose can hash them and compare."
        }),
        _ => None,
    }
}

/// What an entry is called.
fn words(entry: &Entry) -> &'static str {
    match entry {
        Entry::KeyEvent { change, .. } => match change {
            KeyChange::Active => "Key in use",
            KeyChange::Retired => "Key retired",
            KeyChange::Compromised => "Key no longer trusted",
            KeyChange::Destroyed => "Key destroyed",
        },
        other => match other.kind() {
            Kind::CredentialIssued => "Issued",
            Kind::StatusListPublished => "List of withdrawals",
            Kind::StatusListRoot => "Root of a list of withdrawals",
            Kind::KeyPending => "Key announced",
            Kind::KeyEvent => "Key",
            Kind::DidDocument => "Keys as published",
            Kind::AchievementVersion => "Criteria",
            Kind::MappingSetRelease => "Mapping set",
            Kind::CompetencyRelease => "Competency",
            Kind::Endorsement => "Endorsement",
            Kind::PolicyChange => "Rules",
            Kind::AuditRoot => "Seal of the record",
            Kind::DidSuccession => "Issuer succeeded by another",
        },
    }
}

fn short(hash: &[u8; 32]) -> String {
    let [a, b, .., y, z] = hash;
    format!("{a:02x}{b:02x}…{y:02x}{z:02x}")
}

/// `48,211`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (48_211, "48,211"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
