//! One version on a page: its tasks, its rubric, what was voted and said.

use maud::{Markup, html};
use touchstone_service::competency::{
    CompetencyDetail, Rubric, RubricLevel, VersionView, is_replaced,
};
use touchstone_service::crosswalk::{Need, Task};
use touchstone_service::operations::Permission;
use touchstone_service::rows::CompetencyState;

use super::words;
use crate::pages::crosswalk::words as votes;
use crate::pages::desk::{Desk, nothing};
use crate::signed_in::Fields;
use crate::templates::{
    Column, Control, Field, Problem, day_text, fact, facts, field, ledger, moment, option, outcome,
};
use crate::text::clean;

/// Tasks, as a list.
pub(super) fn task_list(tasks: &[Task]) -> Markup {
    html! { ol { @for task in tasks { li { (task_words(task)) } } } }
}

/// One task with what is asked of it.
pub(super) fn task_words(task: &Task) -> Markup {
    html! {
        bdi { (task.label) } " "
        span.hint {
            @match task.need { Need::Must => "Must", Need::Nice => "Wanted" }
            @if let Some(level) = task.level { ", level " (level) }
            @if let Some(rubric) = &task.rubric { " of " a href=(rubric) rel="noopener noreferrer" { "this rubric" } }
            @if !task.evidence.is_empty() { ", shown by " (task.evidence.join(" or ")) }
            @if let Some(days) = task.max_age_days { ", at most " (days) " days old" }
        }
    }
}

/// A version with everything that was said of it.
pub(super) fn shown(version: &VersionView) -> Markup {
    let (row, tally) = (&version.row, &version.ballots.tally);
    let (tone, word) = words::state(row, version.due);
    html! {
        section aria-labelledby="version" {
            h2 id="version" { "Version " (row.number) }
            p class=(tone.class()) { (outcome(tone, word)) }
            (facts(&html! {
                (fact("Written by", &html! { bdi { (version.organization.name) } ", " (day_text(moment(row.written_at))) }))
                (fact("What is new", &html! { (words::part(row.part)) }))
                (fact("Why", &html! { bdi { (clean(&row.why)) } }))
                @if !row.rubric.is_empty() { (fact("Votes", &html! { (votes::tally(tally)) @if row.round > 1 { " This is review " (row.round) "." } })) }
                @if let Some(due) = row.review_due { (fact("The agreement is good until", &html! { (day_text(moment(due))) })) }
                @if let Some(pilot) = &version.pilot { (fact("Tried out", &html! { a href={ "/achievements/" (pilot.achievement) } { "An achievement that says so" } ", issued until " (pilot.until) ". " bdi { (pilot.why) } })) }
            }))
            h3 { "Tasks" }
            (task_list(&version.tasks))
            h3 { "Rubric" }
            @match &version.rubric { Some(rubric) => (levels(rubric)), None => (nothing("The issuer has not drafted it yet.", None)) }
            (ballots(version))
            @if !version.comments.is_empty() {
                h3 { "What was said of it" }
                ul { @for one in &version.comments { li { strong { bdi { (one.organization.name) } } ", " (day_text(moment(one.row.said_at))) ": " bdi { (clean(&one.row.said)) } } } }
            }
        }
    }
}

fn levels(rubric: &Rubric) -> Markup {
    let required = |place: usize| u32::try_from(place + 1) == Ok(rubric.required_level);
    ledger(
        "Lowest first",
        [Column::words("Level"), Column::words("What can be seen")],
        rubric.levels.iter().enumerate().map(|(place, level)| {
            [
                html! { (place + 1) ". " bdi { (level.name) } @if required(place) { small { "must be reached" } } },
                seen(level),
            ]
        }),
    )
}

/// What can be seen at a level, with its examples.
pub(super) fn seen(level: &RubricLevel) -> Markup {
    html! {
        bdi { (level.description) }
        @if !level.examples.is_empty() { ul { @for example in &level.examples { li { bdi { (example) } } } } }
    }
}

fn ballots(version: &VersionView) -> Markup {
    let (round, ballots) = (version.row.round, &version.ballots);
    html! {
        @if !ballots.votes.is_empty() {
            (ledger("Votes, newest review first", [Column::words("Organization"), Column::words("Vote"), Column::words("Reason"), Column::words("When")],
                ballots.votes.iter().map(|vote| {
                    let (tone, word) = votes::vote(vote.row.hundredths);
                    [
                        html! { bdi { (vote.organization.name) } @if vote.row.round != round { small { "review " (vote.row.round) ", counts no more" } } @else if vote.row.member == 0 { small { "by a program" } } },
                        html! { span class=(tone.class()) { (outcome(tone, &word)) } },
                        html! { bdi { (clean(&vote.row.comment)) } },
                        html! { (day_text(moment(vote.row.cast_at))) },
                    ]
                })))
        }
        @if !ballots.conflicts.is_empty() {
            (ledger("Conflicts of interest that were declared", [Column::words("Organization"), Column::words("In what it lies"), Column::words("When")],
                ballots.conflicts.iter().map(|one| [
                    html! { bdi { (one.organization.name) } @if one.row.round != round { small { "review " (one.row.round) } } @else { small { "does not vote on this" } } },
                    html! { @if one.row.comment.is_empty() { "Not said" } @else { bdi { (clean(&one.row.comment)) } } },
                    html! { (day_text(moment(one.row.declared_at))) },
                ])))
        }
    }
}

/// What was typed into the forms of a page, and what was refused of it.
#[derive(Clone, Copy)]
pub(super) struct Entered<'a> {
    pub(super) said: &'a Fields,
    pub(super) problems: &'a [Problem],
}

impl<'a> Entered<'a> {
    fn text(self, name: &str) -> &'a str {
        self.said.text(name)
    }

    pub(super) fn error(self, name: &str) -> Option<&'a str> {
        let found = self.problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    }
}

/// What the institution may do about a version, as forms.
pub(super) fn acts(
    desk: &Desk,
    detail: &CompetencyDetail,
    version: &VersionView,
    said: Entered<'_>,
) -> Markup {
    let here = format!(
        "/competencies/{}/{}",
        version.row.competency, version.row.number
    );
    let whole = version.rubric.is_some();
    let issues = detail.summary.issuer.own;
    let released = detail
        .releases
        .iter()
        .any(|(one, _)| (one.version, one.round) == (version.row.number, version.row.round));
    let stands = version.row.state == CompetencyState::Agreed && !version.due;
    let refused = version.row.state == CompetencyState::Refused;
    let replaced = is_replaced(&version.row, detail.releases.iter().map(|(one, _)| one));
    html! {
        @if desk.may(Permission::Confirm) {
            @if whole && !version.due { (ballot(desk, version, &here, said)) (declare(desk, version, &here, said)) }
            (desk.form_once(&format!("{here}/comments"), &html! {
                (field(&Field { name: "said", label: "Say something of this version", hint: Some(votes::FOR_GOOD), value: said.text("said"), error: said.error("said"), control: Control::Lines(2), required: true, ..Field::default() }))
                p.acts { button { "Say it" } }
            }))
        }
        @if whole && issues && stands && !released && replaced { p.hint { "A later version was released since the votes agreed with this one. To release this one, review it again." } }
        @if whole && issues && stands && !released && !replaced && desk.may(Permission::Issue) { section { h2 { "Release it" }
            p { "The file of a release is signed by your institution, entered in the log, and never changes." }
            (desk.form(&format!("{here}/release"), &reason("release", said, "Release this version")))
        } }
        @if whole && issues && !refused && version.pilot.is_none() && desk.may(Permission::Define) { (pilot(desk, detail, &here, said)) }
        @if whole && version.row.state != CompetencyState::Proposed && desk.may(Permission::Define) { details open[said.error("why-again").is_some()] {
            summary { "Review it again" }
            p { "Everybody votes anew; the votes so far stay on record and count no more. What was released stays released." }
            (desk.form(&format!("{here}/again"), &reason("again", said, "Begin another review")))
        } }
    }
}

/// A reason, with what was typed for this step, and the button that needs it. `step` tells those of one page apart.
pub(super) fn reason(step: &str, said: Entered<'_>, button: &str) -> Markup {
    let here = said.text("step") == step;
    let typed = if here { said.text("why") } else { "" };
    html! {
        input type="hidden" name="step" value=(step);
        (field(&Field { name: "why", apart: Some(step), label: "Why", hint: Some("It stands in the record."), value: typed, error: said.error(&format!("why-{step}")), control: Control::Lines(2), required: true, ..Field::default() }))
        p.acts { button { (button) } }
    }
}

fn ballot(desk: &Desk, version: &VersionView, here: &str, said: Entered<'_>) -> Markup {
    let mut own = version.ballots.votes.iter();
    let own = own.find(|vote| vote.organization.own && vote.row.round == version.row.round);
    let before = said.said.some("vote");
    let before = before.or_else(|| own.map(|vote| vote.row.hundredths.to_string()));
    let comment = match said.text("comment") {
        "" => own.map_or("", |vote| vote.row.comment.as_str()),
        typed => typed,
    };
    html! { section { h2 { "Your vote" }
        (desk.form(&format!("{here}/vote"), &html! {
            input type="hidden" name="round" value=(version.row.round);
            fieldset {
                legend { "How do you vote for " (desk.institution) "?" }
                @for (value, words) in votes::VOTES { (option("radio", "vote", value, &html! { (words) }, before.as_deref() == Some(value))) }
            }
            (field(&Field { name: "comment", label: "Reason", hint: Some(votes::FOR_GOOD), value: comment, error: said.error("comment"), control: Control::Lines(2), required: true, ..Field::default() }))
            p.acts { button.main { "Vote" } }
        }))
        @if own.is_some() { p.hint { "Your organization has voted. A new vote replaces it." } }
    } }
}

fn declare(desk: &Desk, version: &VersionView, here: &str, said: Entered<'_>) -> Markup {
    html! { details open[said.error("conflict").is_some()] {
        summary { "I have a conflict of interest" }
        p { "Then you have no vote on this in this review; what you voted before no longer counts. Everyone who takes part sees that your organization declared it. A colleague without one can vote." }
        (desk.form(&format!("{here}/conflict"), &html! {
            input type="hidden" name="round" value=(version.row.round);
            (field(&Field { name: "conflict", label: "In what it lies", hint: Some(votes::FOR_GOOD), value: said.text("conflict"), error: said.error("conflict"), control: Control::Lines(2), required: true, ..Field::default() }))
            p.acts { button { "Declare it" } }
        }))
    } }
}

fn pilot(desk: &Desk, detail: &CompetencyDetail, here: &str, said: Entered<'_>) -> Markup {
    let slug = match said.text("slug") {
        "" => format!("{}-pilot", detail.summary.row.slug),
        slug => slug.to_owned(),
    };
    let language = match said.text("language") {
        "" => "en",
        language => language,
    };
    html! { details open[!said.text("until").is_empty()] {
        summary { "Try it out" }
        p { "An achievement is made from this version, with its tasks and levels. Each credential says that it is a pilot and until when it was issued; after that day nothing is issued." }
        (desk.form(&format!("{here}/pilot"), &html! {
            (field(&Field { name: "slug", label: "Short name of the achievement", value: &slug, error: said.error("slug"), required: true, ..Field::default() }))
            (field(&Field { name: "description", label: "The person can …", hint: Some("What somebody who earned it can do, in a sentence."), value: said.text("description"), error: said.error("description"), control: Control::Lines(2), required: true, ..Field::default() }))
            (field(&Field { name: "assessment_method", label: "How it is assessed", value: said.text("assessment_method"), error: said.error("assessment_method"), control: Control::Lines(2), required: true, ..Field::default() }))
            (field(&Field { name: "language", label: "Language of its texts", hint: Some("A code: en, de, fr."), value: language, required: true, ..Field::default() }))
            (field(&Field { name: "until", label: "Issued until", value: said.text("until"), error: said.error("until"), control: Control::Typed("date"), required: true, ..Field::default() }))
            (reason("pilot", said, "Make the achievement"))
        }))
    } }
}
