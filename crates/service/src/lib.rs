//! What Touchstone does, one file per action: the steps an auditor would list, top to bottom.
//!
//! Use cases take a [`World`] (the database and the ports) and an order that says who wants what. They decide by pure rules,
//! write through `touchstone-store` in one transaction together with the audit line and the follow-up jobs, and return a
//! typed error whose variants a caller can act on.
//!
//! **Invariants:** time comes from [`ports::Clock`], randomness from [`ports::Rng`]; approval is recorded before signing and
//! intent is stored before signing; nothing is fetched unless the caller asked for it, and then only through [`ports::Fetch`].
//!
//! Start at [`issuing`] for the way from a list of learners to credentials, at [`verifying`] for the way back.

mod caught;
pub mod competency;
pub mod conformance;
pub mod crosswalk;
mod digest;
pub mod drawn;
mod elapsed;
mod elsewhere;
pub mod endorsing;
pub mod governing;
pub mod hiring;
pub mod holding;
pub mod inspecting;
pub mod issuing;
pub mod logging;
pub mod operations;
pub mod ports;
mod secret;
mod spoken;
mod text;
pub mod verifying;
pub mod witnessing;
mod world;

/// Rows and filters as use cases take and answer them, for crates that may not see the store.
pub mod rows {
    pub use touchstone_store::{
        AchievementRow, Announced, AuditFilter, AuditRow, BatchRow, BatchState, BulkChangeRow,
        ChangeState, CompetencyPart, CompetencyState, CompetencyVersionRow, CredentialFilter,
        CredentialRow, CredentialState, CredentialSummary, Cursor, DeliveryFilter, DeliveryKind,
        DeliveryRow, DeliveryState, EndorsedKind, EndorsementRequestRow, EndorsementRow,
        EndorsementWay, FrameworkRow, InstitutionRow, ItemFilter, LearnerRow, MappingConflictRow,
        MappingFilter, MappingReleaseSummary, MappingRow, MappingSetRow, MappingState,
        MappingVoteRow, Page, PastStewardshipRow, PostingRow, RoleRow, RowState, StewardshipRow,
        StoreError, TenantId, WebhookMessageRow, WebhookState,
    };
}

pub use caught::{Panicked, caught};
pub use spoken::{spoken, spoken_or_english};
pub use world::{DidMethod, Site, World};

/// The future of a use case is boxed here so that it is compiled once, in this crate, and not again in each crate that awaits it:
/// half of building the pages and the commands was that.
pub(crate) use async_recursion::async_recursion as boxed;

/// What such a use case answers with, where it is written out: the attribute knows no lifetimes inside types.
pub type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
