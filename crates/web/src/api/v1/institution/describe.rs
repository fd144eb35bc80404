//! `PUT /api/v1/institution`

use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer};
use touchstone_service::issuing::{
    self, DescribeError, Description, DescriptionFault, ImageType, MarkChange, Redescription,
};
use utoipa::ToSchema;

use super::{Institution, find};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Says anew who the institution is
///
/// Everything is replaced, but for a mark that is left out; `null` removes it. Credentials already issued stay as they are.
#[utoipa::path(
    put,
    path = "/api/v1/institution",
    tag = "institution",
    operation_id = "describeInstitution",
    security(("key" = ["administer"])),
    request_body = Said,
    responses(
        (status = 200, description = "The institution as it stands now", body = Institution),
        (status = 422, description = "`faulty_description`: each field is named; `wrong_body`"),
    )
)]
pub(crate) async fn describe(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let description = order.json::<Said>()?.description()?;
    order
        .once(&web, async move |world, by| {
            let order = Redescription {
                tenant: by.tenant,
                actor: by.actor,
                description,
            };
            issuing::describe(&world, &order).await?;
            Ok(Made::done(find(&world, &order.tenant).await?))
        })
        .await
}

/// Who the institution is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InstitutionDescription)]
pub(crate) struct Said {
    /// The name as it stands on credentials.
    name: String,
    /// ISO 3166-1 alpha-2 code.
    country: Option<String>,
    /// Legal identifier.
    legal_id: Option<String>,
    /// Website.
    website: Option<String>,
    /// Where questions go: a mail address.
    contact: Option<String>,
    /// The brand mark; left out, the one that is there stays; `null` removes it.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Mark>)]
    mark: Option<Option<Mark>>,
}

/// A picture.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Mark {
    /// `image/png` or `image/svg+xml`.
    media_type: String,
    /// Its bytes, in base64.
    data: String,
}

impl Said {
    fn description(self) -> Result<Description, ApiError> {
        Ok(Description {
            mark: match self.mark {
                None => MarkChange::Keep,
                Some(None) => MarkChange::Remove,
                Some(Some(mark)) => mark.read()?,
            },
            name: self.name,
            country: self.country,
            legal_id: self.legal_id,
            website: self.website,
            contact: self.contact,
        })
    }
}

/// What was said, `null` too: only what was not said is `None`.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Mark>>, D::Error> {
    Deserialize::deserialize(from).map(Some)
}

impl Mark {
    fn read(self) -> Result<MarkChange, ApiError> {
        let kinds = [ImageType::Png, ImageType::Svg];
        let kind = kinds
            .into_iter()
            .find(|kind| kind.as_str() == self.media_type);
        let bytes = BASE64_STANDARD.decode(&self.data).ok();
        let read = kind.zip(bytes);
        let read = read.map(|(kind, bytes)| MarkChange::Set(kind, bytes));
        read.ok_or_else(|| {
            ApiError::unprocessable("faulty_description").with_field(
                "mark",
                "Send a mediaType of image/png or image/svg+xml, and the bytes as data in base64.",
            )
        })
    }
}

impl From<DescribeError> for ApiError {
    fn from(error: DescribeError) -> Self {
        match error {
            DescribeError::NoSuchInstitution => Self::not_found("institution_not_found"),
            DescribeError::Faulty(faults) => faulty(&faults),
            DescribeError::Mark(error) => Self::unprocessable("faulty_description").with_field(
                "mark",
                crate::text::sentence(&format!("mark cannot be used: {error}")),
            ),
            DescribeError::Object(error) => Self::internal(&error),
            DescribeError::Store(error) => error.into(),
        }
    }
}

fn faulty(faults: &[DescriptionFault]) -> ApiError {
    faults.iter().fold(
        ApiError::unprocessable("faulty_description"),
        |error, fault| error.with_field(fault.field, format!("{} {}.", fault.field, fault.message)),
    )
}
