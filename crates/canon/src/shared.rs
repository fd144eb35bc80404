//! Parts that many documents have in common, walked over once: the issuer and the achievement of a cohort.
//!
//! A part is an object with an identifier. A document in which a mere reference stands in its place makes all statements but
//! those of the part, and both together are the statements of the whole document: a dataset is a set, and no statement
//! outside the part mentions a blank node of it, which is checked. They are labelled and sorted together, by the one
//! engine; what is saved is walking over the part, writing it and hashing its blank nodes.
//!
//! **Invariant:** [`Shared::canonicalize()`] gives the bytes that [`canonicalize()`](crate::canonicalize()) gives for the
//! whole document, or nothing.

use crate::context::{Applier, Contexts, OwnRoom};
use crate::error::{CanonError, Result};
use crate::hash::Hash;
use crate::json::Value;
use crate::limits::Limits;
use crate::rdf::{Quads, Statements};
use crate::walk::{Mark, Seat, Walk};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The statements of parts that documents have in common.
#[derive(Debug)]
pub struct Shared {
    contexts: Arc<Contexts>,
    hash: Hash,
    limits: Limits,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    /// A JSON Pointer.
    place: Box<str>,
    seat: Seat,
    statements: Statements,
}

impl Shared {
    /// Takes the objects at `places` (JSON Pointers, none within another) from `document`, a whole one of those to come.
    ///
    /// `None` if one of them cannot stand alone: it has no `id`, uses labels of blank nodes, or is read in a context that the
    /// document wrote itself.
    pub fn of(
        document: &Value<'_>,
        places: &[&str],
        contexts: Arc<Contexts>,
        hash: Hash,
        limits: &Limits,
    ) -> core::result::Result<Option<Self>, CanonError> {
        let parts = parts(document, places, &contexts, hash, limits).map_err(|error| *error)?;
        Ok(parts.map(|parts| Self {
            contexts,
            hash,
            limits: *limits,
            parts,
        }))
    }

    /// The canonical N-Quads of a document of which every part is as it was, and stands here as `{"id": …}` only.
    ///
    /// `None` if one of the parts stands in another context here, or under another name: then the whole document has to be
    /// canonicalized.
    pub fn canonicalize(
        &self,
        document: &Value<'_>,
    ) -> core::result::Result<Option<String>, CanonError> {
        self.run(document).map_err(|error| *error)
    }

    fn run(&self, document: &Value<'_>) -> Result<Option<String>> {
        let marks = self.parts.iter().map(|part| {
            let reference = document.pointer(&part.place)?.as_object()?;
            (reference.len() == 1).then(|| Mark::put(reference, &part.seat, &part.statements))
        });
        let Some(marks) = marks.collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let own = OwnRoom::new(self.limits.context_work);
        let (quads, marks) =
            walk(&self.contexts, &own, &self.limits).marked_document(document, marks)?;
        if marks.iter().any(|mark| mark.found.is_none()) {
            return Ok(None);
        }
        let form = quads.canonicalize(self.hash, self.limits.rdfc_work)?;
        Ok(Some(form))
    }
}

fn parts(
    document: &Value<'_>,
    places: &[&str],
    contexts: &Contexts,
    hash: Hash,
    limits: &Limits,
) -> Result<Option<Vec<Part>>> {
    let objects = places
        .iter()
        .map(|place| document.pointer(place)?.as_object());
    let Some(objects) = objects.collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let own = OwnRoom::new(limits.context_work);
    let marks = objects.into_iter().map(Mark::note).collect();
    let (quads, marks) = walk(contexts, &own, limits).marked_document(document, marks)?;
    let parts = marks.into_iter().zip(places).map(|(mark, place)| {
        let found = mark.found?;
        Some(Part {
            place: Box::from(*place),
            statements: quads.cut(&found.bounds, hash, limits)?,
            seat: found.seat,
        })
    });
    Ok(parts.collect())
}

/// A walk as signing takes it.
pub(crate) fn walk<'a>(contexts: &'a Contexts, own: &'a OwnRoom, limits: &Limits) -> Walk<'a> {
    Walk::new(
        contexts,
        Applier::new(contexts, own),
        Quads::new(limits),
        limits.depth,
        true,
        true,
    )
}
