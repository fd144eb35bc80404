//! The page of a link: who asks, exactly what would be endorsed, and the ways to answer.

use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::endorsing::{AnswerError, Endorsed, LONGEST_YEARS, Look, State};
use touchstone_service::issuing::Definition;
use touchstone_service::operations::passkey::{PasskeyError, available};
use touchstone_service::rows::{EndorsedKind, EndorsementRow, EndorsementWay};

use crate::assets;
use crate::state::Web;
use crate::templates::{
    Control, Field, Layout, Problem, day_text, error_summary, fact, facts, field, icon, markdown,
    moment, page as framed,
};
use crate::text::{clean, sentence};

/// What was typed into one of the forms.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) organization: String,
    pub(super) person: String,
    pub(super) comment: String,
    pub(super) until: String,
    pub(super) text: String,
    pub(super) reason: String,
}

/// Renders it.
pub(super) fn page(
    web: &Web,
    token: &str,
    found: &Look,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Markup {
    let title = clean(&found.endorsed.title);
    let asker = clean(&found.institution.name);
    let heading = match found.state {
        State::Asked => format!("Do you endorse “{title}”?"),
        State::Lapsed | State::TakenBack => format!("About “{title}”"),
        _ => format!("Your answer about “{title}”"),
    };
    let main = html! {
        @if found.state != State::Asked { (standing(found)) }
        h1 { (heading) }
        (error_summary("It was not sent", problem.map(std::slice::from_ref).unwrap_or_default()))
        p {
            @if let Some(person) = &found.asker { bdi { (clean(person)) } " at " }
            a href={ "/i/" (found.institution.slug) } { bdi { (asker) } }
            " asked you on " (day_text(moment(found.request.asked_at)))
            @if found.state != State::TakenBack { ", and wants an answer by " (day_text(moment(found.request.ends_at))) }
            "."
        }
        @if !found.request.message.is_empty() {
            blockquote { @for line in found.request.message.lines() { p dir="auto" { (clean(line)) } } }
        }
        @if let Some(said) = &found.said { (said_before(token, found, said)) }
        (about(&found.endorsed))
        @if found.state == State::Asked { (ways(web, token, found, typed, problem)) }
        p.hint { "You do not want such mail? " a href={ "/endorse/" (token) "/never" } { "Have nobody here ask you again" } "." }
    };
    let layout = Layout {
        script: Some(assets::passkey_script()),
        ..Layout::reading(&heading, &web.edge.site)
    };
    framed(&layout, &main)
}

/// How it stands, once it was answered or its time is over.
fn standing(found: &Look) -> Markup {
    let said = found.said.as_ref();
    let on =
        |at: Option<i64>| html! { @if let Some(at) = at { " " span { (day_text(moment(at))) } } };
    match found.state {
        State::Asked => html! {},
        State::Lapsed => {
            html! { p.verdict.wait { (icon("clock")) " " strong { "The time for an answer is over" } } }
        }
        State::TakenBack => {
            html! { p.verdict.wait { (icon("clock")) " " strong { "Whoever asked took the request back" } (on(Some(found.request.ends_at))) } }
        }
        State::Declined => {
            html! { p.verdict.wait { (icon("pass")) " " strong { "You declined" } (on(found.request.answered_at)) } }
        }
        State::Endorsed => {
            html! { p.verdict.pass { (icon("pass")) " " strong { "You endorse it" } (on(said.map(|said| said.answered_at))) } }
        }
        State::Expired => {
            html! { p.verdict.wait { (icon("clock")) " " strong { "Your endorsement has ended" } (on(said.map(|said| said.valid_until))) } }
        }
        State::Withdrawn => {
            html! { p.verdict.wait { (icon("clock")) " " strong { "You took it back" } (on(said.and_then(|said| said.withdrawn_at))) } }
        }
    }
}

/// What they said, and the way to take it back.
fn said_before(token: &str, found: &Look, said: &EndorsementRow) -> Markup {
    let asker = clean(&found.institution.name);
    html! {
        h2 { "What you said" }
        (facts(&html! {
            (fact("For", &html! { bdi { (clean(&said.organization)) } ", " bdi { (clean(&said.person)) } }))
            (fact("Words", &html! { @if said.comment.is_empty() { "None" } @else { @for line in said.comment.lines() { span dir="auto" { (clean(line)) } br; } } }))
            (fact("Signed", &way(said, &asker)))
            (fact("Holds until", &html! { (day_text(moment(said.valid_until))) }))
            @if said.hidden_at.is_some() { (fact("Shown", &html! { bdi { (asker) } " does not show it any more." })) }
        }))
        @if found.state == State::Endorsed {
            details {
                summary { "Take it back" }
                p { "It is not published here any more and counts for nothing. Copies that others have cannot be reached. That it was given stays in the public log." }
                form action={ "/endorse/" (token) "/withdraw" } method="post" {
                    (field(&Field { name: "reason", apart: Some("back"), label: "Why (may be left empty)", hint: Some("The institution that asked reads it."), control: Control::Lines(2), ..Field::default() }))
                    p.acts { button { (icon("retry")) " Take it back" } }
                }
            }
        }
    }
}

/// How an endorsement was signed, and by whom.
pub(in crate::pages) fn way(said: &EndorsementRow, asker: &str) -> Markup {
    match said.way {
        EndorsementWay::Passkey => {
            html! { "With a passkey, by a link that was mailed to somebody at " bdi { (clean(&said.domain)) } ". " bdi { (asker) } " signed the record of it; both names are as they were typed." }
        }
        EndorsementWay::Wallet => {
            html! { "With their own key: " code { (clean(&said.issuer)) } }
        }
        EndorsementWay::Member => {
            html! { "By the key of " bdi { (clean(&said.organization)) } ": " code { (said.issuer) } }
        }
    }
}

/// Exactly what is endorsed.
pub(in crate::pages) fn about(endorsed: &Endorsed) -> Markup {
    html! {
        section aria-labelledby="what" {
            h2 id="what" { "What is endorsed" }
            (facts(&html! {
                (fact(match endorsed.kind { EndorsedKind::Achievement => "Achievement", EndorsedKind::MappingSet => "Mapping set" }, &html! {
                    strong { bdi { (clean(&endorsed.title)) } } ", "
                    @match endorsed.kind { EndorsedKind::Achievement => "version ", EndorsedKind::MappingSet => "release " }
                    (endorsed.version) ", which does not change any more"
                }))
                @if let Some(definition) = &endorsed.definition { (told(definition)) }
                (fact("Exact text", &html! { a href=(endorsed.url) { "As published" } " " small { "SHA-256 " code { (endorsed.sha256) } } }))
            }))
        }
    }
}

/// The words of an achievement.
fn told(definition: &Definition) -> Markup {
    html! {
        (fact("A person who has it can", &html! { bdi { (clean(&definition.description)) } }))
        @if let Some(narrative) = Some(&definition.criteria.narrative).filter(|text| !text.is_empty()) {
            (fact("How it is assessed", &html! { div dir="auto" { (markdown(narrative)) } }))
        }
        @if let Some(rubric) = &definition.rubric { (fact("Levels, lowest first", &html! {
            ol { @for level in &rubric.levels { li { strong { bdi { (clean(&level.name)) } } @if !level.description.is_empty() { ". " bdi { (clean(&level.description)) } } } } }
        })) }
        @if let Some(watched) = definition.supervision.as_ref().filter(|text| !text.is_empty()) { (fact("Who watches", &html! { bdi { (clean(watched)) } })) }
        @if let Some(months) = definition.valid_for_months { (fact("Good for", &html! { (months) " months" })) }
    }
}

/// The ways to answer.
fn ways(web: &Web, token: &str, found: &Look, typed: &Typed, problem: Option<&Problem>) -> Markup {
    let asker = clean(&found.institution.name);
    html! {
        h2 { "Yes: say so in public" }
        p { "Your name, your organization, your words and the day until which they hold are shown to everybody beside “" bdi { (clean(&found.endorsed.title)) } "”, and stand in a public log by their hash. Your mail address is not shown; its domain is, if you answer with a passkey." }
        section aria-labelledby="by-passkey" {
            h3 id="by-passkey" { "With a passkey" }
            @if available(&web.world) {
                p { "By your finger, your face or a PIN. Your device makes a passkey for this one answer and signs exactly what you write here. " bdi { (asker) } " signs the record of it, and cannot change a word." }
                p data-without-passkeys { "This needs a script and a browser that knows passkeys. Without them, bring a signed file, below." }
                form hidden action={ "/endorse/" (token) "/passkey" } method="post" data-passkey="sign" data-begin={ "/endorse/" (token) "/passkey/begin" } data-made={ "/endorse/" (token) "/passkey/made" } data-otherwise="Bring a signed file instead." {
                    input type="hidden" name="ceremony";
                    input type="hidden" name="answer";
                    (fields(typed, problem, true))
                    p.err role="alert" {}
                    @if let Some(words) = error(problem, "passkey") { p.err { (words) } }
                    p.acts { button.main id="f-passkey" { (icon("key")) " Endorse it" } }
                }
            } @else {
                p { "This site is reached under a number instead of a name, and passkeys need a name. Bring a signed file." }
            }
        }
        section aria-labelledby="by-file" {
            h3 id="by-file" { "With a key of your own" }
            p { "Sign an Open Badges 3.0 endorsement in your wallet or with your own tools and bring it here. It is checked as anybody would check it, and kept and shown byte for byte. A public log keeps its hash for good, and neither your name nor your DID." }
            details {
                summary { "The text to sign" }
                p { "Put your DID, your name and your words where the dots are." }
                pre tabindex="0" { code { (found.to_sign) } }
            }
            form action={ "/endorse/" (token) "/file" } method="post" enctype="multipart/form-data" {
                (fields(typed, problem, false))
                (field(&Field { name: "file", label: "The signed endorsement", hint: Some("JSON or a JSON Web Token."), error: error(problem, "file"), control: Control::File(".json,.jwt,.txt,application/json,application/vc"), ..Field::default() }))
                (field(&Field { name: "text", label: "Or its text", value: &typed.text, control: Control::Lines(3), ..Field::default() }))
                p.acts { button { (icon("file")) " Bring it" } }
            }
        }
        section aria-labelledby="by-member" {
            h3 id="by-member" { "For an institution on this site" }
            p { "Does your organization work with this site? Then it signs with its own key. Sign in first, if you are not." }
            p.acts { a.button href={ "/endorsements/for/" (token) } { (icon("people")) " Answer for my institution" } }
        }
        section aria-labelledby="no" {
            h2 id="no" { "No" }
            p { "Only " bdi { (asker) } " sees that you declined, and why." }
            form action={ "/endorse/" (token) "/decline" } method="post" {
                (field(&Field { name: "reason", label: "Why (may be left empty)", value: &typed.reason, error: error(problem, "reason"), control: Control::Lines(2), ..Field::default() }))
                p.acts { button { "Decline" } }
            }
        }
    }
}

/// Who speaks; and, where it does not stand in a signed file, what they say and until when it holds.
fn fields(typed: &Typed, problem: Option<&Problem>, all: bool) -> Markup {
    let apart = if all { None } else { Some("file") };
    html! {
        (field(&Field { name: "organization", apart, label: "Your organization", value: &typed.organization, error: error(problem, "organization"), required: true, autocomplete: Some("organization"), ..Field::default() }))
        (field(&Field { name: "person", apart, label: "Your name", value: &typed.person, error: error(problem, "person"), required: true, autocomplete: Some("name"), ..Field::default() }))
        @if all { (words(&typed.comment, &typed.until, problem)) }
    }
}

/// What is said, and until when it holds.
pub(in crate::pages) fn words(comment: &str, until: &str, problem: Option<&Problem>) -> Markup {
    let longest = format!("Within {LONGEST_YEARS} years. After that you are asked again.");
    html! {
        (field(&Field { name: "comment", label: "What you stand behind", hint: Some("In your words, for everybody to read: what people who have it can do for you."), value: comment, error: error(problem, "comment"), control: Control::Lines(4), required: true, ..Field::default() }))
        (field(&Field { name: "until", label: "Holds until", hint: Some(&longest), value: until, error: error(problem, "until"), control: Control::Typed("date"), required: true, ..Field::default() }))
    }
}

fn error<'p>(problem: Option<&'p Problem>, name: &str) -> Option<&'p str> {
    let found = problem.filter(|problem| problem.field == name);
    found.map(|problem| problem.words.as_str())
}

/// Which field an error belongs to, in words. `None` where nothing that is typed mends it.
pub(in crate::pages) fn problem_of(error: &AnswerError) -> Option<Problem> {
    let field = match error {
        AnswerError::Organization => "organization",
        AnswerError::Person => "person",
        AnswerError::Comment => "comment",
        AnswerError::Until => "until",
        AnswerError::Reason => "reason",
        AnswerError::Passkey(
            PasskeyError::NoCeremony | PasskeyError::Refused | PasskeyError::CountsBackwards,
        )
        | AnswerError::MemberTooLarge(_) => "passkey",
        AnswerError::TooLarge
        | AnswerError::Unreadable(_)
        | AnswerError::NotAnEndorsement
        | AnswerError::OtherSubject { .. }
        | AnswerError::OtherId { .. }
        | AnswerError::NoIssuer
        | AnswerError::OwnIssuer
        | AnswerError::NotValid(_) => "file",
        AnswerError::NoSuchLink
        | AnswerError::Answered
        | AnswerError::Ended
        | AnswerError::TakenBack
        | AnswerError::Changed
        | AnswerError::OwnInstitution
        | AnswerError::NotShown
        | AnswerError::NoKey(_)
        | AnswerError::InBetween
        | AnswerError::Elsewhere(_)
        | AnswerError::Passkey(_)
        | AnswerError::Draft(_)
        | AnswerError::Sign(_)
        | AnswerError::Store(_) => return None,
    };
    Some(Problem {
        field: field.to_owned(),
        words: sentence(&error.to_string()),
    })
}
