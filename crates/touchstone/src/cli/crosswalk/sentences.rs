//! A model of sentences beside the words: it is brought as a folder, and run by programs that were built for it.

use std::path::Path;

use anyhow::Result;
use touchstone_crosswalk::retrieval::Entry;

/// Gives the query and all entries their vectors.
#[cfg(feature = "sentences")]
pub(super) fn read(folder: &Path, query: &mut Entry, entries: &mut [Entry]) -> Result<()> {
    use anyhow::Context as _;

    let model = touchstone_sentences::Model::open(folder).context("--model")?;
    query.vector = model.vector(&query.sentence())?;
    let total = entries.len() as u64;
    let progress = crate::progress::bar("reading sentences", total);
    for (entry, number) in entries.iter_mut().zip(1..) {
        entry.vector = model.vector(&entry.sentence())?;
        progress.reached(number);
    }
    Ok(())
}

/// Says how to get a program that does.
#[cfg(not(feature = "sentences"))]
pub(super) fn read(_: &Path, _: &mut Entry, _: &mut [Entry]) -> Result<()> {
    anyhow::bail!(
        "--model: this program was built without models of sentences; `cargo build --release --features sentences`, in a clone of its \
         source, builds one with them"
    )
}
