//! The page about a proof bundle: what it shows question by question, then each credential in it with its own meaning and checks.
//!
//! It is made in the reader's own browser only: a bundle is judged by whom the reader trusts, and a server that was trusted to judge it
//! would be one more.

use maud::{Markup, html};
use touchstone_bundle::{Bundle, By, Judged};

use super::presented::credential;
use super::show::{nobody_learns, paragraphs};
use super::view::View;
use crate::templates::{CheckLine, Moment, Tone, checks, day, fact, facts, minute, note, verdict};
use crate::text::{clean, sentence};
use crate::words;

/// A proof bundle, judged, with what each credential in it says.
#[derive(Clone, Debug)]
pub struct Bundled {
    tone: Tone,
    /// The verdict.
    pub words: String,
    /// What speaks for it.
    why: Option<String>,
    judged_as_of: Moment,
    lines: Vec<CheckLine>,
    witnesses: Vec<(String, Option<Moment>)>,
    /// By when it was in the log, and who states that.
    in_the_log: Option<(Moment, Option<String>)>,
    status_as_of: Option<Moment>,
    ended: Option<Moment>,
    successor: Option<String>,
    credentials: Vec<Result<Box<View>, String>>,
    without_trust: bool,
}

impl Bundled {
    /// Whether these bytes are a proof bundle.
    pub fn is(file: &[u8]) -> bool {
        Bundle::is(file)
    }

    /// Puts together what the page shows. `without_trust` says that the reader named no log.
    pub fn of(
        judged: &Judged,
        without_trust: bool,
        mut credentials: Vec<Result<Box<View>, String>>,
    ) -> Self {
        for view in credentials.iter_mut().flatten() {
            view.not_offered.retain(|words| *words != words::NO_LOG);
        }
        let witnesses = judged.witnesses.iter();
        let witnesses = witnesses.map(|(name, seen)| (name.clone(), seen.map(Moment::from)));
        let in_the_log = judged.time.as_ref().map(|(at, by)| {
            let anchor = match by {
                By::Witness => None,
                By::Anchor(name) => Some(name.clone()),
            };
            ((*at).into(), anchor)
        });
        let (words, why) = words::bundle(judged);
        Self {
            tone: words::bundle_answer(judged.answer()).0,
            words,
            why: why.as_deref().map(sentence),
            judged_as_of: judged.at.into(),
            lines: words::bundle_lines(judged),
            witnesses: witnesses.collect(),
            in_the_log,
            status_as_of: judged.status_as_of.map(Moment::from),
            ended: judged.ended.map(Moment::from),
            successor: judged.successor.clone(),
            credentials,
            without_trust,
        }
    }

    /// How the verdict looks.
    pub fn tone(&self) -> Tone {
        self.tone
    }

    /// The title of its window.
    pub fn title(&self) -> String {
        format!("{}. {}", self.words, self.heading())
    }

    fn heading(&self) -> String {
        match self.credentials.len() {
            0 => "Proof bundle: no credential".to_owned(),
            1 => "Proof bundle: 1 credential".to_owned(),
            count => format!("Proof bundle: {count} credentials"),
        }
    }

    /// The main part of the page, made in the reader's own browser from a file that was not sent.
    pub fn main_here(&self) -> Markup {
        let when = html! { @if let Some(why) = &self.why { (why) " " } "Judged in this browser as of " (minute(self.judged_as_of)) };
        let total = self.credentials.len();
        html! {
            (verdict(self.tone, &self.words, &when))
            h1 { (self.heading()) }
            p { "This file brings with it what it takes to judge it when the issuer, its site and this one are gone. It is believed in nothing: what counts is what a log shows that you trust." }
            @if self.without_trust {
                (note(Some(Tone::Unsure), None, "Whom do you trust?", &html! {
                    p { "You named no log, so nothing of what the log would show can be told. Choose your trust file (a C2SP tlog-policy) beside the bundle: it names the logs and witnesses that you believe. "
                        "An installation writes its own with " code { "touchstone log trust" } "; get it from somebody you trust, not together with the bundle." }
                }))
            }
            (self.facts())
            h2 { "What the bundle shows" }
            (checks(&self.lines))
            @for (place, view) in self.credentials.iter().enumerate() {
                (credential(view, place + 1, total, |_| html! { p.hint { "By itself, by its own dates and lists:" } }, paragraphs))
            }
            (nobody_learns())
        }
    }

    fn facts(&self) -> Markup {
        facts(&html! {
            @if let Some((at, anchor)) = &self.in_the_log {
                (fact("In the log by", &html! {
                    (minute(*at)) ", "
                    @match anchor { Some(name) => { "as the anchor " bdi { (clean(name)) } " states" }, None => "by a witness’ clock" }
                }))
            }
            @if !self.witnesses.is_empty() {
                (fact("Seen by", &html! { ul { @for (name, seen) in &self.witnesses { li {
                    bdi { (clean(name)) } @if let Some(seen) = seen { ", " (minute(*seen)) }
                } } } }))
            }
            @if let Some(at) = self.status_as_of { (fact("Status as of", &minute(at))) }
            @if let Some(at) = self.ended { (fact("Ended", &day(at))) }
            @if let Some(did) = &self.successor { (fact("The issuer goes on as", &html! { code { bdi { (clean(did)) } } })) }
        })
    }
}
