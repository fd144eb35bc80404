//! The pages and everything around them, as readers and programs meet them.

#![expect(clippy::unwrap_used)] // A walk that cannot go on is a failed test.

mod achievement_form;
mod achievement_lint;
mod achievement_picture;
mod achievement_preview;
mod api_access;
mod api_document;
mod api_line;
mod api_once;
mod api_program;
mod api_vc;
mod applications;
mod change_many;
mod cohort_list;
mod cohort_mail;
mod cohort_zip;
mod conformance;
mod conformance_did;
mod conformance_status;
mod crosswalk;
mod crosswalk_conflict;
mod edge;
mod evidence;
mod institution_profile;
mod journey;
mod log;
mod members;
mod metrics;
mod page_access;
mod page_offers;
mod publish;
mod reminders;
mod roles;
mod sample;
mod sent_form;
mod signing_keys;
mod site;
mod verify_here;
mod verify_holder;
mod verify_kinds;
mod verify_page;
mod verify_presentation;
mod verify_read;
mod verify_tally;
mod verify_upload;
