//! `POST /api/v1/batches`

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use touchstone_service::World;
use touchstone_service::issuing::{self, Column, Mapping, Upload};
use touchstone_service::ports::Spooled;
use utoipa::{IntoParams, ToSchema};

use super::{Batch, find};
use crate::ApiError;
use crate::api::caller::{By, Issue};
use crate::api::order::{Made, Name, once};
use crate::edge::Activity;
use crate::limits::LARGEST_LIST;
use crate::signed_in::{LARGEST_TEXT, second_file, short_text};
use crate::state::Web;
use crate::text::sentence;

/// Takes in a list of learners; nothing is issued
///
/// As the body itself (`text/csv`, with the rest in the address) or as a form with a file. The same file for the same
/// achievement gives the same batch.
#[utoipa::path(
    post,
    path = "/api/v1/batches",
    tag = "batches",
    operation_id = "uploadBatch",
    security(("key" = ["issue"])),
    params(About),
    request_body(
        description = "The list: its first row names the columns",
        content((String = "text/csv"), (FormSent = "multipart/form-data"))
    ),
    responses(
        (status = 201, description = "The batch, to be looked at", body = Uploaded),
        (status = 400, description = "`unreadable_form`, `second_file`, `bad_query`"),
        (status = 409, description = "`achievement_not_ready`: each finding is named; `not_admitted`, `pilot_ended`, `not_released`, `upload_given_up`"),
        (status = 413, description = "`file_too_large`, `form_too_large`"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`unreadable_list`, `empty_list`, `achievement_not_in_use`, `bad_mapping`"),
    )
)]
pub(crate) async fn upload(State(web): State<Web>, sent: Sent) -> Result<Response, ApiError> {
    let Sent {
        by,
        name,
        list,
        activity,
    } = sent;
    let mapping = mapping(list.mapping.as_deref())?;
    let working = async move |world: World, by: By<Issue>| {
        let order = Upload {
            tenant: by.tenant,
            actor: by.actor,
            achievement: list.achievement,
            name: list.name,
            file_name: list.file_name,
            list: list.file,
            mapping,
        };
        let uploaded = issuing::upload(&world, &order).await?;
        Ok(Made::new(Uploaded {
            batch: find(&world, &order.tenant, &uploaded.batch).await?,
            known: uploaded.known,
            encoding: uploaded.about.encoding,
            delimiter: uploaded.about.delimiter.into(),
            columns: uploaded.about.columns.into_iter().map(Header::of).collect(),
        }))
    };
    // A long list takes longer than a request may.
    let taken = async move { once(&web, by, name, working).await };
    activity.during(taken).await?
}

/// What is said of a list in the address.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct About {
    /// What is awarded: an achievement's id or short name. A form may carry it instead.
    #[serde(default)]
    achievement: Option<String>,
    /// What the batch is called.
    name: Option<String>,
    /// The name of the file.
    file_name: Option<String>,
    /// What headers mean that are not recognised: JSON, `{"Vorname": "given_name", "Notes": null}`.
    mapping: Option<String>,
}

/// A list as a form.
#[derive(ToSchema)]
#[expect(dead_code)] // Describes the form, which is read field by field.
pub(crate) struct FormSent {
    /// What is awarded: an achievement's id or short name.
    achievement: String,
    /// What the batch is called.
    name: Option<String>,
    /// What headers mean that are not recognised, as JSON.
    mapping: Option<String>,
    /// The list.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How a list was taken in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadedBatch)]
pub(crate) struct Uploaded {
    /// The batch.
    batch: Batch,
    /// The file was uploaded before, and this is its batch as it stands now.
    known: bool,
    /// As which encoding it was read.
    encoding: &'static str,
    /// What stands between its fields.
    delimiter: String,
    /// What its headers were taken for.
    columns: Vec<Header>,
}

/// A header and what it was taken for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Header {
    /// As it stands in the file.
    header: String,
    /// The column; none if it is left out.
    column: Option<&'static str>,
}

impl Header {
    fn of((header, column): (String, Option<Column>)) -> Self {
        Self {
            header,
            column: column.map(Column::as_str),
        }
    }
}

/// A list from somebody who may issue.
#[derive(Debug)]
pub(crate) struct Sent {
    by: By<Issue>,
    name: Name,
    list: List,
    activity: Activity,
}

#[derive(Debug)]
struct List {
    achievement: String,
    name: Option<String>,
    file_name: Option<String>,
    mapping: Option<String>,
    file: Spooled,
}

impl FromRequest<Web> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let by = By::from_request_parts(&mut parts, web).await?;
        let name = Name::of(&parts.headers).map_err(IntoResponse::into_response)?;
        let activity = parts.extensions.get::<Activity>().cloned();
        let activity = activity.unwrap_or_default();
        let list = read(Request::from_parts(parts, body), web)
            .await
            .map_err(IntoResponse::into_response)?;
        // The parts, not the body: a form sent again may draw another boundary.
        let optional = [&list.name, &list.file_name, &list.mapping];
        let optional = optional.map(|text| text.as_deref().unwrap_or_default().as_bytes());
        let said = [
            b"upload".as_slice(),
            list.achievement.as_bytes(),
            list.file.sha256(),
        ];
        let name = name.stands_for(&[said.as_slice(), &optional].concat());
        Ok(Self {
            by,
            name,
            list,
            activity,
        })
    }
}

async fn read(request: Request, web: &Web) -> Result<List, ApiError> {
    let Query(about) = Query::<About>::try_from_uri(request.uri()).map_err(|error| {
        ApiError::bad_request("bad_query").with_detail(sentence(&error.body_text()))
    })?;
    let mut list = List {
        achievement: about.achievement.unwrap_or_default(),
        name: about.name,
        file_name: about.file_name,
        mapping: about.mapping,
        // Nothing yet.
        file: Spooled::in_memory(Vec::new(), web.world.crypto),
    };
    match kind(request.headers()) {
        "multipart/form-data" => {
            let form = Multipart::from_request(request, web).await;
            let form = form.map_err(|error| ApiError::unreadable_form(error.status()))?;
            fill(web, &mut list, form).await?;
        }
        "text/csv" | "text/plain" => {
            list.file = put_aside(web, request.into_body()).await?;
        }
        _ => {
            return Err(
                ApiError::from_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).with_detail(
                    "Send the list as text/csv, or as multipart/form-data with a field “file”.",
                ),
            );
        }
    }
    Ok(list)
}

/// Puts a body aside as it comes in.
async fn put_aside(web: &Web, body: Body) -> Result<Spooled, ApiError> {
    let (mut incoming, mut room) = (web.world.spool.begin()?, LARGEST_LIST);
    let mut body = body.into_data_stream();
    while let Some(some) = body.next().await {
        let some = some.map_err(|_| ApiError::unreadable_form(StatusCode::BAD_REQUEST))?;
        let left = room.checked_sub(some.len());
        room = left.ok_or_else(|| ApiError::unreadable_form(StatusCode::PAYLOAD_TOO_LARGE))?;
        incoming.write(&some)?;
    }
    Ok(incoming.finish()?)
}

async fn fill(web: &Web, list: &mut List, mut form: Multipart) -> Result<(), ApiError> {
    let (mut brought, mut room) = (false, LARGEST_TEXT);
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let given = field.file_name().filter(|name| !name.is_empty());
            if brought {
                return Err(second_file(given));
            }
            brought = true;
            list.file_name = given.map(str::to_owned).or(list.file_name.take());
            let mut incoming = web.world.spool.begin()?;
            while let Some(some) = field.chunk().await? {
                incoming.write(&some)?;
            }
            list.file = incoming.finish()?;
            continue;
        }
        let text = short_text(field, &mut room).await?;
        match name.as_str() {
            "achievement" => list.achievement = text,
            "name" => list.name = Some(text),
            "mapping" => list.mapping = Some(text),
            _ => {
                let words = "The form has the fields achievement, name, mapping and file.";
                return Err(ApiError::bad_request("unreadable_form").with_detail(words));
            }
        }
    }
    Ok(())
}

/// The media type without its parameters.
fn kind(headers: &HeaderMap) -> &str {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
}

fn mapping(json: Option<&str>) -> Result<Mapping, ApiError> {
    let Some(json) = json else {
        return Ok(Mapping::default());
    };
    let bad = || {
        let known = Column::ALL.map(Column::as_str).join(", ");
        let words = format!(
            "Say for each header which column it is: {{\"Vorname\": \"given_name\"}}; null leaves it out. The columns are {known}."
        );
        ApiError::unprocessable("bad_mapping").with_field("mapping", words)
    };
    let said: BTreeMap<String, Option<String>> = serde_json::from_str(json).map_err(|_| bad())?;
    let read = said.into_iter().map(|(header, column)| match column {
        None => Ok((header, None)),
        Some(name) => Column::parse(&name)
            .map(|column| (header, Some(column)))
            .ok_or_else(bad),
    });
    read.collect()
}
