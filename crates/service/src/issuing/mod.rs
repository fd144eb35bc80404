//! From a definition and a list of learners to signed credentials, and taking them back.

mod achievement;
mod amend;
mod approve;
mod cancel;
mod carry_change;
mod carry_on;
mod catalogue;
mod change_many;
mod changes;
mod choose_many;
mod choose_profile;
mod cohort;
mod compose;
mod confirm;
mod cores;
mod correct;
mod define;
mod describe;
mod drafted;
mod evidence;
mod evidence_kinds;
mod exchange;
mod found;
mod freeze;
mod give_place;
mod give_up;
mod hold;
mod identify;
mod import;
mod intake;
mod language;
mod lint;
mod look_up_links;
mod positions;
mod preview;
mod ready;
mod record;
mod reinstate;
mod reserve;
mod revise;
mod revoke;
mod row;
mod seal;
pub mod search;
mod slug;
mod stalled;
mod suspend;
mod upload;
mod version;

pub use achievement::{
    AchievementIds, Alignment, Circumstances, Criteria, Definition, DefinitionError,
    DefinitionFault, DefinitionFaultKind, Image, ImageType, Published, RequiredEvidence, Rubric,
    RubricLevel, publish,
};
pub(crate) use achievement::{PILOT, RELEASE, can_be_linked};
pub use amend::{AmendError, Amendment, amend};
pub use cancel::{CancelError, Cancellation, cancel};
pub(crate) use carry_change::carry_change;
pub use carry_on::{IssueError, carry_on};
pub use catalogue::{Listed, achievement, achievements, awarded, export};
pub use change_many::{
    Beginning, Changed, Fate, Foreseen, ManyChanges, ManyError, Outcome as ChangeOutcome, STAYED,
    Unchanged, begin_change, change, change_many, foresee, outcomes,
};
pub use changes::{changes, changes_of_batch};
pub use choose_many::{ForeseenMany, ManyChoice, Which, choose_many, foresee_chosen};
pub use choose_profile::{
    Choice, ChooseError, Chosen, ChosenBy, ProfileOrder, choose_profile, chosen_profile,
};
pub use cohort::CohortError;
pub(crate) use cohort::issuer_profile;
pub use confirm::{ConfirmError, Confirmation, agreed_to, confirm};
pub use cores::Interrupted;
pub use correct::{Changes, CorrectError, Correction, correct, corrected};
pub use define::{DefinitionOrder, define};
pub use describe::{
    DescribeError, Description, DescriptionFault, MarkChange, Redescription, describe,
};
pub(crate) use evidence::evidence_folder;
pub use evidence::{
    EvidenceError, EvidenceFile, KeptEvidence, LARGEST_EVIDENCE, NamedEvidence, OpenEvidence,
    evidence, keep_evidence, named_evidence, open_evidence,
};
pub use evidence_kinds::evidence_kinds;
pub use exchange::{ExchangeError, ExchangeForm, Exchanged, exchange};
pub use found::{FoundError, Founded, Founding, found};
pub(crate) use freeze::freeze;
pub(crate) use give_place::give_place;
pub use hold::{Hold, HoldError, hold};
pub(crate) use identify::identify;
pub use import::{Import, ImportError, Imported, definitions_in, import};
pub use intake::{
    About, Column, FaultCode, IntakeError, Line, Mapping, RawRow, RowFault, Rules, Seen, Sheet,
    escape_formula,
};
pub use language::{LanguageError, LanguageTag};
pub use lint::{lint_achievement, lint_definition};
pub use look_up_links::{Links, MOST_LOOKED_UP, links_to_look_up, look_up_links};
pub use preview::{Preview, PreviewRow, preview, rows};
pub use ready::{NotAdmitted, NotReady, NotReleased, PilotEnded, Unmet};
pub use record::{Record, record};
pub use reinstate::{ReinstateError, Reinstatement, reinstate};
pub(crate) use reserve::Learners;
pub use reserve::ReserveError;
pub use revise::revise;
pub use revoke::{ReasonError, Revocation, RevokeError, reason, revoke};
pub use row::{EvidenceInput, RowInput};
pub use seal::SealError;
pub use slug::{Slug, SlugError};
pub use stalled::{Stalled, all_stalled, stalled};
pub use suspend::{SuspendError, Suspension, suspend};
pub(crate) use upload::forget_drafts;
pub use upload::{Upload, UploadError, Uploaded, upload};
pub(crate) use version::{Expect, write as write_version};
pub use version::{Outcome, VersionError, Written};
