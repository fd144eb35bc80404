//! Where files are kept.

use std::path::PathBuf;

use super::concern::concern;

concern! {
    /// Where files are kept: brand marks, evidence.
    Objects is "objects" {
        /// The folder. Left out, it is `objects` in the data folder. Several machines need a folder that they share.
        folder: Option<PathBuf> = None, example "\"/srv/touchstone/objects\"";
    }
}
