//! The page about what somebody presents: the presentation itself, then each credential in it with its own meaning and checks.

use maud::{Markup, html};
use touchstone_vc::{About, PresentationReport, Verdict};

use super::show::{
    body, count, level_in_words, needs_a_word, nobody_learns, paragraphs, parts_of_statement,
    way_out, what_is_not_offered,
};
use super::view::{Holder, View};
use crate::templates::{
    CheckLine, Moment, Tone, checks, fact, facts, markdown, minute, note, outcome, verdict,
};
use crate::text::clean;
use crate::words;

/// A presentation, judged, with what each credential in it says.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The worst of the presentation and of the credentials in it.
    pub verdict: Verdict,
    /// The same in words.
    words: &'static str,
    /// When it was found out.
    pub checked: Moment,
    /// Who presents it, where that is known.
    pub holder: Option<String>,
    /// The checks of the presentation itself.
    pub checks: Vec<CheckLine>,
    /// The credentials in it, in their order.
    pub credentials: Vec<Part>,
}

/// A credential in a presentation.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whom it is about, seen from who presents it.
    pub about: About,
    /// What it says and how it stands, or why it cannot be read.
    pub view: Result<Box<View>, String>,
}

impl Presented {
    /// Puts together what the page shows.
    pub fn of(report: &PresentationReport, credentials: Vec<Part>) -> Self {
        Self {
            verdict: report.verdict(),
            words: words::presentation(report),
            checked: report.at.into(),
            holder: report.holder.clone(),
            checks: words::presentation_lines(report),
            credentials,
        }
    }

    /// The title of its window.
    pub fn title(&self) -> String {
        format!("{}. {}", self.words, self.heading())
    }

    /// The verdict's tone.
    pub fn tone(&self) -> Tone {
        words::verdict_word(self.verdict).0
    }

    fn heading(&self) -> String {
        match self.credentials.len() {
            0 => "Presented: no credential".to_owned(),
            1 => "Presented: 1 credential".to_owned(),
            count => format!("Presented: {count} credentials"),
        }
    }

    /// The main part of the page.
    pub fn main(&self) -> Markup {
        let note = note(
            None,
            Some("lock"),
            "Who learns that you looked",
            &html! {
                p { "We tell nobody and do not record who looks. What had to be read to judge it, such as lists of withdrawn credentials, came from the "
                    "servers that publish it; they saw that this site asked, not that you did. What you handed in was read and is already forgotten." }
            },
        );
        self.page(
            &html! { "Checked " (minute(self.checked)) },
            markdown,
            &note,
        )
    }

    /// The main part of the page, made in the reader's own browser from a file that was not sent.
    pub fn main_here(&self) -> Markup {
        let when = html! { "Checked in this browser " (minute(self.checked)) };
        self.page(&when, paragraphs, &nobody_learns())
    }

    fn page(&self, when: &Markup, criteria: fn(&str) -> Markup, who_learns: &Markup) -> Markup {
        let total = self.credentials.len();
        html! {
            (verdict(self.tone(), self.words, when))
            h1 { (self.heading()) }
            p { "Somebody put this together to show it to you. What holds for it as a whole comes first; then each credential speaks for itself." }
            (facts(&html! {
                (fact("Presented by", &html! { @match &self.holder { Some(id) => code { bdi { (clean(id)) } }, None => "Not known" } }))
            }))
            h2 { "What was presented" }
            (checks(&self.checks))
            @for (place, part) in self.credentials.iter().enumerate() {
                (credential(&part.view, place + 1, total, |view| html! { p { (about(part.about, &view.holder)) } }, criteria))
            }
            (who_learns)
        }
    }
}

/// One of several credentials on a page. `before` stands before its facts, `criteria` says what had to be done, marked up or plain.
pub(super) fn credential(
    view: &Result<Box<View>, String>,
    number: usize,
    total: usize,
    before: impl Fn(&View) -> Markup,
    criteria: fn(&str) -> Markup,
) -> Markup {
    let id = format!("credential-{number}");
    let place = html! { "Credential " (number) " of " (total) };
    let view = match view {
        Ok(view) => view,
        Err(why) => {
            return html! { section aria-labelledby=(id) {
                h2 id=(id) { (place) }
                p.unsure { (outcome(Tone::Unsure, "Could not be read")) }
                p { (why) }
            } };
        }
    };
    let (tone, words) = words::verdict(view.stand);
    let (lead, who, what) = parts_of_statement(view);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { small { (place) } br; (lead) " " (who) " " bdi { (what) } }
            p class=(tone.class()) { (outcome(tone, &words)) }
            (level_in_words(view))
            (before(view))
            (needs_a_word(view))
            (body(view, criteria))
            @if !view.inside.is_empty() || !view.associations.is_empty() {
                h3 { "What stands inside" }
                (checks(&view.inside))
                @if !view.associations.is_empty() { ul { @for line in &view.associations { li { bdi { (line) } } } } }
            }
            h3 { "What was checked" }
            p { (count(view)) }
            (checks(&view.checks))
            (what_is_not_offered(view))
            (way_out(view))
        }
    }
}

/// Whether it is about who presents it. That it is not says nothing against it: parents present for children.
fn about(about: About, holder: &Holder) -> String {
    let named = match holder {
        Holder::Named(_) => "",
        Holder::Unnamed(_) => " It shows no name.",
    };
    let words = match about {
        About::Holder => "It is about who presents it.",
        About::Other => {
            "It is about somebody else than who presents it. That alone says nothing against it: parents, for example, present for children."
        }
        About::Open => {
            "Whether it is about who presents it cannot be told from it. Ask the person to show that it is theirs."
        }
    };
    format!("{words}{named}")
}
