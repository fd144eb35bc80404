//! From a definition and a list of learners to signed credentials, and taking them back.

mod achievement;
mod approve;
mod carry_on;
mod cohort;
mod compose;
mod correct;
mod digest;
mod intake;
mod language;
mod positions;
mod reinstate;
mod reserve;
mod revoke;
mod row;
mod seal;
pub mod search;
mod slug;
mod version;
mod upload;
mod revise;
mod preview;
mod import;
mod hold;
mod found;
mod describe;
mod define;
mod confirm;
mod catalogue;
mod cancel;
mod amend;
mod suspend;

pub use achievement::{
    AchievementIds, Alignment, Circumstances, Criteria, Definition, DefinitionError,
    DefinitionFault, DefinitionFaultKind, Image, ImageType, Published, RequiredEvidence, Rubric,
    RubricLevel, publish,
};
pub use amend::{AmendError, Amendment, amend};
pub use cancel::{CancelError, Cancellation, cancel};
pub use catalogue::{Listed, achievement, achievements, export};
pub use confirm::{Confirmation, ConfirmError, confirm};
pub use define::{DefinitionOrder, define};
pub use describe::{DescribeError, Description, DescriptionFault, Redescription, describe};
pub use found::{FoundError, Founded, Founding, found};
pub use hold::{Hold, HoldError, hold};
pub use import::{Import, ImportError, import};
pub use preview::{Preview, PreviewRow, preview, rows};
pub use revise::revise;
pub use upload::{Upload, UploadError, Uploaded, upload};
pub use version::{Outcome, VersionError, Written};
pub use carry_on::{IssueError, carry_on};
pub use cohort::CohortError;
pub(crate) use cohort::issuer_profile;
pub use correct::{Changes, CorrectError, Correction, correct};
pub use intake::{
    About, Column, FaultCode, IntakeError, Line, Mapping, RawRow, RowFault, Rules, Seen, Sheet,
    escape_formula,
};
pub use language::{LanguageError, LanguageTag};
pub use reinstate::{ReinstateError, Reinstatement, reinstate};
pub use reserve::ReserveError;
pub use revoke::{ReasonError, Revocation, RevokeError, revoke};
pub use row::{EvidenceInput, RowInput};
pub use seal::SealError;
pub use slug::{Slug, SlugError};
pub use suspend::{SuspendError, Suspension, suspend};
