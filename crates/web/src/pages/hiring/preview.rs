//! What an applicant sees before anything is sent, and the form that sends it.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use touchstone_service::hiring::{Posting, Preview};

use super::part;
use crate::pages::roles::reading;
use crate::templates::{
    Field, Layout, Problem, SiteFrame, error_summary, field, icon, note, option, page,
};
use crate::text::clean;

/// What was typed before, where the form was refused.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) contact: String,
    /// The credentials that are not to be shared, by their place.
    pub(super) kept_back: Vec<usize>,
}

/// Renders it.
pub(super) fn show(
    site: &SiteFrame,
    posting: &Posting,
    preview: &Preview,
    said: &Said,
    credits: &[String],
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let employer = &posting.institution.name;
    let here = format!("/apply/{}", posting.row.public);
    let main = html! {
        p { a href=(here) { bdi { (posting.role.role.title) } } }
        h1 { "Before you send" }
        p { "Nothing was sent or kept yet. This is what " bdi { (employer) } " would read, task by task. There is no score." }
        (error_summary("It was not sent", problems))
        (part::whose(preview.subjects_differ))
        (reading::answers(&posting.role, &preview.reading))
        (part::missing(&posting.role, &preview.reading, &preview.could_close))
        form method="post" action={ (here) "/send" } enctype="multipart/form-data" {
            input type="hidden" name="token" value=(preview.token);
            input type="hidden" name="role" value=(posting.role.row.changed_at);
            section { h2 { "What would be shared" }
                p { "Each credential goes as a whole, with everything that stands in it. Leave out what you do not want to share." }
                @for (place, shared) in preview.credentials.iter().enumerate() {
                    input type="hidden" name="credential" value=(BASE64.encode(&shared.bytes));
                    h3 { bdi { (clean(&shared.name)) } }
                    (option("checkbox", "share", &place.to_string(), &html! { "Share " bdi { (clean(&shared.name)) } }, !said.kept_back.contains(&place)))
                    (part::told(shared))
                    (part::whole(shared))
                }
            }
            section { h2 { "What you say of yourself" }
                (field(&Field { name: "name", label: "Your name", hint: Some("May be left empty."), value: &said.name, error: error("name"), autocomplete: Some("name"), ..Field::default() }))
                (field(&Field { name: "contact", label: "How you can be reached", hint: Some("An e-mail address or a telephone number. Left empty, you have to ask the employer yourself."), value: &said.contact, error: error("contact"), autocomplete: Some("email"), ..Field::default() }))
            }
            (note(None, Some("lock"), "You can take it back", &html! {
                p { "You get a link of your own. With it you look at your application, and delete everything that you sent. After " (posting.row.keep_days) " days it is deleted by itself." }
            }))
            p.acts { button.main { (icon("mail")) " Send to " bdi { (employer) } } }
        }
    };
    let layout = Layout {
        attributions: credits,
        ..Layout::reading("Before you send", site)
    };
    page(&layout, &main)
}
