//! What the use cases promise, each on a real database.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it says"
)]

mod anchor;
mod anchor_calendar;
mod anchor_certificates;
mod anchor_chain;
mod anchor_pace;
mod anchor_tree;
mod applications;
mod applications_kept;
mod applications_many;
mod applications_taken_along;
mod audit_record;
mod batch;
mod bounce;
mod catalogue;
mod change;
mod check_shown;
mod claim;
mod competency;
mod correct;
mod crosswalk;
mod crosswalk_files;
mod define;
mod describe;
mod did_history;
mod did_history_restored;
mod did_history_unpublished;
mod endorsing;
mod endorsing_answers;
mod endorsing_passkey;
mod endorsing_support;
mod endorsing_wallet;
mod exchange;
mod federation;
mod federation_entity;
mod gather;
mod governing;
mod inspecting;
mod issue;
mod lint;
mod log_files;
mod log_put_back;
mod log_stopped;
mod logging;
mod member;
mod moving;
mod p256;
mod passkey;
mod picture;
mod proof_bundle;
mod proof_bundle_keys;
mod publish;
mod registers;
mod remind;
mod resilience;
mod resolved;
mod restore;
mod sign_up;
mod signer_away;
mod signing_key;
mod signing_key_given_up;
mod signing_key_imported;
mod signing_key_restored;
mod signing_key_told;
mod stalled;
mod status_proof;
mod succession;
mod support;
mod upload;
mod webhooks;
mod withdraw;
mod witnessed;
