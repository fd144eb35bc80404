//! What the crosswalk promises, on files that others publish.

#![allow(clippy::unwrap_used)] // A test that panics has failed.

mod framework;
mod framework_case;
mod framework_tables;
mod role;
mod sssom;
