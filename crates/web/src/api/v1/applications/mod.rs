//! Applications with credentials, as the employer reads them. Applicants have pages, and no account.

mod csv;
mod ler_rs;
mod list;
mod remove;
mod remove_many;
mod show;
mod uncover;

use serde::Serialize;
use touchstone_service::hiring;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Answer;
use crate::api::wire::time;
use crate::pages::hiring::WHOSE;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(remove_many::remove_many))
        .routes(routes!(csv::csv))
        .routes(routes!(ler_rs::show))
        .routes(routes!(show::show, remove::remove))
        .routes(routes!(uncover::uncover))
}

/// An application.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Application {
    /// Its id.
    id: String,
    /// The posting, by id.
    posting: String,
    /// When it was sent.
    sent_at: String,
    /// When it is deleted.
    ends_at: String,
    /// As of when its credentials stand as they are told: the age of the oldest document by which they were checked. `null` where they take none.
    status_as_of: Option<String>,
    /// Documents of issuers were not to be had: what they say is unknown. They are looked for again.
    incomplete: bool,
    /// So many of its credentials cannot be read, and are left out.
    unreadable: usize,
    /// Who sent it; `null` while names are covered.
    person: Option<Person>,
    /// The answer, task by task. While names are covered, nothing in it leads to one.
    answer: ApplicationAnswer,
}

/// What is read in an application.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationAnswer {
    /// What the answer does not say.
    note: &'static str,
    /// The credentials do not all name the same person.
    subjects_differ: bool,
    #[serde(flatten)]
    answer: Answer,
}

impl ApplicationAnswer {
    pub(crate) fn of(one: &hiring::Application) -> Self {
        Self {
            note: WHOSE,
            subjects_differ: one.subjects_differ,
            answer: Answer::of(&one.posting.role.role, &one.reading),
        }
    }
}

/// Who sent an application.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Applicant)]
pub(crate) struct Person {
    /// Their name, as far as they gave one.
    name: String,
    /// How they can be reached, as far as they said.
    contact: String,
    /// The credentials as they were sent: JSON, or a JSON Web Token as a text. Not in a list: ask for the application itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<Vec<serde_json::Value>>,
}

impl Application {
    fn in_full(one: hiring::ApplicationInFull) -> Self {
        let mut told = Self::of(one.application);
        if let Some(person) = &mut told.person {
            let credentials = one.credentials.iter().map(|shared| {
                let read = serde_json::from_slice(&shared.bytes);
                read.unwrap_or_else(|_| String::from_utf8_lossy(&shared.bytes).into())
            });
            person.credentials = Some(credentials.collect());
        }
        told
    }

    fn of(one: hiring::Application) -> Self {
        let answer = ApplicationAnswer::of(&one);
        let person = one.person.map(|person| Person {
            name: person.name,
            contact: person.contact,
            credentials: None,
        });
        Self {
            id: one.id,
            posting: one.posting.row.id,
            sent_at: time(one.sent_at),
            ends_at: time(one.ends_at),
            status_as_of: one.age.as_of.map(|at| at.to_string()),
            incomplete: one.age.incomplete,
            unreadable: one.age.unread,
            person,
            answer,
        }
    }
}

/// The application that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationId {
    /// Its id.
    id: String,
}
