//! How long applications are kept.

use super::concern::concern;
use super::reminders::Days;

concern! {
    /// What people send when they apply for a role that an institution opened.
    Applications is "applications" {
        /// How many days an application is kept at most. An institution may choose less for a role; an applicant may take theirs back at any time.
        keep_days: Days = Days(180), example "90";
    }
}
