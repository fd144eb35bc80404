//! Taking in definition documents: one, or many that may require each other; and documents of the European Learning Model.

use serde_json::Value;
use touchstone_store::{StoreError, TenantId};

use super::{
    Definition, DefinitionError, Slug,
    exchange::elm,
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
    /// A definition document or one of the European Learning Model, or a list of them, as JSON.
    pub json: Vec<u8>,
}

/// What became of a document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Imported {
    /// The version that was written.
    pub written: Written,
    /// What a document of another model says and a definition has no place for, by that model's names.
    pub left_out: Vec<String>,
}

/// Defines what is new and revises what is known: all of it, or nothing. Importing the same again changes nothing.
///
/// A document of the European Learning Model says less than a definition and revises none: what it describes must be new.
///
/// Answers in the order in which they were written: what others require comes first.
#[crate::boxed]
pub async fn import(world: &World, order: &Import) -> Result<Vec<Imported>, ImportError> {
    let documents = &stacked(read(&order.json)?);
    for document in documents {
        see_picture(world, &document.definition).await?;
    }
    world
        .store
        .write(|mut tx| async move {
            let mut imported = Vec::new();
            for document in documents {
                let written = write(
                    world,
                    &mut tx,
                    &order.tenant,
                    &order.actor,
                    &document.definition,
                    document.expect,
                )
                .await;
                let written = written.map_err(|error| match (error, document.expect) {
                    (VersionError::SlugTaken(slug), Expect::New) => ImportError::Known(slug),
                    (error, _) => error.into(),
                })?;
                imported.push(Imported {
                    written,
                    left_out: document.left_out.clone(),
                });
            }
            Ok(imported)
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
    /// A document of the European Learning Model does not say what a definition must have.
    #[error(
        "document {number}: this document of the European Learning Model does not say all that a definition must have: say it there \
         (name and slug: title; description: description or learningOutcome; assessmentMethod and criteria: provenBy), or write the \
         achievement here\n{fault}"
    )]
    Incomplete {
        /// Which, counting from 1.
        number: usize,
        /// What its definition would lack.
        fault: DefinitionError,
    },
    /// What a document of the European Learning Model describes is here already, or stands in it twice.
    #[error(
        "there is an achievement with the short name “{0}”, and a document of the European Learning Model revises none: revise it here, or give \
         what is described there an identifier of its own"
    )]
    Known(Slug),
    /// A European Digital Credential says nothing of what was learnt.
    #[error(
        "document {number}: this European Digital Credential claims no LearningAchievement; take one that does, or write the definition"
    )]
    NothingLearnt {
        /// Which, counting from 1.
        number: usize,
    },
    /// A version could not be written.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A document that was read.
struct Document {
    definition: Definition,
    left_out: Vec<String>,
    expect: Expect,
}

/// The definitions that [`import`] would take in, in the order of the document. Nothing is written, and nothing is asked of what is here already.
pub fn definitions_in(json: &[u8]) -> Result<Vec<Definition>, ImportError> {
    let documents = read(json)?.into_iter();
    Ok(documents.map(|document| document.definition).collect())
}

fn read(json: &[u8]) -> Result<Vec<Document>, ImportError> {
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json); // A byte order mark is no part of JSON.
    let fault = |number| move |fault| ImportError::Document { number, fault };
    let own = |definition| Document {
        definition,
        left_out: Vec::new(),
        expect: Expect::Either,
    };
    // A list is told from a single document by its first character; all else is the reader's to judge.
    if json.trim_ascii_start().first() != Some(&b'[') {
        let brought = serde_json::from_slice(json).ok();
        return match brought.and_then(|document| elm::read(&document)) {
            Some(brought) => described(1, brought),
            None => Ok(vec![own(Definition::from_json(json).map_err(fault(1))?)]),
        };
    }
    let documents: Vec<Value> = serde_json::from_slice(json).map_err(|error| {
        fault(1)(DefinitionError::NotJson {
            line: error.line(),
            column: error.column(),
        })
    })?;
    let mut read = Vec::new();
    for (at, document) in documents.into_iter().enumerate() {
        let number = at + 1;
        match elm::read(&document) {
            Some(brought) => read.extend(described(number, brought)?),
            None => read.push(own(Definition::from_value(document).map_err(fault(number))?)),
        }
    }
    Ok(read)
}

/// What a document of the European Learning Model describes.
fn described(number: usize, brought: Vec<elm::Brought>) -> Result<Vec<Document>, ImportError> {
    if brought.is_empty() {
        return Err(ImportError::NothingLearnt { number });
    }
    let documents = brought.into_iter().map(|one| {
        let definition = Definition::from_value(one.definition);
        Ok(Document {
            definition: definition.map_err(|fault| ImportError::Incomplete { number, fault })?,
            left_out: one.left_out,
            expect: Expect::New,
        })
    });
    documents.collect()
}

/// What is required comes before what requires it. A circle keeps its order, and is refused when it is written.
fn stacked(mut left: Vec<Document>) -> Vec<Document> {
    let mut stacked = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |one: &Document| {
            let definition = &one.definition;
            let named = definition.requires.iter().chain(&definition.translation_of);
            named
                .into_iter()
                .any(|slug| left.iter().any(|other| other.definition.slug == *slug))
        };
        let next = left.iter().position(|one| !waits(one)).unwrap_or(0);
        stacked.push(left.remove(next));
    }
    stacked
}
