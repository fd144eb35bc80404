//! What people see, one file per noun.

pub mod about;
pub mod achievements;
pub mod audit;
pub mod changes;
pub mod check;
pub mod claim;
pub mod cohorts;
pub mod competencies;
pub mod credentials;
pub mod crosswalk;
pub mod deliveries;
pub mod desk;
pub mod hiring;
pub mod institution;
pub mod log;
pub mod me;
pub mod members;
pub mod problem;
pub mod profile;
pub mod reminders;
pub mod responsibilities;
pub mod roles;
pub mod signin;
pub mod signing_keys;
pub mod today;
pub mod verify;
