//! From a list of learners to credentials.

mod amend;
mod cancel;
mod confirm;
mod hold;
mod list;
mod mail;
mod paper_codes;
mod preview;
mod rows;
mod upload;
mod zip;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use serde::Serialize;
use touchstone_service::World;
use touchstone_service::governing::{NoLongerUsed, no_longer_used};
use touchstone_service::holding::{CohortZipError, PaperError, TestMailError};
use touchstone_service::issuing::{
    AmendError, CancelError, ConfirmError, HoldError, PreviewRow, RawRow, RowFault, UploadError,
    search,
};
use touchstone_service::rows::{BatchRow, TenantId};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::limits::LARGEST_LIST;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    let all = routes!(list::list, upload::upload);
    OpenApiRouter::new()
        .routes(all.layer(DefaultBodyLimit::max(LARGEST_LIST)))
        .routes(routes!(preview::preview))
        .routes(routes!(rows::rows))
        .routes(routes!(amend::amend))
        .routes(routes!(hold::hold))
        .routes(routes!(cancel::cancel))
        .routes(routes!(confirm::confirm))
        .routes(routes!(zip::zip))
        .routes(routes!(mail::preview_mail))
        .routes(routes!(mail::test_mail))
        .routes(routes!(paper_codes::paper_codes))
}

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Batch {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// What is awarded: the achievement's id.
    achievement: String,
    /// The version of the achievement.
    version: i64,
    /// That the achievement is no longer to be used, as is said today. A warning: the batch can be confirmed all the same.
    deprecated: Option<Deprecated>,
    /// `draft`, `validated`, `reserved`, `approved`, `sealing`, `sealed` or `cancelled`.
    state: &'static str,
    /// Rows in all.
    rows_total: i64,
    /// Rows that could go when they were read or mended.
    rows_ready: i64,
    /// Rows that have to be mended.
    rows_faulty: i64,
    /// The name of the file.
    file_name: Option<String>,
    /// Not issued before.
    hold_until: Option<String>,
    /// When it was uploaded.
    created_at: String,
    /// By whom.
    created_by: String,
    /// When everything in it was issued.
    sealed_at: Option<String>,
}

impl Batch {
    fn of(row: BatchRow, no_longer_used: Option<NoLongerUsed>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            achievement: row.achievement,
            version: row.version,
            deprecated: no_longer_used.map(Deprecated::from),
            state: row.state.as_str(),
            rows_total: row.rows_total,
            rows_ready: row.rows_ready,
            rows_faulty: row.rows_faulty,
            file_name: row.source_name,
            hold_until: row.hold_until.map(time),
            created_at: time(row.created_at),
            created_by: row.created_by,
            sealed_at: row.sealed_at.map(time),
        }
    }
}

/// That an achievement is no longer to be used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BatchDeprecated)]
pub(crate) struct Deprecated {
    /// Since when.
    since: String,
    /// What takes its place, as it was said: an address or a name; may be empty.
    replaced_by: String,
    /// The id of the achievement that takes its place, where it is one of this institution.
    successor: Option<String>,
}

impl From<NoLongerUsed> for Deprecated {
    fn from(told: NoLongerUsed) -> Self {
        Self {
            since: time(told.since),
            replaced_by: told.replaced_by,
            successor: told.successor.map(|successor| successor.id),
        }
    }
}

/// A row of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row {
    /// Its number, as a spreadsheet program shows it.
    line: i64,
    /// `ready`, `faulty`, `duplicate`, `reserved` or `sealed`.
    state: &'static str,
    /// Its fields, by the name of the column.
    #[schema(value_type = Object)]
    fields: RawRow,
    /// What is wrong with it: column, code and message.
    #[schema(value_type = Vec<Object>)]
    faults: Vec<RowFault>,
    /// The credential that was made of it, or whose duplicate it is.
    credential: Option<String>,
}

impl From<PreviewRow> for Row {
    fn from(row: PreviewRow) -> Self {
        Self {
            line: row.line,
            state: row.state.as_str(),
            fields: row.fields,
            faults: row.faults,
            credential: row.intent,
        }
    }
}

async fn find(world: &World, tenant: &TenantId, id: &str) -> Result<Batch, ApiError> {
    let row = search::batch(world, tenant, id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    let told = no_longer_used(world, tenant, &row.achievement).await?;
    Ok(Batch::of(row, told))
}

impl From<UploadError> for ApiError {
    fn from(error: UploadError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            UploadError::NoSuchAchievement => Self::unprocessable("achievement_not_in_use")
                .with_field("achievement", "There is no such achievement in use. Send the id or the short name of one that is."),
            UploadError::NotReady(error) => error.into(),
            UploadError::NotAdmitted(_) => Self::conflict("not_admitted").with_detail(said),
            UploadError::PilotEnded(_) => Self::conflict("pilot_ended").with_detail(said),
            UploadError::NotReleased(_) => Self::conflict("not_released").with_detail(said),
            UploadError::Intake(_) => Self::unprocessable("unreadable_list").with_detail(said),
            UploadError::NoRows => Self::unprocessable("empty_list").with_detail(said),
            UploadError::GivenUp => Self::conflict("upload_given_up").with_detail(said),
            UploadError::Store(error) => error.into(),
        }
    }
}

impl From<HoldError> for ApiError {
    fn from(error: HoldError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            HoldError::NoSuchBatch => Self::not_found("batch_not_found"),
            HoldError::Past => Self::unprocessable("time_is_over").with_field("until", said),
            HoldError::Closed => Self::conflict("batch_closed").with_detail(said),
            HoldError::Store(error) => error.into(),
        }
    }
}

impl From<AmendError> for ApiError {
    fn from(error: AmendError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            AmendError::NoSuchRow => Self::not_found("row_not_found"),
            AmendError::Closed => Self::conflict("batch_closed").with_detail(said),
            AmendError::Correction => Self::conflict("batch_is_correction").with_detail(said),
            AmendError::Issued => Self::conflict("row_issued").with_detail(said),
            AmendError::Store(error) => error.into(),
        }
    }
}

impl From<CancelError> for ApiError {
    fn from(error: CancelError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            CancelError::NoSuchBatch => Self::not_found("batch_not_found"),
            CancelError::UnderWay => Self::conflict("batch_under_way").with_detail(said),
            CancelError::Store(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for ApiError {
    fn from(error: ConfirmError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ConfirmError::NoSuchBatch => Self::not_found("batch_not_found"),
            ConfirmError::NotReadYet => Self::conflict("batch_not_read_yet").with_detail(said),
            ConfirmError::Cancelled => Self::conflict("batch_cancelled").with_detail(said),
            ConfirmError::UnderWay => Self::conflict("batch_under_way").with_detail(said),
            ConfirmError::NothingReady => Self::conflict("batch_nothing_ready").with_detail(said),
            ConfirmError::Changed => Self::conflict("batch_changed").with_detail(said),
            ConfirmError::NotReady(error) => error.into(),
            ConfirmError::NotAdmitted(_) => Self::conflict("not_admitted").with_detail(said),
            ConfirmError::Elsewhere(_) => Self::conflict("site_moved").with_detail(said),
            ConfirmError::PilotEnded(_) => Self::conflict("pilot_ended").with_detail(said),
            ConfirmError::NotReleased(_) => Self::conflict("not_released").with_detail(said),
            ConfirmError::Store(error) => error.into(),
        }
    }
}

impl From<TestMailError> for ApiError {
    fn from(error: TestMailError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            TestMailError::NoSuchBatch => Self::not_found("batch_not_found"),
            TestMailError::NoSuchMail => {
                Self::unprocessable("no_such_mail").with_field("language", said)
            }
            TestMailError::NoMember => Self::unprocessable("not_a_member").with_field("to", said),
            TestMailError::Mail(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "mail_not_taken").with_detail(said)
            }
            TestMailError::Store(error) => error.into(),
        }
    }
}

impl From<PaperError> for ApiError {
    fn from(error: PaperError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            PaperError::NoSuchCredential => Self::not_found("credential_not_found"),
            PaperError::NoSuchBatch => Self::not_found("batch_not_found"),
            PaperError::AllHaveOne(_) => Self::conflict("codes_made_before").with_detail(said),
            PaperError::Nobody => Self::conflict("nobody_on_paper").with_detail(said),
            PaperError::Store(error) => error.into(),
        }
    }
}

impl From<CohortZipError> for ApiError {
    fn from(error: CohortZipError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            CohortZipError::NoSuchBatch => Self::not_found("batch_not_found"),
            CohortZipError::NothingIssued => {
                Self::conflict("batch_nothing_issued").with_detail(said)
            }
            CohortZipError::NoFormat => Self::bad_request("bad_query").with_field("format", said),
            CohortZipError::Export(error) => error.into(),
            CohortZipError::Store(error) => error.into(),
            CohortZipError::Zip(_) | CohortZipError::Write(_) => Self::internal(&error),
        }
    }
}
