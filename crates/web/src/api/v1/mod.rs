//! Version 1: one folder per noun, one file per action.

mod achievements;
mod applications;
mod audit;
mod batches;
mod changes;
mod claims;
mod competencies;
mod credentials;
mod deliveries;
mod endorsements;
mod evidence;
mod frameworks;
mod institution;
mod keys;
mod learners;
mod lint;
mod log;
mod mapping_sets;
mod members;
mod postings;
mod reminders;
mod responsibilities;
mod roles;
mod signing_keys;
mod staff_page;
mod webhooks;

pub(crate) use applications::ApplicationAnswer;
pub(crate) use roles::Answer;
pub use roles::reading_document;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Web;

/// All of version 1.
pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .merge(institution::routes())
        .merge(achievements::routes())
        .merge(lint::routes())
        .merge(batches::routes())
        .merge(evidence::routes())
        .merge(credentials::routes())
        .merge(changes::routes())
        .merge(learners::routes())
        .merge(deliveries::routes())
        .merge(claims::routes())
        .merge(reminders::routes())
        .merge(frameworks::routes())
        .merge(mapping_sets::routes())
        .merge(competencies::routes())
        .merge(endorsements::routes())
        .merge(roles::routes())
        .merge(postings::routes())
        .merge(staff_page::routes())
        .merge(applications::routes())
        .merge(webhooks::routes())
        .merge(responsibilities::routes())
        .merge(members::routes())
        .merge(keys::routes())
        .merge(signing_keys::routes())
        .merge(audit::routes())
        .merge(log::routes())
}
