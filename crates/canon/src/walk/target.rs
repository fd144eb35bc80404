//! Where the things found go: to a property, to a list, or nowhere.

use super::{RDF_FIRST, RDF_NIL, RDF_REST, Walk};
use crate::context::Term;
use crate::error::{Fault, Result};
use crate::rdf::Node;
use alloc::boxed::Box;
use alloc::string::String;

/// What a value is attached to.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    /// Nothing: it stands by itself in a graph.
    Free,
    /// Nothing, but nodes only: an entry of `@included`.
    Included,
    /// A property of a node. `None` as the subject: the node could not be named, and neither can its statements.
    Property {
        subject: Option<Node>,
        predicate: Predicate<'a>,
        /// Whether the value is the subject and the node the object.
        reverse: bool,
        /// Whether the value becomes a list unless it is one.
        wrap: bool,
    },
    /// An open list, by its place among [`Walk::lists`].
    List(usize),
    /// A graph of its own for each value, which the property then points to.
    Graphs {
        subject: Option<Node>,
        predicate: Predicate<'a>,
        reverse: bool,
    },
}

/// A property.
#[derive(Clone, Copy)]
pub(super) enum Predicate<'a> {
    /// Of a term: its IRI in `<>`.
    Term(&'a Term),
    /// By its IRI, among [`Walk::dynamic`].
    Dynamic(usize),
}

impl<'a> Predicate<'a> {
    /// The property in `<>`; empty if no statement can have it.
    fn rendered<'d>(self, dynamic: &'d [Box<str>]) -> &'d str
    where
        'a: 'd,
    {
        match self {
            Self::Term(term) => &term.rendered,
            Self::Dynamic(at) => dynamic.get(at).map_or("", Box::as_ref),
        }
    }
}

/// A list that is being written.
#[derive(Clone, Copy, Default)]
pub(super) struct List {
    head: Option<Node>,
    last: Option<Node>,
    /// Whether what it belongs to cannot be told of, so that it cannot be told of either.
    lost: bool,
}

impl<'a> Walk<'a> {
    /// Attaches a node. `None` stands for one that could not be named.
    pub(super) fn attach(&mut self, target: Target<'a>, node: Option<Node>) -> Result<()> {
        match target {
            Target::Free | Target::Included => Ok(()),
            Target::List(list) => {
                let cell = self.next_cell(list)?;
                match cell.zip(node) {
                    Some((cell, node)) => self.quads.link(cell, RDF_FIRST, node, self.graph),
                    None => Ok(()),
                }
            }
            Target::Property {
                subject,
                predicate,
                reverse,
                ..
            }
            | Target::Graphs {
                subject,
                predicate,
                reverse,
            } => {
                let Some((subject, object)) = subject.zip(node) else {
                    return Ok(());
                };
                let (subject, object) = if reverse {
                    (object, subject)
                } else {
                    (subject, object)
                };
                match predicate.rendered(&self.dynamic) {
                    "" => Ok(()),
                    predicate => self.quads.link(subject, predicate, object, self.graph),
                }
            }
        }
    }

    /// Attaches a literal, which `write` appends.
    pub(super) fn attach_literal(
        &mut self,
        target: Target<'a>,
        write: impl FnOnce(&mut String),
    ) -> Result<()> {
        match target {
            Target::Free | Target::Included | Target::Graphs { .. } => {
                self.lose(Fault::FreeFloatingValue, "")
            }
            Target::List(list) => match self.next_cell(list)? {
                Some(cell) => self.quads.write(cell, RDF_FIRST, self.graph, write),
                None => Ok(()),
            },
            Target::Property { reverse: true, .. } => {
                Err(super::fault(Fault::InvalidReversePropertyValue))
            }
            Target::Property { subject: None, .. } => Ok(()),
            Target::Property {
                subject: Some(subject),
                predicate,
                ..
            } => match predicate.rendered(&self.dynamic) {
                "" => Ok(()),
                predicate => self.quads.write(subject, predicate, self.graph, write),
            },
        }
    }

    /// Begins a list that is for `target`. JSON-LD 1.1 API §8.1 step 1.3: what stands at a subject or a property that no statement
    /// can have makes no statements, and neither does a list there.
    pub(super) fn open_list(&mut self, target: Target<'a>) -> usize {
        let lost = match target {
            Target::Property {
                subject, predicate, ..
            } => subject.is_none() || predicate.rendered(&self.dynamic).is_empty(),
            Target::List(outer) => self.lists[outer].lost,
            _ => false,
        };
        self.lists.push(List {
            lost,
            ..List::default()
        });
        self.lists.len() - 1
    }

    /// Ends the list that was opened last and attaches it.
    pub(super) fn close_list(&mut self, list: usize, target: Target<'a>) -> Result<()> {
        if let Target::Property { reverse: true, .. } = target {
            return Err(super::fault(Fault::InvalidReversePropertyValue));
        }
        let List { head, last, lost } = self.lists[list];
        self.lists.truncate(list);
        if lost {
            return Ok(());
        }
        if let Some(last) = last {
            let nil = self.quads.iri(RDF_NIL);
            self.quads.link(last, RDF_REST, nil, self.graph)?;
        }
        let head = head.unwrap_or_else(|| self.quads.iri(RDF_NIL));
        self.attach(target, Some(head))
    }

    /// Adds a cell to a list; `None` where the list is lost.
    fn next_cell(&mut self, list: usize) -> Result<Option<Node>> {
        if self.lists[list].lost {
            return Ok(None);
        }
        let cell = self.quads.fresh();
        let previous = self.lists[list].last.replace(cell);
        match previous {
            Some(previous) => self.quads.link(previous, RDF_REST, cell, self.graph)?,
            None => self.lists[list].head = Some(cell),
        }
        Ok(Some(cell))
    }
}
