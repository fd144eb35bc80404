//! The binary as its users meet it: real processes, real files, and what they answer.
#![allow(clippy::unwrap_used)] // A test may stop where something is not as it must be.

mod cli {
    mod anchor;
    mod audit;
    mod backup;
    mod bake;
    mod bundle;
    mod ceremony;
    mod config;
    mod conformance;
    mod crosswalk;
    mod crosswalk_read;
    mod custody;
    mod demo;
    mod did_history;
    mod endorsement;
    mod escrow;
    mod exchange;
    mod federation;
    mod fixed_code;
    mod help;
    mod hsm;
    mod keeping;
    mod key;
    mod kms;
    mod lint;
    mod lists;
    mod log;
    mod log_commits;
    mod mail;
    mod many;
    mod member;
    mod move_here;
    mod publish;
    mod restoring;
    mod role;
    mod run;
    mod stalled;
    mod status;
    mod succession;
    mod ten_years;
    mod tlog;
    mod verify;
    mod verify_kinds;
    mod witness;
}
