//! `POST /api/v1/frameworks`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{Form, FrameworkOrder, Origin, take_framework};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes in a framework, or a new version of one, and says what changed
#[utoipa::path(
    post,
    path = "/api/v1/frameworks",
    tag = "crosswalk",
    operation_id = "takeFramework",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is taken in", body = Taken),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`framework_known`"),
        (status = 413, description = "`too_many_statements`, `too_large`"),
        (status = 422, description = "`faulty_framework`: each fault with its place; `unknown_form`, `wrong_body`"),
    )
)]
pub(crate) async fn take(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    let form = match said.form.as_deref() {
        None => None,
        Some(name) => Some(form(name)?),
    };
    order
        .once(&web, async move |world, by| {
            let order = FrameworkOrder {
                tenant: by.tenant,
                actor: by.actor,
                form,
                origin: Origin {
                    uri: said.uri,
                    title: said.title,
                    version: said.version,
                    ..Origin::default()
                },
                files: said.files.into_iter().map(String::into_bytes).collect(),
            };
            let taken = take_framework(&world, &order).await?;
            Ok(Made::new(Taken {
                id: taken.id,
                statements: taken.statements,
                before: taken.before,
                added: taken.added,
                removed: taken.removed,
                changed: taken.changed,
                mappings_touched: taken.mappings_touched,
            }))
        })
        .await
}

fn form(name: &str) -> Result<Form, ApiError> {
    let known = Form::ALL.iter().find(|(known, _)| *known == name);
    known.map(|(_, form)| *form).ok_or_else(|| {
        let known = Form::ALL.map(|(name, _)| name).join(", ");
        ApiError::unprocessable("unknown_form")
            .with_field("form", format!("The forms are {known}."))
    })
}

/// A framework to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FrameworkWanted)]
pub(crate) struct Wanted {
    /// The files, of one version together.
    files: Vec<String>,
    /// `onet`, `esco`, `case`, `ctdl`, `rsd` or `csv`; found out where it is left out.
    #[serde(default)]
    form: Option<String>,
    /// What identifies it, where the file does not say it.
    #[serde(default)]
    uri: String,
    /// What it is called, where the file does not say it.
    #[serde(default)]
    title: String,
    /// Its version, where the file does not say it.
    #[serde(default)]
    version: Option<String>,
}

/// A framework that was taken in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FrameworkTaken)]
pub(crate) struct Taken {
    /// Its id here.
    id: String,
    /// How many statements it has.
    statements: usize,
    /// The version that was there before.
    before: Option<String>,
    /// Statements that are new, compared with it.
    added: usize,
    /// Statements that are gone.
    removed: usize,
    /// Statements that say something else.
    changed: usize,
    /// Mappings of your sets that are about those that changed or are gone.
    mappings_touched: usize,
}
