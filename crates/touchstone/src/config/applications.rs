//! How long applications are kept, and how many are taken.

use super::concern::concern;
use super::reminders::Days;

concern! {
    /// What people send when they apply for a role that an institution opened.
    Applications is "applications" {
        /// How many days an application is kept at most. An institution may choose less for a role; an applicant may take theirs back at any time.
        keep_days: Days = Days(180), example "90";

        /// How many megabytes the applications to one role may have together. What comes after that is refused, until some are deleted.
        megabytes: usize = 512, example "2048";

        /// How many applications one network (an IPv4 address, an IPv6 /56) may send in an hour. At a school or a fair, many people are one network.
        per_hour: usize = 12, example "100";
    }
}
