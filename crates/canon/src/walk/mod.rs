//! From a JSON-LD document to RDF statements, in one walk.
//!
//! JSON-LD 1.1 API: expansion (§5.1), node map generation and RDF conversion (§8), fused. Expanded documents and node maps are
//! never built: each value becomes N-Quads text when it is met. What the specification decides after looking at all
//! entries of an object is decided here by [`scan`] before any of them is followed.
//!
//! **Invariant:** in safe mode every value of the document is in a statement, or the walk ends with an error that says
//! where. Start at [`Walk::document`].

mod literal;
mod map;
mod mark;
mod node;
mod scan;
mod target;

use crate::context::{Active, Applier, Contexts, Expanded, LIST, Term};
use crate::error::{CanonError, Fault, Result};
use crate::iri;
use crate::json::Value;
use crate::rdf::{Graph, Node, Quads};
use alloc::boxed::Box;
use alloc::vec::Vec;
use hashbrown::HashMap;
pub(crate) use mark::{Mark, Seat};
use scan::Entry;
use target::{List, Target};

/// The walk over one document.
pub(crate) struct Walk<'a> {
    contexts: &'a Contexts,
    apply: Applier<'a>,
    quads: Quads,
    /// The graph that statements go to.
    graph: Graph,
    /// Entries of the objects that are open; each object works on the end of it.
    entries: Vec<Entry<'a>>,
    /// IRIs of properties that no term defines.
    dynamic: Vec<Box<str>>,
    /// Bytes of all of these: a vocabulary stands in each.
    named: usize,
    lists: Vec<List>,
    labels: HashMap<Box<str>, Node>,
    /// Places of parts that other documents have too.
    marks: Vec<Mark<'a>>,
    /// Whether anything lost is an error.
    safe: bool,
    /// Whether base directions become datatypes; else they are lost.
    directions: bool,
    /// Whether the next object is the whole document.
    at_root: bool,
    /// Whether the next object is an item of an array in a list.
    list_item: bool,
    /// Levels of nesting left.
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        contexts: &'a Contexts,
        apply: Applier<'a>,
        quads: Quads,
        depth: usize,
        safe: bool,
        directions: bool,
    ) -> Self {
        Self {
            contexts,
            apply,
            quads,
            graph: None,
            entries: Vec::with_capacity(64),
            dynamic: Vec::new(),
            named: 0,
            lists: Vec::new(),
            labels: HashMap::new(),
            marks: Vec::new(),
            safe,
            directions,
            at_root: false,
            list_item: false,
            depth,
        }
    }

    /// Walks over a whole document.
    pub(crate) fn document(self, document: &'a Value<'a>) -> Result<Quads> {
        let (quads, _) = self.marked_document(document, Vec::new())?;
        Ok(quads)
    }

    /// Walks over a whole document, with an eye on the marked places in it.
    pub(crate) fn marked_document(
        mut self,
        document: &'a Value<'a>,
        marks: Vec<Mark<'a>>,
    ) -> Result<(Quads, Vec<Mark<'a>>)> {
        self.marks = marks;
        let place = Place {
            active: self.contexts.initial(),
            term: self.contexts.plain(),
            from_map: false,
        };
        match document {
            Value::Object(object) => {
                self.at_root = true;
                self.object(place, object, Target::Free, None)?;
            }
            other => self.value(place, other, Target::Free)?,
        }
        Ok((self.quads, self.marks))
    }

    /// Walks over a value of a property, or over free-standing ones.
    fn value(&mut self, place: Place<'a>, value: &'a Value<'a>, target: Target<'a>) -> Result<()> {
        match value {
            Value::Null => Ok(()),
            Value::Object(object) => self.object(place, object, target, None),
            Value::Array(items) => self.descend(|walk| {
                for (at, item) in items.iter().enumerate() {
                    walk.item(place, item, target)
                        .map_err(|error| error.at(at))?;
                }
                Ok(())
            }),
            scalar => self.scalar(place, scalar, target, None),
        }
    }

    /// An item of an array.
    fn item(&mut self, place: Place<'a>, item: &'a Value<'a>, target: Target<'a>) -> Result<()> {
        match (item, target) {
            (Value::Array(_), Target::List(_)) => {
                self.list_in_list(place.term, place, item, target)
            }
            (Value::Object(_), Target::List(_)) => {
                self.list_item = true;
                self.value(place, item, target)
            }
            _ => self.value(place, item, target),
        }
    }

    /// What expands to an array, inside a list. It is a list of its own if its property is one of lists; under any other it
    /// would be flattened (JSON-LD 1.1 API §5.1.2 steps 5.2.2 and 5.2.3), and where it ended would be lost.
    ///
    /// `property` is what the term means around the array, `place` inside of it: a set is an object, which ends a context that
    /// does not propagate (step 7).
    fn list_in_list(
        &mut self,
        property: &Term,
        place: Place<'a>,
        value: &'a Value<'a>,
        target: Target<'a>,
    ) -> Result<()> {
        let Value::Array(items) = value else {
            return self.item(place, value, target);
        };
        if !property.contains(LIST) {
            self.lose(Fault::InvalidSetOrListObject, "")?;
            return self.value(place, value, target);
        }
        let list = self.open_list(target);
        self.descend(|walk| {
            for (at, item) in items.iter().enumerate() {
                walk.item(place, item, Target::List(list))
                    .map_err(|error| error.at(at))?;
            }
            Ok(())
        })?;
        self.close_list(list, target)
    }

    /// Runs `walk` one level deeper.
    fn descend(&mut self, walk: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| CanonError::new(Fault::TooDeep, ""))?;
        walk(self)?;
        self.depth += 1;
        Ok(())
    }

    /// Something would be lost: an error in safe mode.
    fn lose(&self, fault: Fault, name: &str) -> Result<()> {
        if self.safe {
            Err(CanonError::new(fault, name))
        } else {
            Ok(())
        }
    }

    /// The node that `text` names; `None` if it names none and the mode allows that.
    fn resource(
        &mut self,
        expanded: Expanded<'_>,
        text: &str,
        relative: Fault,
    ) -> Result<Option<Node>> {
        if let Expanded::Term(term) = expanded
            && !term.rendered.is_empty()
        {
            return Ok(Some(self.quads.iri(&term.rendered)));
        }
        let Some(name) = expanded.as_iri() else {
            let fault = if matches!(expanded, Expanded::Keyword(_)) {
                Fault::InvalidIri
            } else {
                Fault::ReservedTerm
            };
            self.lose(fault, text)?;
            return Ok(None);
        };
        if iri::is_absolute(name) {
            return Ok(Some(self.quads.plain_iri(name)));
        }
        if let Some(label) = name.strip_prefix("_:") {
            return Ok(Some(self.labelled(label)));
        }
        self.lose(
            if iri::has_scheme(name) {
                Fault::InvalidIri
            } else {
                relative
            },
            text,
        )?;
        Ok(None)
    }

    /// The blank node that the document calls `label`.
    fn labelled(&mut self, label: &str) -> Node {
        if let Some(node) = self.labels.get(label) {
            return *node;
        }
        let node = self.quads.fresh();
        self.labels.insert(label.into(), node);
        node
    }
}

/// Where a value stands: the context it is read in and the property it belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    active: &'a Active,
    /// The definition of the property; the plain one where there is no property.
    term: &'a Term,
    /// Whether the value comes out of an id, type or index map.
    from_map: bool,
}

/// What the key of an id, type or index map adds to its value.
#[derive(Clone, Copy)]
enum Added<'a> {
    /// With the context of the map, in which its keys are read.
    Id(&'a str, &'a Active),
    Type(&'a str, &'a Active),
    /// A statement with this property, whose object is this string as the property reads it.
    Property(&'a str, &'a str, &'a Active),
}

fn fault(fault: Fault) -> Box<CanonError> {
    CanonError::new(fault, "")
}

const RDF_TYPE: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
const RDF_FIRST: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>";
const RDF_REST: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>";
const RDF_NIL: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>";
