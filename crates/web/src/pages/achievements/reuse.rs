//! Levels that are written already, for the achievement that is being written: a button shows whose there are, and each has a button that
//! takes its levels into the form. Nothing is saved by either.

use maud::{Markup, html};
use touchstone_service::issuing::{Listed, achievement, achievements};

use super::edit::Form;
use super::form::reached;
use super::levels::levels_of;
use crate::ApiError;
use crate::signed_in::PostedFile;
use crate::state::Web;
use crate::templates::icon;

/// Levels of an achievement of the institution.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// The achievement.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The names of its levels, lowest first.
    pub levels: Vec<String>,
}

/// Whether a form was sent to see levels or to take some, and not to save.
pub(super) fn asked(posted: &PostedFile) -> bool {
    posted.fields.ticked("rubrics") || posted.fields.ticked("take_levels")
}

/// The form with whose levels there are, or with those that were taken in place of its own.
pub(super) async fn answered(
    web: &Web,
    posted: &PostedFile,
    mut form: Form,
) -> Result<Form, ApiError> {
    let tenant = posted.by.tenant();
    let Some(id) = posted.fields.some("take_levels") else {
        let all = achievements(&web.world, tenant).await?;
        let current = all.into_iter().filter(|one| {
            one.achievement.archived_at.is_none() && one.achievement.slug != form.slug
        });
        form.written = Some(current.filter_map(written).collect());
        return Ok(form);
    };
    let found = achievement(&web.world, tenant, &id, None).await?;
    if let Some(rubric) = found.and_then(|found| found.definition.rubric) {
        form.levels = levels_of(&rubric);
        form.required_level = reached(&rubric);
        let taken = rubric.levels.into_iter();
        let taken = taken.map(|level| (level.name, level.points.unwrap_or_default()));
        form.taken = taken.collect();
    }
    Ok(form)
}

fn written(one: Listed) -> Option<Written> {
    let rubric = one.definition.rubric?;
    Some(Written {
        id: one.achievement.id,
        name: one.definition.name,
        levels: rubric.levels.into_iter().map(|level| level.name).collect(),
    })
}

/// The part of the form. It stands behind the button that saves, so that the key Enter saves.
pub(super) fn part(action: &str, written: Option<&[Written]>) -> Markup {
    let here = format!("{action}#written");
    html! {
        section aria-labelledby="written" {
            h2 id="written" { "Levels that are written already" }
            p { "One scale for several achievements: levels with their examples and points are copied, and stay as they are where they came from." }
            p.acts { button name="rubrics" value="yes" formaction=(here) formnovalidate { "Show them" } }
            @match written {
                None => {},
                Some([]) => p { "No achievement has levels yet." },
                Some(all) => ul { @for one in all { li {
                    bdi { (one.name) } ": " (one.levels.join(", ")) " "
                    button name="take_levels" value=(one.id) formaction=(action) formnovalidate { (icon("file")) " Take" span.vh { " the levels of " (one.name) } }
                } } },
            }
        }
    }
}
