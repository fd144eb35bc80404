//! The institution's profile as facts, and as a form for owners.

use maud::{Markup, html};
use touchstone_service::issuing::Chosen;
use touchstone_service::operations::{Permission, domain::Domain};

use crate::pages::desk::Desk;
use crate::templates::{
    Control, Field, Problem, Tone, error_summary, fact, facts, field, icon, note, option,
};

/// Everything on the page.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct View {
    pub slug: String,
    pub did: String,
    pub name: String,
    pub country: String,
    pub legal_id: String,
    pub website: String,
    pub contact: String,
    pub has_mark: bool,
    /// What was refused. The fields then hold what was entered.
    pub problems: Vec<Problem>,
    /// What achievements have to be ready for.
    pub chosen: Chosen,
    /// The domain that it named.
    pub domain: Option<Domain>,
    /// What was typed instead, where it was refused.
    pub domain_typed: Option<String>,
    /// Whether others see the institution.
    pub shown: bool,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let public = format!("/i/{}", view.slug);
    let main = html! {
        h1 { "The institution" }
        @if view.shown {
            p { "So it stands on credentials that are issued from now on, and on " a href=(public) { "its public page" } ". Credentials already issued stay as they are." }
        }
        @if !view.shown { (note(Some(Tone::Warn), Some("people"), "Show your domain first", &html! {
            p { "Until your " a href="#domain" { "domain" } " is shown, nobody sees your organization here, and it takes part in nothing. Roles can be described meanwhile." }
        })) }
        (error_summary("The profile was not changed", &view.problems))
        (facts(&html! {
            @if view.shown { (fact("Short name", &html! { code { (view.slug) } " " span.hint { "Others ask you to take part by it." } })) }
            @if !view.did.is_empty() { (fact("Signs as", &html! { code { (view.did) } })) }
            (fact("Mark", &html! {
                @if view.has_mark { img src={ "/i/" (view.slug) "/mark" } alt={ "The mark of " (desk.institution) } width="96"; } @else { "None yet" }
            }))
            @if !desk.may(Permission::Administer) { (known(view)) }
        }))
        @if desk.may(Permission::Administer) { (form(desk, view)) } @else { p { "Owners of the institution can change it." } }
        (super::domain::section(desk, view.domain.as_ref(), view.domain_typed.as_deref(), &view.problems))
        p { a href="/responsibilities" { "Who answers for achievements, roles, mapping sets and competencies" } }
        (super::lint::asked(desk, view.chosen))
    };
    desk.page("The institution", "/institution", &main)
}

fn known(view: &View) -> Markup {
    let told = |label, text: &str| {
        fact(
            label,
            &html! { @if text.is_empty() { "Not said" } @else { (text) } },
        )
    };
    html! {
        (told("Name", &view.name))
        (told("Country", &view.country))
        (told("Legal identifier", &view.legal_id))
        (told("Website", &view.website))
        (told("Contact", &view.contact))
    }
}

fn form(desk: &Desk, view: &View) -> Markup {
    let error = |name: &str| {
        let problem = view.problems.iter().find(|problem| problem.field == name);
        problem.map(|problem| problem.words.as_str())
    };
    let mark = if view.has_mark {
        "An SVG or PNG picture of at most 512 KB. Empty: the one above stays."
    } else {
        "An SVG or PNG picture of at most 512 KB. It stands on pictures and certificates."
    };
    html! {
        h2 { "Change it" }
        (desk.upload("/institution", &html! {
            (field(&Field { name: "name", label: "Name", hint: Some("As it stands on credentials."), value: &view.name, error: error("name"), required: true, ..Field::default() }))
            (field(&Field { name: "country", label: "Country", hint: Some("Two letters, such as IE or DE."), value: &view.country, error: error("country"), autocomplete: Some("country"), ..Field::default() }))
            (field(&Field { name: "legalId", label: "Legal identifier", hint: Some("From a public register, if there is one."), value: &view.legal_id, error: error("legalId"), ..Field::default() }))
            (field(&Field { name: "website", label: "Website", value: &view.website, error: error("website"), control: Control::Typed("url"), autocomplete: Some("url"), ..Field::default() }))
            (field(&Field { name: "contact", label: "Contact", hint: Some("A mail address for questions. Answers to our mails go there."), value: &view.contact, error: error("contact"), control: Control::Typed("email"), ..Field::default() }))
            (field(&Field { name: "file", label: "Mark", hint: Some(mark), error: error("file"), control: Control::File(".svg,.png,image/svg+xml,image/png"), ..Field::default() }))
            @if view.has_mark { fieldset {
                legend { "The mark that is there" }
                (option("checkbox", "remove_mark", "yes", &html! { "Remove it " span.hint { "Pictures and certificates then show the name alone." } }, false))
            } }
            p.acts { button.main { (icon("pass")) " Save" } }
        }))
    }
}
