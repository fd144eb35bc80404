//! Beside the form: whether it will be understood, by the rules of a profile, and what it has to be ready for.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::issuing::{
    Choice, Chosen, ChosenBy, Definition, Links, ProfileOrder, choose_profile, chosen_profile,
    lint_definition,
};
use touchstone_service::operations::Permission;
use touchstone_vc::lint::{Judgement, LintReport, Profile, Readiness, Severity};

use super::edit::{Form, Place};
use crate::ApiError;
use crate::pages::desk::Desk;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, Tone, field, step, steps};

/// What was found, for whom, and what is asked of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was chosen for it, or for all.
    pub chosen: Chosen,
    /// What was found; without a definition, what the form lacks.
    pub report: Result<LintReport, Vec<Problem>>,
}

/// Looks at what stands in the form. The form says for whom; else what was chosen does.
pub(super) async fn look(
    web: &Web,
    by: &SignedIn,
    place: &Place,
    form: &Form,
    definition: Result<Definition, Vec<Problem>>,
    links: Links,
) -> Result<Found, ApiError> {
    let id = match place {
        Place::New => None,
        Place::Version(id, ..) => Some(id.as_str()),
    };
    let chosen = chosen_profile(&web.world, by.tenant(), id).await?;
    let asked = Profile::parse(&form.look_for).ok();
    let profile = asked.or(chosen.profile).unwrap_or(Profile::EuMc);
    let report = match definition {
        Ok(definition) => {
            Ok(lint_definition(&web.world, by.tenant(), &definition, profile, links).await?)
        }
        Err(problems) => Err(problems),
    };
    Ok(Found { chosen, report })
}

/// `POST /achievements/ID/lint`: chooses what it has to be ready for.
pub async fn choose(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = ProfileOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        achievement: Some(id),
        choice: Choice::parse(posted.fields.text("profile"))?,
    };
    choose_profile(&web.world, &order).await?;
    let id = order.achievement.unwrap_or_default();
    Ok(Redirect::to(&format!("/achievements/{id}")).into_response())
}

/// In one or two sentences.
pub(super) fn summary(found: &Found) -> Markup {
    html! { @match &found.report {
        Err(problems) if problems.is_empty() => "Write it: what a reader would miss stands here.",
        Err(problems) if problems.len() == 1 => "It cannot be judged yet: 1 thing has to be filled in or corrected.",
        Err(problems) => { "It cannot be judged yet: " (problems.len()) " things have to be filled in or corrected." }
        Ok(report) => { strong { (report) } " " (why(report)) }
    } }
}

/// The findings, the gravest first.
pub(super) fn findings(found: &Found) -> Markup {
    match &found.report {
        Err(problems) if problems.is_empty() => html! {},
        Err(problems) => steps(&html! {
            @for problem in problems { (step(Tone::Fail, "Correct", &html! { (problem.words) })) }
        }),
        Ok(report) => steps(&lines(report)),
    }
}

fn why(report: &LintReport) -> &'static str {
    match report.readiness() {
        Readiness::Ready => "Nothing that must hold is missing.",
        Readiness::NotReady => "Correct what is named first.",
        Readiness::Undecided => "Something that must hold could not be looked at.",
    }
}

fn lines(report: &LintReport) -> Markup {
    let hold = report.judged.iter();
    let hold = hold.filter(|one| one.judgement == Judgement::Holds).count();
    html! {
        @for (rule, found) in report.broken() { @for finding in found {
            (step(tone(rule.severity), word(rule.severity), &html! {
                (finding.what) " " (finding.way_out(rule)) " " small { (rule.id) }
            }))
        } }
        @for (rule, found) in report.unknown() { @if let Some(finding) = found.first() {
            (step(Tone::Unsure, "Unknown", &html! { (finding.what) " " small { (rule.id) } }))
        } }
        @if hold > 0 {
            (step(Tone::Pass, "Good", &html! { (hold) " of " (report.judged.len()) " rules hold." }))
        }
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Fail,
        Severity::Warning => Tone::Warn,
        Severity::Information => Tone::Wait,
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Correct",
        Severity::Warning | Severity::Information => "Consider",
    }
}

/// For whom it is looked at, as a choice in the form.
pub(super) fn for_whom(form: &Form, found: &Found) -> Markup {
    let profile = match &found.report {
        Ok(report) => report.profile.name(),
        Err(_) => form.look_for.as_str(),
    };
    field(&Field {
        name: "look_for",
        label: "Look at it as",
        hint: Some("The preview judges it by these rules. It is saved whatever they say."),
        value: profile,
        control: Control::Choice(&PROFILES),
        ..Field::default()
    })
}

/// What it has to be ready for, and the choice of it.
pub(super) fn asked(desk: &Desk, place: &Place, found: &Found) -> Markup {
    let chosen = found.chosen;
    let by = match chosen.by {
        ChosenBy::Achievement => "as chosen for this achievement",
        ChosenBy::Institution => "as chosen for the institution",
        ChosenBy::Nobody => "nobody chose a profile",
    };
    let Place::Version(id, ..) = place else {
        return html! {};
    };
    let value = match (chosen.by, chosen.profile) {
        (ChosenBy::Achievement, Some(profile)) => profile.name(),
        (ChosenBy::Achievement, None) => "none",
        _ => "",
    };
    html! {
        section.note aria-labelledby="ask" {
            h2 id="ask" { "Before it is issued" }
            p { @match chosen.profile {
                Some(profile) => { "It has to be ready for " (profile) ", " (by) ". Until it is, no list is taken in and none is confirmed." }
                None => { "Nothing is asked of it: " (by) "." }
            } }
            @if desk.may(Permission::Define) {
                (desk.form(&format!("/achievements/{id}/lint"), &html! {
                    (field(&Field { name: "profile", label: "It has to be ready for", value, control: Control::Choice(&CHOICES), ..Field::default() }))
                    p.acts { button { "Choose" } }
                }))
            }
        }
    }
}

const PROFILES: [(&str, &str); 4] = [
    ("eu-mc", "A micro-credential in Europe (eu-mc)"),
    (
        "tmc-application",
        "Shows what somebody did (tmc-application)",
    ),
    ("tmc-knowledge", "Shows what somebody knows (tmc-knowledge)"),
    ("ctdl-min", "Findable in a catalogue (ctdl-min)"),
];

const CHOICES: [(&str, &str); 6] = [
    ("", "What the institution chose"),
    ("none", "Nothing"),
    PROFILES[0],
    PROFILES[1],
    PROFILES[2],
    PROFILES[3],
];
