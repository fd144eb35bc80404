//! Work in the background.

use super::concern::concern;

concern! {
    /// Work in the background: signing, mail, status lists, reminders.
    Work is "work" {
        /// How many jobs one process works on at a time. SQLite has one writer, so more than one helps on PostgreSQL only.
        threads: usize = 1, example "4";
    }
}
