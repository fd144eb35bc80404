//! Whether employers sign up by themselves.

use super::concern::concern;

concern! {
    /// Employers that describe roles here and write with others what credentials certify.
    Employers is "employers" {
        /// Whether an employer may sign up by itself, at `/employers`: it confirms a mail address and shows its domain. Until the domain is
        /// shown, nothing of it is public and it takes part in nothing; it issues nothing before `touchstone employer admit`. Off: institutions
        /// are set up with `touchstone init`.
        sign_up: bool = false, example "true";
    }
}
