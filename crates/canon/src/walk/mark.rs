//! Parts of a document that other documents have too: where they stand, and what stands there.
//!
//! What an object states depends on the context it is read in, on the property above it and on nothing else, as long as it
//! has an identifier of its own. That is its [`Seat`]; in the same seat, the same object makes the same statements.

use super::target::Target;
use super::{Added, Place, Walk};
use crate::error::Result;
use crate::json::{Object, Value};
use crate::rdf::{Bounds, Statements};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// An object to look out for.
pub(crate) struct Mark<'a> {
    object: &'a Object<'a>,
    /// What to put in its place; `None` to walk over it and note what it makes.
    put: Option<(&'a Seat, &'a Statements)>,
    /// Where it stood, if it could stand alone.
    pub(crate) found: Option<Found>,
}

/// A part that was met.
pub(crate) struct Found {
    pub(crate) seat: Seat,
    pub(crate) bounds: Bounds,
}

/// Where an object stands, as far as it decides what the object states.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Seat {
    /// The active context, one of the registry's.
    active: u32,
    /// The property above.
    term: Arc<str>,
    /// Levels of nesting left.
    depth: usize,
    /// Its name.
    id: Box<str>,
}

impl<'a> Mark<'a> {
    /// Walk over the object as ever, and note what it makes.
    pub(crate) fn note(object: &'a Object<'a>) -> Self {
        Self {
            object,
            put: None,
            found: None,
        }
    }

    /// Put these statements where the object stands: a mere reference, or what made them.
    pub(crate) fn put(object: &'a Object<'a>, seat: &'a Seat, statements: &'a Statements) -> Self {
        Self {
            object,
            put: Some((seat, statements)),
            found: None,
        }
    }
}

impl<'a> Walk<'a> {
    /// The mark on this very object.
    pub(super) fn mark_on(&self, object: &'a Object<'a>) -> Option<usize> {
        let mut marks = self.marks.iter();
        marks.position(|mark| core::ptr::eq(mark.object, object))
    }

    pub(super) fn marked(
        &mut self,
        mark: usize,
        place: Place<'a>,
        object: &'a Object<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        let seat = match added {
            None => self.seat(place, object, target),
            Some(_) => None,
        };
        let put = self.marks[mark].put;
        let (blanks, labels) = (self.quads.blanks(), self.labels.len());
        match (seat, put) {
            (Some(seat), Some((same, statements))) if seat == *same => {
                let named = self.quads.plain_iri(&seat.id);
                self.attach(target, Some(named))?;
                let from = self.quads.len();
                self.quads.put(statements)?;
                self.found(mark, seat, from, blanks);
                Ok(())
            }
            (Some(seat), None) => {
                let before = self.quads.len();
                self.whole_object(place, object, target, added)?;
                // The first statement is the one above it. A label could be used outside.
                if self.labels.len() == labels && self.quads.points_to(before, &seat.id) {
                    self.found(mark, seat, before + 1, blanks);
                }
                Ok(())
            }
            _ => self.whole_object(place, object, target, added),
        }
    }

    fn found(&mut self, mark: usize, seat: Seat, quads: usize, blanks: usize) {
        let bounds = Bounds {
            quads: quads..self.quads.len(),
            blanks: blanks..self.quads.blanks(),
        };
        self.marks[mark].found = Some(Found { seat, bounds });
    }

    /// Where the object stands, if what it states is decided by that: it has a name, hangs from a property of a node in the
    /// default graph, and is read in a context of the registry.
    fn seat(&self, place: Place<'a>, object: &'a Object<'a>, target: Target<'a>) -> Option<Seat> {
        let Target::Property {
            subject: Some(_),
            reverse: false,
            wrap: false,
            ..
        } = target
        else {
            return None;
        };
        let Place {
            active,
            term,
            from_map,
        } = place;
        let own_term = active
            .term(&term.name)
            .is_some_and(|own| core::ptr::eq(own, term));
        let plain = !from_map && !self.at_root && !self.list_item && self.graph.is_none();
        let id = object.get("id").and_then(Value::as_str)?;
        (plain && own_term && active.is_registered() && crate::iri::is_absolute(id)).then(|| Seat {
            active: active.id,
            term: Arc::clone(&term.name),
            depth: self.depth,
            id: id.into(),
        })
    }
}
