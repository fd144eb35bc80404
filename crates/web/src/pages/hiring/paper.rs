//! The answer to an application on paper.

use touchstone_service::hiring::Application;

use super::part::{DIFFER, WHOSE};
use super::show::called;
use crate::ApiError;
use crate::credits;
use crate::pages::roles::paper::{Sheet, drawn};
use crate::state::Web;
use crate::templates::{day_text, minute_text, moment};

/// Draws it.
pub(super) async fn of_application(
    web: &Web,
    found: &Application,
    json: String,
) -> Result<Vec<u8>, ApiError> {
    let differ = match found.subjects_differ {
        true => format!("{DIFFER} "),
        false => String::new(),
    };
    let as_of = found.age.as_of.map_or_else(String::new, |at| {
        format!(
            " What others publish is told as of {}.",
            minute_text(moment(at.unix_millis()))
        )
    });
    let unread = match found.age.unread {
        0 => String::new(),
        1 => " One credential in it could not be read and is not here.".into(),
        many => format!(" {many} credentials in it could not be read and are not here."),
    };
    let incomplete = match found.age.incomplete {
        true => " Not everything that others publish about them could be had.",
        false => "",
    };
    let sheet = Sheet {
        role: &found.posting.role.role,
        institution: &found.posting.institution.name,
        reading: &found.reading,
        heading: called(found),
        note: format!(
            "{WHOSE} {differ}Sent on {}.{as_of}{incomplete}{unread}",
            day_text(moment(found.sent_at))
        ),
        id: found.id.clone(),
        day: None,
        credits: credits::of(web, &found.posting.role, &found.posting.institution.name).await?,
    };
    drawn(web, &sheet, json).await
}
