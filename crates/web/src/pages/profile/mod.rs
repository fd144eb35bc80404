//! Who the institution is: its name, country, legal identifier, website, contact and mark, for the people who work in it.

pub(super) mod domain;
mod lint;
pub mod show;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{
    Chosen, ChosenBy, DescribeError, Description, ImageType, MarkChange, Redescription,
    chosen_profile, describe,
};
use touchstone_service::operations::sign_up::shown;
use touchstone_service::operations::{Permission, institution};
use touchstone_service::rows::InstitutionRow;

pub use domain::{check as check_domain, name as name_domain};
pub use lint::choose;

use crate::ApiError;
use crate::signed_in::{Sent, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use show::{View, show};

/// `GET /institution`
pub async fn open(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let view = as_it_is(&web, &by).await?;
    Ok(show(&by.desk, &view).into_response())
}

/// The page as it stands, before anything was typed.
async fn as_it_is(web: &Web, by: &SignedIn) -> Result<View, ApiError> {
    Ok(View {
        chosen: chosen_profile(&web.world, by.tenant(), None).await?,
        shown: shown(&web.world, by.tenant()).await?,
        domain: touchstone_service::operations::domain::domain(&web.world, by.tenant()).await?,
        ..view(&row(web, by).await?)
    })
}

/// `POST /institution`: says anew who it is. Credentials already issued stay as they are.
pub async fn change(State(web): State<Web>, sent: Sent) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Administer).await?;
    let by = &posted.by;
    let fields = &posted.fields;
    let order = Redescription {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        description: Description {
            name: fields.text("name").to_owned(),
            country: fields.some("country"),
            legal_id: fields.some("legalId"),
            website: fields.some("website"),
            contact: fields.some("contact"),
            mark: mark(&posted.bytes, fields.ticked("remove_mark")),
        },
    };
    let problems = match describe(&web.world, &order).await {
        Ok(()) => return Ok(Redirect::to("/institution").into_response()),
        Err(DescribeError::Faulty(faults)) => faults
            .iter()
            .map(|fault| problem(fault.field, fault.message))
            .collect(),
        Err(DescribeError::Mark(error)) => {
            vec![problem("mark", &format!("cannot be used: {error}"))]
        }
        Err(error) => return Err(error.into()),
    };
    let entered = View {
        name: fields.text("name").to_owned(),
        country: fields.text("country").to_owned(),
        legal_id: fields.text("legalId").to_owned(),
        website: fields.text("website").to_owned(),
        contact: fields.text("contact").to_owned(),
        problems,
        ..as_it_is(&web, by).await?
    };
    let page = show(&by.desk, &entered);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// A picture that was chosen, which takes the place of the one before whatever else is ticked. The use case checks it.
fn mark(bytes: &[u8], remove: bool) -> MarkChange {
    match (bytes, remove) {
        ([], false) => MarkChange::Keep,
        ([], true) => MarkChange::Remove,
        (bytes, _) => MarkChange::Set(ImageType::of(bytes), bytes.to_vec()),
    }
}

/// The form names its mark field `file`, as every form with a file does.
fn problem(field: &str, message: &str) -> Problem {
    let (field, label) = match field {
        "name" => ("name", "Name"),
        "country" => ("country", "Country"),
        "legalId" => ("legalId", "Legal identifier"),
        "website" => ("website", "Website"),
        "contact" => ("contact", "Contact"),
        _ => ("file", "Mark"),
    };
    Problem {
        field: field.into(),
        words: format!("{label} {message}."),
    }
}

async fn row(web: &Web, by: &SignedIn) -> Result<InstitutionRow, ApiError> {
    let row = institution(&web.world, by.tenant()).await?;
    row.ok_or_else(|| ApiError::not_found("institution_not_found"))
}

fn view(row: &InstitutionRow) -> View {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    View {
        slug: row.slug.clone(),
        did: text(&row.did),
        name: row.name.clone(),
        country: text(&row.country),
        legal_id: text(&row.legal_id),
        website: text(&row.website),
        contact: text(&row.contact_email),
        has_mark: row.mark.is_some(),
        problems: Vec::new(),
        domain: None,
        domain_typed: None,
        shown: true,
        chosen: Chosen {
            profile: None,
            by: ChosenBy::Nobody,
        },
    }
}
