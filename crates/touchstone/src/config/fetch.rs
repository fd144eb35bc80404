//! Which documents of others may be read.

use super::concern::concern;

concern! {
    /// Which documents of others may be read: their status lists and DID documents, when somebody asks to check a credential.
    Fetch is "fetch" {
        /// Whether anything is fetched at all. Switched off, whatever would have been fetched "could not be checked".
        allow: bool = true, example "false";

        /// Whether this machine's own addresses may be read, over plain http too. For trials; `demo` switches it on.
        loopback: bool = false, example "true";
    }
}
