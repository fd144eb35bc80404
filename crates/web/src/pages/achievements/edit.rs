//! Writing an achievement: what it certifies on the one side, how an employer reads it on the other.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::issuing::Image;
use touchstone_service::operations::Permission;

use super::beside::beside;
use super::lint::{Found, for_whom};
use super::picture;
use super::reuse::{self, Written};
use super::suggest::{self, Suggested};
use super::told::told;
use crate::assets;
use crate::edge::with_script;
use crate::pages::desk::{Desk, trail};
use crate::templates::{Control, Field, Problem, error_summary, field, icon, option};

/// What stands in the form. The rest of a definition is kept as it is.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs)] // The names are those of the form.
pub struct Form {
    pub name: String,
    pub slug: String,
    /// "The person can …"
    pub task: String,
    /// "How it is assessed", as Markdown.
    pub criteria: String,
    /// Lowest first.
    pub levels: Vec<Level>,
    /// The levels that were taken from another achievement: name and points. The form carries them along.
    pub taken: Vec<(String, String)>,
    /// The level that must be reached, from 1.
    pub required_level: String,
    pub achievement_type: String,
    pub language: String,
    /// Months, or empty for ever.
    pub valid_for_months: String,
    /// The last day of a pilot, or empty: it is none.
    pub pilot_until: String,
    /// One per line: framework | code | name | address | type.
    pub alignment: String,
    /// One per line.
    pub evidence: String,
    pub assessment_method: String,
    pub supervision: String,
    pub identity_check: String,
    pub workload_hours: String,
    pub credits_available: String,
    pub renewal: String,
    pub quality_assurance: String,
    pub participation: String,
    /// Short names of achievements, one per line.
    pub requires: String,
    /// The short name of an achievement, or empty.
    pub translation_of: String,
    pub names_learner: bool,
    pub allows_suspension: bool,
    pub picture: Picture,
    /// Why a picture that was sent is not taken. Nothing of it stays in the form.
    pub refused: Option<Problem>,
    /// For whom it is looked at: the name of a profile, or empty. No part of the definition.
    pub look_for: String,
    /// What was found in the frameworks. No part of the definition.
    pub suggested: Suggested,
    /// SHA-256 of the version that the form was opened with, or empty. No part of the definition.
    pub seen: String,
    /// Whose levels there are; `None` if nobody asked. No part of the definition.
    pub written: Option<Vec<Written>>,
}

/// A level, while it is written.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(missing_docs)] // The names are those of the form.
pub struct Level {
    pub name: String,
    pub description: String,
    /// One per line.
    pub examples: String,
}

/// The picture of an achievement, while it is written.
#[derive(Clone, Debug, Default)]
pub enum Picture {
    /// It has none: the institution's mark is drawn.
    #[default]
    None,
    /// The one that its latest version has.
    Kept(Image),
    /// One that was chosen and is not saved yet. The form carries it along.
    Chosen(Image),
    /// Its latest version has one, which is to go. The form carries that along.
    Removed,
}

/// Where the form goes.
#[derive(Clone, Debug)]
pub enum Place {
    /// A new achievement.
    New,
    /// The next version of one: its id, its version, and whether that version was awarded already.
    Version(String, i64, bool),
}

impl Place {
    /// Where its form is sent.
    pub(super) fn action(&self) -> String {
        match self {
            Self::New => "/achievements".to_owned(),
            Self::Version(id, ..) => format!("/achievements/{id}"),
        }
    }
}

/// Answers with the form and its preview, which follows what is typed where the form may be sent.
pub fn show(
    desk: &Desk,
    place: &Place,
    form: &Form,
    found: &Found,
    kinds: &[String],
    problems: &[Problem],
) -> Response {
    let may_define = desk.may(Permission::Define);
    let action = place.action();
    let (title, small) = match place {
        Place::New => ("A new achievement".to_owned(), String::new()),
        Place::Version(_, version, true) => (
            form.name.clone(),
            match may_define {
                true => format!(
                    "version {version}, awarded: saving makes version {}",
                    version + 1
                ),
                false => format!("version {version}, awarded"),
            },
        ),
        Place::Version(_, version, false) => (
            form.name.clone(),
            format!("version {version}, not awarded yet"),
        ),
    };
    let main = html! {
        (trail(&[("/achievements", "Achievements")]))
        h1 { (title) " " @if !small.is_empty() { small { (small) } } }
        (error_summary("It was not saved", problems))
        div.cols {
            div { @if may_define { (desk.upload(&action, &html! { (fields(place, form, found, kinds, problems)) (reuse::part(&action, form.written.as_deref())) (suggest::part(&action, &form.suggested)) })) } @else { (told(place, form)) } }
            (beside(desk, place, form, found))
        }
    };
    if !may_define {
        return desk.page(&title, "/achievements", &main).into_response();
    }
    with_script(desk.page_with_script(&title, "/achievements", assets::preview_script(), &main))
}

fn fields(
    place: &Place,
    form: &Form,
    found: &Found,
    kinds: &[String],
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        problems
            .iter()
            .find(|problem| problem.field == name)
            .map(|problem| problem.words.as_str())
    };
    let lines = |name, label, hint, value, rows| {
        field(&Field {
            name,
            label,
            hint: Some(hint),
            value,
            error: error(name),
            control: Control::Lines(rows),
            ..Field::default()
        })
    };
    let text = |name, label, hint, value| {
        field(&Field {
            name,
            label,
            hint,
            value,
            error: error(name),
            control: room_for(value),
            ..Field::default()
        })
    };
    let hint = "One a line. If there is any, each award needs at least one piece.";
    let of_evidence = with_kinds(hint, kinds);
    let mut types = vec![
        ("MicroCredential", "Micro-credential"),
        ("Competency", "Competency"),
        ("Course", "Course"),
        ("Certificate", "Certificate"),
        ("License", "Licence"),
        ("Award", "Award"),
        ("Badge", "Badge"),
    ];
    // One that came by another way stays what it is.
    let kind = form.achievement_type.as_str();
    if !kind.is_empty() && types.iter().all(|(known, _)| *known != kind) {
        types.push((kind, kind));
    }
    html! {
        h2 { "What it certifies" }
        (field(&Field { name: "name", label: "Name", hint: Some("Short, as it stands on lists."), value: &form.name, error: error("name"), required: true, control: room_for(&form.name), ..Field::default() }))
        @if matches!(place, Place::New) {
            (text("slug", "Short name in addresses", Some("Small letters, digits and hyphens. It never changes. Empty: made from the name."), &form.slug))
        } @else { input type="hidden" name="slug" value=(form.slug); input type="hidden" name="seen" value=(form.seen); }
        @if error("seen").is_some() { p id="f-seen" { a href=(place.action()) target="_blank" { "See what stands there now" } " (opens a new tab). What you typed is below." } }
        (lines("task", "The person can …", "One task, as someone at work would say it. Start with a verb.", &form.task, 3))
        (lines("criteria", "How it is assessed", "What the person does, for how long, with what help. Lists and emphasis in Markdown.", &form.criteria, 6))
        fieldset {
            legend { "Levels, lowest first" }
            span.hint { "One sentence each: what can be seen at this level and not below it. Examples, one a line: what was seen of somebody at this level. Leave empty what you do not need." }
            @for (name, points) in &form.taken { input type="hidden" name="taken_level" value=(name); input type="hidden" name="taken_points" value=(points); }
            @for place in 0..(form.levels.len() + 1).max(4) { (level(place, form.levels.get(place), error(&format!("level-{}", place + 1)))) }
            (field(&Field { name: "required_level", label: "Must be reached", hint: Some("The number of the lowest level that is awarded."), value: &form.required_level, error: error("required_level"), control: Control::Typed("number"), ..Field::default() }))
        }
        (field(&Field { name: "valid_for_months", label: "Good for how many months", hint: Some("After this time the skill has to be shown again. Empty: no end."), value: &form.valid_for_months, error: error("valid_for_months"), control: Control::Typed("number"), ..Field::default() }))
        (lines("alignment", "Linked tasks and skills", "One a line: framework | code | name | address | ext:Task or ext:Skill. Lets employers find it in their own words.", &form.alignment, 4))
        (lines("evidence", "Evidence that is needed", &of_evidence, &form.evidence, 2))
        details open[!form.assessment_method.is_empty()] {
            summary { "More about it" }
            (field(&Field { name: "achievement_type", label: "Kind", value: &form.achievement_type, error: error("achievement_type"), control: Control::Choice(&types), ..Field::default() }))
            (text("language", "Language of these words", Some("A tag such as en, de or pt-BR."), &form.language))
            (text("assessment_method", "Method of assessment", None, &form.assessment_method))
            (text("supervision", "Who watches", None, &form.supervision))
            (text("identity_check", "How the person’s identity is checked", None, &form.identity_check))
            (text("workload_hours", "Hours of work", None, &form.workload_hours))
            (text("credits_available", "Credit units", None, &form.credits_available))
            (field(&Field { name: "pilot_until", label: "Tried out until", hint: Some("It says that it is a pilot, and is issued on no later day. Empty: it is none."), value: &form.pilot_until, error: error("pilot_until"), control: Control::Typed("date"), ..Field::default() }))
            (text("renewal", "How it is renewed", None, &form.renewal))
            (text("quality_assurance", "Who vouches for its quality", None, &form.quality_assurance))
            (text("participation", "How one takes part", None, &form.participation))
            (lines("requires", "What must be earned before", "Short names of other achievements, one a line.", &form.requires, 2))
            (text("translation_of", "Translation of", Some("The short name of the achievement that says the same in another language."), &form.translation_of))
        }
        fieldset {
            legend { "What credentials do" }
            (option("checkbox", "names_learner", "yes", &html! { "Show the person’s name " span.hint { "Otherwise readers match the person by their address." } }, form.names_learner))
            (option("checkbox", "allows_suspension", "yes", &html! { "Can be paused " span.hint { "Some other programs cannot read such credentials." } }, form.allows_suspension))
        }
        (picture::field_set(place, form, error("file")))
        (for_whom(form, found))
        p.acts {
            button.main { "Save" } " "
            button name="preview" value="yes" { (icon("retry")) " Show the preview" } " "
            button name="look_up" value="yes" formnovalidate { (icon("retry")) " Look whether its links open" }
        }
    }
}

/// A hint with the kinds of evidence that are in use: whoever asks for one and whoever has one have to say it in the same words.
fn with_kinds(hint: &str, kinds: &[String]) -> String {
    match kinds {
        [] => hint.to_owned(),
        kinds => format!("{hint} In use already: {}.", kinds.join(", ")),
    }
}

/// One line, unless more than one stands there: browsers take the line breaks out of a control that has room for one.
fn room_for<'a>(value: &str) -> Control<'a> {
    match value.contains('\n') {
        true => Control::Lines(3),
        false => Control::Text,
    }
}

fn level(place: usize, level: Option<&Level>, error: Option<&str>) -> Markup {
    let empty = Level::default();
    let Level {
        name,
        description,
        examples,
    } = level.unwrap_or(&empty);
    let apart = (place + 1).to_string();
    html! {
        div.level {
            (field(&Field { name: "level_name", apart: Some(&apart), label: &format!("Level {apart}: name"), value: name, error, control: room_for(name), ..Field::default() }))
            (field(&Field { name: "level_description", apart: Some(&apart), label: "What can be seen", value: description, control: room_for(description), ..Field::default() }))
            (field(&Field { name: "level_examples", apart: Some(&apart), label: "Examples", value: examples, control: Control::Lines(2), ..Field::default() }))
        }
    }
}
