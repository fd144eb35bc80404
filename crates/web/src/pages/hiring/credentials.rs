//! The fields in which somebody hands credentials in: as files, as links, as text; and what stays of it where the form was refused.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use touchstone_service::crosswalk::ReadError;
use touchstone_service::hiring::{ApplyError, MOST_LINKS, kept_in_form};

use super::links::Links;
use crate::ApiError;
use crate::templates::{Control, Field, Problem, field, note};
use crate::text::sentence;

/// What stays in the form where it was refused, so that nobody has to hand it in twice.
#[derive(Default)]
pub(in crate::pages) struct Still {
    /// Links that led nowhere, or were not followed, one a line.
    pub(in crate::pages) links: String,
    /// Credentials that can be read.
    pub(in crate::pages) kept: Vec<Vec<u8>>,
}

/// Why a form was refused.
pub(in crate::pages) enum Refused {
    /// Some of its links led nowhere, or were not followed.
    Links(Links),
    /// What was handed in was not read.
    Read(ApplyError),
}

/// What stays in a form that was refused, and what is said of it, from the links and files that were handed in. That the database failed is told
/// of no form.
pub(in crate::pages) async fn refused(
    why: Refused,
    links: String,
    files: Vec<Vec<u8>>,
) -> Result<(Still, Vec<Problem>), ApiError> {
    let error = match why {
        Refused::Links(followed) => {
            let still = Still {
                links: followed.missed,
                kept: kept_in_form(files).await,
            };
            return Ok((still, followed.problems));
        }
        Refused::Read(ApplyError::Store(error) | ApplyError::Read(ReadError::Store(error))) => {
            return Err(error.into());
        }
        Refused::Read(error) => error,
    };
    let problem = Problem {
        field: "file".into(),
        words: sentence(&error.to_string()),
    };
    let still = match error {
        ApplyError::Read(ReadError::Credential(..)) => Still {
            kept: kept_in_form(files).await,
            ..Still::default()
        },
        // There is too much of it: whoever chooses begins anew.
        _ => Still {
            links,
            ..Still::default()
        },
    };
    Ok((still, vec![problem]))
}

/// The fields. `label` says whose credentials they are, `kinds` which files are read.
pub(in crate::pages) fn credentials(
    still: &Still,
    problems: &[Problem],
    label: &str,
    kinds: &str,
) -> Markup {
    let of = |name: &str| {
        let found = problems.iter().filter(|problem| problem.field == name);
        let words: Vec<&str> = found.map(|problem| problem.words.as_str()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let (of_files, of_links) = (of("file"), of("links"));
    let hint = format!(
        "One a line, at most {MOST_LINKS}: of a page that shows a credential, or of the credential itself. The site is asked once, now, by this installation."
    );
    html! {
        (field(&Field { name: "file", label, hint: Some(kinds), error: of_files.as_deref(), control: Control::Files, ..Field::default() }))
        (field(&Field { name: "links", label: "Or links to them", hint: Some(&hint), error: of_links.as_deref(), value: &still.links, control: Control::Lines(3), ..Field::default() }))
        (field(&Field { name: "text", label: "Or the text of one", control: Control::Lines(3), ..Field::default() }))
        @if !still.kept.is_empty() { (note(None, Some("file"), "Still in this form", &html! {
            p { @if still.kept.len() == 1 { "What you handed in before" } @else { (still.kept.len()) " files that you handed in before" } " and that can be read. You need not choose it again." }
            @for one in &still.kept { input type="hidden" name="carried" value=(BASE64.encode(one)); }
        })) }
    }
}

/// Files where proof bundles are unpacked too.
pub(in crate::pages) const WITH_BUNDLES: &str =
    "One or more files: JSON, a proof bundle, or a PNG, SVG or PDF that carries one.";
