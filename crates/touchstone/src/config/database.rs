//! Where the rows are kept.

use super::concern::concern;

concern! {
    /// Where the rows are kept: a SQLite file by default, PostgreSQL beyond one machine.
    Database is "database" {
        /// The database: `sqlite://FILE` or `postgres://USER@HOST/NAME`. Left out, it is `touchstone.db` in the data folder.
        /// A password belongs in the environment (`TOUCHSTONE_DATABASE_URL`) rather than in the file.
        url: Option<String> = None, example "\"postgres://touchstone@db.example.edu/touchstone\"";
    }
}
