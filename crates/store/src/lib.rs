//! What Touchstone keeps, in SQLite or PostgreSQL. The only crate with SQL in it; it knows rows, not rules.
//!
//! - [`Store`] is the database, [`Reader`] asks it, [`Tx`] changes it. Every question a `Reader` answers, a `Tx`
//!   answers too, inside its unit of work.
//! - A row is a plain struct (`CredentialRow`). Timestamps (`*_at`) are milliseconds since 1970, JSON is text.
//! - A guard stands in the statement: a change that finds its row already changed is [`StoreError::Conflict`].
//! - Every tenant's rows are reached through a [`TenantId`]. What works across tenants says so.
//!
//! To add a query: find the area (`issuing`, `announced`, `holding`, `reminders`, `verifying`, `registers`, `crosswalk`, `competency`, `governing`,
//! `endorsing`, `hiring`, `operations`, `log`, `log_anchor`, `jobs`), add reading to its `impl Reader`, changing to its `impl Tx`. To add a column: a new file in `migrations/` and a field in `entity/`.
//!
//! ```no_run
//! # use touchstone_store::{Store, StoreError, TenantId};
//! # async fn example(tenant: &TenantId) -> Result<(), StoreError> {
//! let store = Store::connect("sqlite:touchstone.db").await?;
//! store.migrate().await?;
//! let known = store.read().learners_named(tenant, "ada", None, 50).await?;
//! store
//!     .write(|mut tx| async move {
//!         tx.mark_revoked(tenant, "0b0c…", 1_800_000_000_000, "registrar", "lost").await
//!     })
//!     .await?;
//! # Ok(())
//! # }
//! ```

mod announced;
mod bulk;
mod competency;
mod connection;
mod crosswalk;
mod endorsing;
mod entity;
mod error;
mod governing;
mod hiring;
mod holding;
mod issuing;
mod jobs;
mod log;
mod log_anchor;
mod migrations;
mod operations;
mod page;
#[cfg(test)]
mod plan;
mod registers;
mod reminders;
mod sql;
mod tenant;
mod tx;
mod verifying;

pub use announced::{Announced, OnPaper};
pub use competency::CompetencyReleaseSummary;
pub use connection::{Schema, Store};
pub use crosswalk::{MappingCount, MappingFilter, MappingReleaseSummary};
pub use entity::{
    AnchorState, BatchState, ChangeState, CompetencyPart, CompetencyState, DeliveryKind,
    DeliveryState, EndorsedKind, EndorsementWay, IntentState, JobState, KeyState, MappingState,
    RowState, StatusPurpose, WebhookState, achievement::Model as AchievementRow,
    achievement_version::Model as AchievementVersionRow, api_key::Model as ApiKeyRow,
    application::Model as ApplicationRow, application_copy::Model as ApplicationCopyRow,
    application_file::Model as ApplicationFileRow, audit::Model as AuditRow,
    audit_root::Model as AuditRootRow, batch::Model as BatchRow, batch_row::Model as BatchLineRow,
    bulk_change::Model as BulkChangeRow, bulk_item::Model as BulkItemRow, claim::Model as ClaimRow,
    competency::Model as CompetencyRow, competency_comment::Model as CompetencyCommentRow,
    competency_conflict::Model as CompetencyConflictRow,
    competency_pilot::Model as CompetencyPilotRow,
    competency_release::Model as CompetencyReleaseRow,
    competency_version::Model as CompetencyVersionRow, competency_vote::Model as CompetencyVoteRow,
    credential::Model as CredentialRow, delivery::Model as DeliveryRow,
    did_version::Model as DidVersionRow, domain_proof::Model as DomainProofRow,
    employer::Model as EmployerRow, endorsement::Model as EndorsementRow,
    endorsement_refusal::Model as EndorsementRefusalRow,
    endorsement_request::Model as EndorsementRequestRow,
    entity_configuration::Model as EntityConfigurationRow, former_did::Model as FormerDidRow,
    framework::Model as FrameworkRow, framework_statement::Model as FrameworkStatementRow,
    idempotency::Model as IdempotencyRow, institution::Model as InstitutionRow,
    intent::Model as IntentRow, job::Model as JobRow, key_change::Model as KeyChangeRow,
    learner::Model as LearnerRow, lint_choice::Model as LintChoiceRow,
    log_anchor::Model as LogAnchorRow, log_anchor_trust::Model as LogAnchorTrustRow,
    log_entry::Model as LogEntryRow, log_staged::Model as LogStagedRow,
    log_tree::Model as LogTreeRow, log_witnessed::Model as LogWitnessedRow,
    mapping::Model as MappingRow, mapping_conflict::Model as MappingConflictRow,
    mapping_party::Model as MappingPartyRow, mapping_release::Model as MappingReleaseRow,
    mapping_set::Model as MappingSetRow, mapping_vote::Model as MappingVoteRow,
    member::Model as MemberRow, object::Model as ObjectRow, outbox::Model as OutboxRow,
    passkey::Model as PasskeyRow, past_stewardship::Model as PastStewardshipRow,
    posting::Model as PostingRow, public_link::Model as PublicLinkRow,
    register_copy::Model as RegisterCopyRow, reminder_choice::Model as ReminderChoiceRow,
    remote_document::Model as RemoteDocumentRow, role::Model as RoleRow,
    role_version::Model as RoleVersionRow, session::Model as SessionRow,
    setting::Model as SettingRow, sign_up::Model as SignUpRow, signin_link::Model as SigninLinkRow,
    signing_key::Model as SigningKeyRow, staff_page::Model as StaffPageRow,
    status_entry::Model as StatusEntryRow, status_list::Model as StatusListRow,
    status_publication::Model as StatusPublicationRow, stewardship::Model as StewardshipRow,
    tally::Model as TallyRow, webauthn_state::Model as WebauthnStateRow,
    webhook::Model as WebhookRow, webhook_message::Model as WebhookMessageRow,
};
pub use error::StoreError;
pub use holding::DeliveryFilter;
pub use issuing::{
    CredentialFilter, CredentialState, CredentialSummary, Holder, ItemFilter, Standing,
};
pub use jobs::{NewJob, QueueDepth};
pub use log::Commitment;
pub use operations::{AuditFilter, AuditLine, Gauges, OutboxLine, Reservation};
pub use page::{Cursor, Page};
pub use registers::RegisterAge;
pub use tenant::TenantId;
pub use tx::{Reader, Tx};

/// The future of a query is boxed here so that it is compiled once, in this crate, and not again in each crate that awaits it:
/// a quarter of the machine code of the use cases was the database.
pub(crate) use async_recursion::async_recursion as boxed;
