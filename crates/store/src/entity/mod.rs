//! The tables, one file each. A [`Model`](credential::Model) is a row.
//!
//! Rows leave this crate as plain structs (`CredentialRow`); entities and columns do not.

// The derives write `pub` items that only this crate uses.
#![allow(unreachable_pub, missing_docs)]

mod states;

pub mod achievement;
pub mod achievement_version;
pub mod api_key;
pub mod application;
pub mod application_copy;
pub mod application_file;
pub mod audit;
pub mod audit_root;
pub mod batch;
pub mod batch_row;
pub mod bulk_change;
pub mod bulk_change_batch;
pub mod bulk_item;
pub mod claim;
pub mod competency;
pub mod competency_comment;
pub mod competency_conflict;
pub mod competency_pilot;
pub mod competency_release;
pub mod competency_version;
pub mod competency_vote;
pub mod credential;
pub mod delivery;
pub mod did_version;
pub mod domain_proof;
pub mod employer;
pub mod endorsement;
pub mod endorsement_refusal;
pub mod endorsement_request;
pub mod entity_configuration;
pub mod former_did;
pub mod framework;
pub mod framework_statement;
pub mod idempotency;
pub mod institution;
pub mod intent;
pub mod job;
pub mod key_change;
pub mod learner;
pub mod lint_choice;
pub mod log_anchor;
pub mod log_anchor_trust;
pub mod log_entry;
pub mod log_staged;
pub mod log_tree;
pub mod log_witnessed;
pub mod mapping;
pub mod mapping_conflict;
pub mod mapping_party;
pub mod mapping_release;
pub mod mapping_set;
pub mod mapping_vote;
pub mod member;
pub mod needed_document;
pub mod object;
pub mod outbox;
pub mod passkey;
pub mod past_stewardship;
pub mod posting;
pub mod public_link;
pub mod register_copy;
pub mod reminder_choice;
pub mod remote_document;
pub mod role;
pub mod role_version;
pub mod session;
pub mod setting;
pub mod sign_up;
pub mod signin_link;
pub mod signing_key;
pub mod staff_page;
pub mod status_entry;
pub mod status_list;
pub mod status_publication;
pub mod stewardship;
pub mod tally;
pub mod webauthn_state;
pub mod webhook;
pub mod webhook_message;

pub use states::*;
