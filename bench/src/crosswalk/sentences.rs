//! A model of sentences, which whoever measures has beside them: vectors for statements, and whether they are those that others' code
//! gives (`interop/sentences.py`).

use std::path::Path;

use anyhow::Result;
use touchstone_crosswalk::retrieval::Entry;

/// Gives entries their vectors, or leaves them as they are.
pub(super) type Reader = Box<dyn Fn(&mut [Entry]) -> Result<()>>;

/// For words alone.
pub(super) fn none() -> Reader {
    Box::new(|_| Ok(()))
}

#[cfg(not(feature = "sentences"))]
mod model {
    use anyhow::bail;

    use super::{Path, Reader, Result};

    pub(crate) fn reader(_: &Path) -> Result<Reader> {
        bail!("--model wants a benchmark built with `--features sentences`")
    }

    pub(crate) fn check(_: &Path, _: &Path) -> Result<()> {
        bail!("`sentences` wants a benchmark built with `--features sentences`")
    }
}

#[cfg(feature = "sentences")]
mod model {
    use std::{fs, time::Instant};

    use anyhow::{Context, ensure};
    use serde_json::Value;
    use touchstone_sentences::Model;

    use super::{Entry, Path, Reader, Result};
    use crate::cpu::process_seconds;

    /// The model of a folder. What it costs goes to standard error.
    pub(crate) fn reader(folder: &Path) -> Result<Reader> {
        let model = Model::open(folder)?;
        Ok(Box::new(move |entries: &mut [Entry]| {
            let (began, started) = (process_seconds(), Instant::now());
            for entry in entries.iter_mut() {
                entry.vector = model.vector(&entry.sentence())?;
            }
            let each = 1e3 / entries.len().max(1) as f64;
            eprintln!(
                "{} statements read: {:.1} ms of processor time each, {:.1} ms by the clock",
                entries.len(),
                (process_seconds() - began) * each,
                started.elapsed().as_secs_f64() * each
            );
            Ok(())
        }))
    }

    /// Holds tokens and vectors against those of `reference`, an object on each line.
    pub(crate) fn check(folder: &Path, reference: &Path) -> Result<()> {
        let model = Model::open(folder)?;
        let lines =
            fs::read_to_string(reference).with_context(|| reference.display().to_string())?;
        let (mut number, mut lowest) = (0, 1.0f64);
        for line in lines.lines() {
            let expect: Value = serde_json::from_str(line).context("a line of the reference")?;
            let text = expect["text"].as_str().context("text")?;
            let tokens: Vec<u32> = serde_json::from_value(expect["tokens"].clone())?;
            ensure!(
                model.tokens(text) == tokens,
                "other tokens: {text:?}: {:?}, not {tokens:?}",
                model.tokens(text)
            );
            if let Some(vector) = expect["vector"].as_array() {
                let ours = model.vector(text)?;
                ensure!(vector.len() == ours.len(), "a vector of another length");
                let products = ours.iter().zip(vector);
                let cosine = products
                    .map(|(one, other)| f64::from(*one) * other.as_f64().unwrap_or_default())
                    .sum();
                ensure!(cosine >= NEAR, "another vector: {text:?}: cosine {cosine}");
                lowest = lowest.min(cosine);
            }
            number += 1;
        }
        println!("{number} texts: the same tokens, vectors with a cosine of {lowest:.7} at least");
        Ok(())
    }

    /// Sums in another order differ in the last digits.
    const NEAR: f64 = 0.9999;
}

pub(crate) use model::check;
pub(super) use model::reader;
