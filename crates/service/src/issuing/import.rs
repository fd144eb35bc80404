//! Taking in definition documents: one, or many that may require each other.

use serde_json::Value;
use touchstone_store::{StoreError, TenantId};

use super::{
    Definition, DefinitionError,
    version::{Expect, VersionError, Written, see_picture, write},
};
use crate::World;

/// A request to import definitions.
#[derive(Clone, Debug)]
pub struct Import {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// A definition document, or a list of them, as JSON.
    pub json: Vec<u8>,
}

/// Defines what is new and revises what is known: all of it, or nothing. Importing the same again changes nothing.
///
/// Answers in the order in which they were written: what others require comes first.
#[crate::boxed]
pub async fn import(world: &World, order: &Import) -> Result<Vec<Written>, ImportError> {
    let definitions = &stacked(read(&order.json)?);
    for definition in definitions {
        see_picture(world, definition).await?;
    }
    world
        .store
        .write(|mut tx| async move {
            let mut written = Vec::new();
            for definition in definitions {
                let one = write(
                    world,
                    &mut tx,
                    &order.tenant,
                    &order.actor,
                    definition,
                    Expect::Either,
                )
                .await?;
                written.push(one);
            }
            Ok(written)
        })
        .await
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// One of the documents is faulty.
    #[error("document {number}:\n{fault}")]
    Document {
        /// Which, counting from 1.
        number: usize,
        /// What is wrong with it.
        fault: DefinitionError,
    },
    /// A version could not be written.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn read(json: &[u8]) -> Result<Vec<Definition>, ImportError> {
    let fault = |number| move |fault| ImportError::Document { number, fault };
    // A list is told from a single document by its first character; all else is the reader's to judge.
    if json.trim_ascii_start().first() != Some(&b'[') {
        return Ok(vec![Definition::from_json(json).map_err(fault(1))?]);
    }
    let documents: Vec<Value> =
        serde_json::from_slice(json).map_err(|error| ImportError::Document {
            number: 1,
            fault: DefinitionError::NotJson {
                line: error.line(),
                column: error.column(),
            },
        })?;
    let numbered = documents.into_iter().enumerate();
    numbered
        .map(|(at, document)| Definition::from_value(document).map_err(fault(at + 1)))
        .collect()
}

/// What is required comes before what requires it. A circle keeps its order, and is refused when it is written.
fn stacked(mut left: Vec<Definition>) -> Vec<Definition> {
    let mut stacked = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |one: &Definition| {
            let named = one.requires.iter().chain(&one.translation_of);
            named
                .into_iter()
                .any(|slug| left.iter().any(|other| other.slug == *slug))
        };
        let next = left.iter().position(|one| !waits(one)).unwrap_or(0);
        stacked.push(left.remove(next));
    }
    stacked
}
