//! Fields of a form, in one order: label, hint, error, control.

use maud::{Markup, html};

use super::icon;
use super::{Tone, note};

/// A field with everything said about it.
#[derive(Clone, Debug, Default)]
pub struct Field<'a> {
    /// Name of the control.
    pub name: &'a str,
    /// Sets it apart from another control of the same name on the page.
    pub apart: Option<&'a str>,
    /// What is asked.
    pub label: &'a str,
    /// How to answer.
    pub hint: Option<&'a str>,
    /// Why the last answer was refused, and the way out.
    pub error: Option<&'a str>,
    /// The answer so far.
    pub value: &'a str,
    /// The kind of control.
    pub control: Control<'a>,
    /// An answer is needed.
    pub required: bool,
    /// What browsers may fill in: an `autocomplete` value.
    pub autocomplete: Option<&'a str>,
}

/// The kind of control.
#[derive(Clone, Debug, Default)]
pub enum Control<'a> {
    /// One line.
    #[default]
    Text,
    /// One line of another input type: `email`, `date`, `url`, `number`.
    Typed(&'a str),
    /// Several lines.
    Lines(u8),
    /// One of several, as value and words.
    Choice(&'a [(&'a str, &'a str)]),
    /// A file of one of these kinds (an `accept` value).
    File(&'a str),
    /// One or more files of any kind.
    Files,
}

/// A field that was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The field's name.
    pub field: String,
    /// What is wrong and the way out.
    pub words: String,
}

/// Renders a field.
pub fn field(f: &Field<'_>) -> Markup {
    let id = f.id();
    let about = described_by(f, &id);
    let invalid = f.error.map(|_| "true");
    html! {
        div.f {
            label for=(id) { (f.label) }
            @if let Some(hint) = f.hint { span.hint id={ (id) "-h" } { (hint) } }
            @if let Some(error) = f.error {
                span.err id={ (id) "-e" } { (icon("fail")) " " (error) }
            }
            @match &f.control {
                Control::Lines(rows) => textarea id=(id) name=(f.name) rows=(rows) required[f.required]
                    aria-describedby=[about] aria-invalid=[invalid] { (f.value) },
                Control::Choice(options) => select id=(id) name=(f.name) required[f.required]
                    aria-describedby=[about] aria-invalid=[invalid] {
                    @for (value, words) in *options {
                        option value=(value) selected[*value == f.value] { (words) }
                    }
                },
                Control::File(accept) => input type="file" id=(id) name=(f.name) accept=(accept)
                    required[f.required] aria-describedby=[about] aria-invalid=[invalid];,
                Control::Files => input type="file" id=(id) name=(f.name) multiple
                    required[f.required] aria-describedby=[about] aria-invalid=[invalid];,
                Control::Typed(kind) => (input(f, &id, kind, about, invalid)),
                Control::Text => (input(f, &id, "text", about, invalid)),
            }
        }
    }
}

/// A checkbox or radio button with its label.
pub fn option(kind: &str, name: &str, value: &str, label: &Markup, checked: bool) -> Markup {
    let id = format!("f-{name}-{value}");
    html! {
        div.opt {
            input type=(kind) id=(id) name=(name) value=(value) checked[checked];
            label for=(id) { (label) }
        }
    }
}

/// The top of a form that was refused: what to correct, with a link to each field.
pub fn error_summary(heading: &str, problems: &[Problem]) -> Markup {
    if problems.is_empty() {
        return html! {};
    }
    html! {
        div role="group" aria-label=(heading) {
            (note(Some(Tone::Fail), Some("fail"), heading, &html! {
                ul { @for problem in problems {
                    li { a href={ "#f-" (problem.field) } { (problem.words) } }
                } }
            }))
        }
    }
}

/// The hidden field that shows that a form came from a page of ours.
pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

fn input(
    f: &Field<'_>,
    id: &str,
    kind: &str,
    about: Option<String>,
    invalid: Option<&str>,
) -> Markup {
    html! {
        input type=(kind) id=(id) name=(f.name) value=(f.value) required[f.required]
            autocomplete=[f.autocomplete] aria-describedby=[about] aria-invalid=[invalid];
    }
}

fn described_by(f: &Field<'_>, id: &str) -> Option<String> {
    let hint = f.hint.map(|_| format!("{id}-h"));
    let error = f.error.map(|_| format!("{id}-e"));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}

impl Field<'_> {
    /// The control's id: what an error summary links to.
    fn id(&self) -> String {
        match self.apart {
            Some(apart) => format!("f-{}-{apart}", self.name),
            None => format!("f-{}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_stands_between_hint_and_control_and_is_read_out() {
        let html = field(&Field {
            name: "email",
            label: "E-mail",
            hint: Some("Where you get mail."),
            error: Some("There is no “@” in it."),
            value: "<x>",
            ..Field::default()
        })
        .0;
        let place = |text: &str| html.find(text).unwrap();
        assert!(place("f-email-h") < place("f-email-e") && place("f-email-e") < place("<input"));
        assert!(html.contains("aria-describedby=\"f-email-h f-email-e\" aria-invalid=\"true\""));
        assert!(html.contains("value=\"&lt;x&gt;\""));
    }
}
