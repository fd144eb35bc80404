//! Documents one after the other that have parts in common, as the credentials of a cohort have their issuer and their achievement.
//!
//! A part that is as it was in a document before makes the statements that it made there, if it stands in the same seat: they are put
//! into their place instead of being made again. What an object states depends on its seat alone, and no statement outside of it mentions a
//! blank node of it ([`Shared`](crate::Shared)). A part with a context of its own, which costs work each time, is never known.
//!
//! **Invariant:** [`Recurring::canonicalize()`] gives what [`canonicalize()`](crate::canonicalize()) gives, whatever came before; limits
//! stop it where they would. (Of the limit on bytes this holds but for names that a part and the rest have in common.)

use crate::context::{Contexts, OwnRoom};
use crate::error::{CanonError, Result};
use crate::hash::Hash;
use crate::json::{Object, Value};
use crate::limits::Limits;
use crate::rdf::Statements;
use crate::shared::walk;
use crate::walk::{Mark, Seat};
use alloc::string::String;
use alloc::vec::Vec;

/// What documents before had at some places.
#[derive(Debug)]
pub struct Recurring<'c> {
    contexts: &'c Contexts,
    hash: Hash,
    limits: Limits,
    places: &'static [&'static str],
    /// By place.
    known: Vec<Option<Part>>,
    /// How many documents had something else there.
    others: u32,
}

#[derive(Debug)]
struct Part {
    object: Object<'static>,
    seat: Seat,
    statements: Statements,
}

impl<'c> Recurring<'c> {
    /// Looks for parts at `places`: JSON Pointers, none within another.
    #[must_use]
    pub fn new(
        places: &'static [&'static str],
        contexts: &'c Contexts,
        hash: Hash,
        limits: &Limits,
    ) -> Self {
        Self {
            contexts,
            hash,
            limits: *limits,
            places,
            known: places.iter().map(|_| None).collect(),
            others: 0,
        }
    }

    /// The canonical N-Quads of the next document.
    pub fn canonicalize(
        &mut self,
        document: &Value<'_>,
    ) -> core::result::Result<String, CanonError> {
        self.run(document).map_err(|error| *error)
    }

    fn run(&mut self, document: &Value<'_>) -> Result<String> {
        let mut marks = Vec::with_capacity(self.places.len());
        let mut others = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            let Some(object) = document.pointer(place).and_then(Value::as_object) else {
                continue;
            };
            match &self.known[at] {
                Some(part) if part.object.is_written_as(object) => {
                    marks.push(Mark::put(object, &part.seat, &part.statements));
                }
                _ => others.push((at, object)),
            }
        }
        let first_other = marks.len();
        if !others.is_empty() {
            // Noting costs more than walking: in documents that have nothing in common it is done ever more rarely.
            self.others = self.others.saturating_add(1);
            if self.others.is_power_of_two() {
                marks.extend(others.iter().map(|(_, object)| Mark::note(object)));
            }
        }
        let own = OwnRoom::new(self.limits.context_work);
        let walk = walk(self.contexts, &own, &self.limits);
        let (quads, marks) = walk.marked_document(document, marks)?;
        let noted = marks.into_iter().skip(first_other).zip(others);
        let noted = noted.filter_map(|(mark, (at, object))| {
            let found = mark.found.filter(|_| !has_context(object))?;
            let part = Part {
                statements: quads.cut(&found.bounds, self.hash, &self.limits)?,
                seat: found.seat,
                object: object.clone().into_owned(),
            };
            Some((at, part))
        });
        for (at, part) in noted.collect::<Vec<_>>() {
            self.known[at] = Some(part);
        }
        quads.canonicalize(self.hash, self.limits.rdfc_work)
    }
}

/// Whether the object, or one within it, has a context of its own.
fn has_context(object: &Object<'_>) -> bool {
    fn in_value(value: &Value<'_>) -> bool {
        match value {
            Value::Array(items) => items.iter().any(in_value),
            Value::Object(object) => has_context(object),
            _ => false,
        }
    }
    object.contains_key("@context") || object.values().any(in_value)
}
