//! Crosswalks: what one framework's words mean in another's, proposed, voted on and released.

mod begin;
mod declare_conflict;
mod framework;
mod invite;
mod join;
mod list;
mod mapping;
mod merge;
mod one;
mod propose;
mod release;
mod review_again;
mod take;
mod told;
mod vote;
mod withdraw;
pub(super) mod words;
mod write_framework;

pub use begin::begin;
pub use declare_conflict::declare_conflict;
pub use framework::framework;
pub use invite::invite;
pub use join::join;
pub use list::all;
pub use mapping::mapping;
pub use merge::merge;
pub use one::one;
pub use propose::{ask, propose};
pub use release::release;
pub use review_again::review_again;
pub use take::{take, take_framework};
pub use vote::vote;
pub use withdraw::withdraw;
pub(super) use words::relation;
pub use write_framework::write_framework;

use maud::{Markup, html};
use touchstone_service::crosswalk::{self, MappingError, SetDetail};

use crate::ApiError;
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, field, note};
use crate::text::{clean, sentence};

/// A set in which the institution takes part or was asked to.
async fn find(web: &Web, by: &SignedIn, id: &str) -> Result<SetDetail, ApiError> {
    let found = crosswalk::set(&web.world, by.tenant(), id).await?;
    found.ok_or_else(|| ApiError::not_found("mapping_set_not_found"))
}

/// What a statement is called, and its identifier beneath.
fn thing(label: &str, iri: &str) -> Markup {
    html! { @if label.is_empty() { code { (iri) } } @else { bdi { (clean(label)) } " " small { code { (iri) } } } }
}

/// For an organization that takes part and has no vote: whatever it would be offered here would be refused.
pub(super) fn no_vote() -> Markup {
    let words = sentence(&MappingError::SameDomain.to_string());
    note(
        None,
        Some("people"),
        "Another organization has your vote",
        &html! { p { (words) } },
    )
}

/// What was sent from a page that is shown once more, and what was refused of it.
#[derive(Clone, Copy)]
struct Sent<'a> {
    said: &'a Fields,
    problems: &'a [Problem],
}

impl<'a> Sent<'a> {
    /// Whether it is the form of this step.
    fn is_of(self, step: &str) -> bool {
        self.said.text("step") == step
    }

    /// Why a field was refused.
    fn error(self, field: &str) -> Option<&'a str> {
        let mut refused = self.problems.iter();
        let refused = refused.find(|problem| problem.field == field);
        refused.map(|problem| problem.words.as_str())
    }
}

/// The field for why a step is taken, with what was typed for that one. `step` tells those of one page apart.
fn why(step: &str, sent: Sent<'_>) -> Markup {
    let here = sent.is_of(step);
    let typed = if here { sent.said.text("why") } else { "" };
    let reason = field(&Field {
        name: "why",
        apart: Some(step),
        label: "Why",
        hint: Some("Stands in the record."),
        error: sent.error(&format!("why-{step}")),
        value: typed,
        control: Control::Lines(2),
        required: true,
        ..Field::default()
    });
    html! { input type="hidden" name="step" value=(step); (reason) }
}
