//! JSON-LD contexts besides those that come with the program.

use std::path::PathBuf;

use super::concern::concern;

concern! {
    /// JSON-LD contexts besides those that come with the program. None is ever fetched: a credential that names another
    /// "could not be checked".
    Contexts is "contexts" {
        /// A JSON file that lists them: `{"contexts": [{"url", "file", "sha256"}]}`. `file` is relative to the list, `sha256` is that of
        /// its bytes, in hexadecimal. All are read and compiled at start. One that comes with the program cannot be replaced.
        list: Option<PathBuf> = None, example "\"/etc/touchstone/contexts/list.json\"";
    }
}
