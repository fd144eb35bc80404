//! The public interface of `touchstone-vc`, held to its claims.

#![allow(clippy::unwrap_used, missing_docs)]

mod all;
mod awarding;
mod badge;
mod bake;
mod blockcerts;
mod credential_text;
mod data_model;
mod did;
mod federation;
mod federation_collect;
mod folders;
mod inside;
mod issuer;
mod jose;
mod lint;
mod lint_statements;
mod mutation;
mod mutation_tokens;
mod names;
mod open_badges_2;
mod presentation;
mod proof;
mod remembered;
mod samples;
mod schema;
mod status;
mod status_kinds;
mod status_proven;
mod suites;
mod support;
mod view;
mod webvh;
mod webvh_line;
mod wycheproof;
