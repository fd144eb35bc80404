//! Objects: which kind each is, and the statements a node makes.
//!
//! JSON-LD 1.1 API §5.1.2 steps 13.4 to 19.

use super::scan::{Entry, Shape, What};
use super::target::{Predicate, Target};
use super::{Added, Place, RDF_TYPE, Walk, fault};
use crate::context::{
    Active, Coercion, Expanded, GRAPH, ID, INDEX, Keyword, LANGUAGE, LIST, TYPE, Term,
};
use crate::error::{CanonError, Fault, Result};
use crate::json::{Object, Value};
use crate::rdf::Node;
use alloc::boxed::Box;

impl<'a> Walk<'a> {
    /// Walks over an object of any kind.
    pub(super) fn object(
        &mut self,
        place: Place<'a>,
        object: &'a Object<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        match self.mark_on(object) {
            Some(mark) => self.marked(mark, place, object, target, added),
            None => self.whole_object(place, object, target, added),
        }
    }

    /// Walks over an object and everything in it.
    pub(super) fn whole_object(
        &mut self,
        place: Place<'a>,
        object: &'a Object<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        let root = core::mem::take(&mut self.at_root);
        let item = core::mem::take(&mut self.list_item);
        self.descend(|walk| {
            let scope = walk.enter(place, object)?;
            let active = walk.enter_types(scope, object)?;
            let shape = walk.scan(active, object, false)?;
            let inner = Inner {
                active,
                scope,
                term: place.term,
                shape,
            };
            if shape.has(Keyword::Value) {
                walk.wrapped(target, |walk, target| {
                    walk.value_object(inner, target, added)
                })?;
            } else if shape.has(Keyword::List) {
                walk.list_object(inner, target, added)?;
            } else if shape.has(Keyword::Set) {
                walk.set_object(inner, target, added, item)?;
            } else if root && shape.has(Keyword::Graph) && shape.only(&[Keyword::Graph]) {
                walk.graph_entries(inner)?;
            } else {
                walk.wrapped(target, |walk, target| {
                    walk.node_or_graph(inner, target, added)
                })?;
            }
            walk.entries.truncate(shape.start);
            Ok(())
        })
    }

    /// Runs `walk` inside a list of its own where the target asks for one.
    pub(super) fn wrapped(
        &mut self,
        target: Target<'a>,
        walk: impl FnOnce(&mut Self, Target<'a>) -> Result<()>,
    ) -> Result<()> {
        match target {
            Target::Property {
                subject,
                predicate,
                reverse,
                wrap: true,
            } => {
                let list = self.open_list(target);
                walk(self, Target::List(list))?;
                self.close_list(
                    list,
                    Target::Property {
                        subject,
                        predicate,
                        reverse,
                        wrap: false,
                    },
                )
            }
            _ => walk(self, target),
        }
    }

    /// Walks over a map of reverse properties (step 13.4.13).
    fn reverse_map(
        &mut self,
        active: &'a Active,
        value: &'a Value<'a>,
        subject: Option<Node>,
    ) -> Result<()> {
        let object = value
            .as_object()
            .ok_or_else(|| fault(Fault::InvalidReverseValue))?;
        self.descend(|walk| {
            let place = Place {
                active,
                term: walk.contexts.plain(),
                from_map: false,
            };
            let active = walk.enter(place, object)?;
            let shape = walk.scan(active, object, true)?;
            for at in shape.start..walk.entries.len() {
                let entry = walk.entries[at];
                walk.property(entry, subject, true)
                    .map_err(|error| entry.place(error))?;
            }
            walk.entries.truncate(shape.start);
            Ok(())
        })
    }

    fn list_object(
        &mut self,
        inner: Inner<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        // A list has no identifier, type or property that the key of a map could give it.
        if !inner.shape.only(&[Keyword::List, Keyword::Index]) || added.is_some() {
            return Err(fault(Fault::InvalidSetOrListObject));
        }
        self.check_index(inner.shape)?;
        let target = match target {
            Target::Free | Target::Graphs { .. } => {
                return self.lose(Fault::FreeFloatingValue, "@list");
            }
            Target::Included => return Err(fault(Fault::InvalidIncludedValue)),
            Target::Property { reverse: true, .. } => {
                return Err(fault(Fault::InvalidReversePropertyValue));
            }
            Target::Property {
                subject,
                predicate,
                reverse,
                ..
            } => Target::Property {
                subject,
                predicate,
                reverse,
                wrap: false,
            },
            Target::List(_) => target,
        };
        let entry = self.find(inner.shape, Keyword::List);
        let list = self.open_list(target);
        if let Some(entry) = entry {
            self.value(inner.same_property(self), entry.value, Target::List(list))
                .map_err(|error| entry.place(error))?;
        }
        self.close_list(list, target)
    }

    fn set_object(
        &mut self,
        inner: Inner<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
        item: bool,
    ) -> Result<()> {
        if !inner.shape.only(&[Keyword::Set, Keyword::Index]) {
            return Err(fault(Fault::InvalidSetOrListObject));
        }
        self.check_index(inner.shape)?;
        let Some(entry) = self.find(inner.shape, Keyword::Set) else {
            return Ok(());
        };
        let place = inner.same_property(self);
        let walked = match added {
            Some(_) => self.map_value(place, entry.value, target, added),
            // As an item of a list, a set of several is a list of its own, as an array is.
            None if item => self.list_in_list(inner.term, place, entry.value, target),
            None => self.wrapped(target, |walk, target| {
                walk.value(place, entry.value, target)
            }),
        };
        walked.map_err(|error| entry.place(error))
    }

    fn node_or_graph(
        &mut self,
        inner: Inner<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        let Target::Graphs {
            subject,
            predicate,
            reverse,
        } = target
        else {
            return self.node(inner, target, added);
        };
        let graph = self.quads.fresh();
        self.attach(
            Target::Property {
                subject,
                predicate,
                reverse,
                wrap: false,
            },
            Some(graph),
        )?;
        self.inside(Some(graph), |walk| walk.node(inner, Target::Free, added))
    }

    /// Makes the statements of a node object.
    fn node(
        &mut self,
        inner: Inner<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        let shape = inner.shape;
        if shape.only(&[Keyword::Language]) && shape.has(Keyword::Language) {
            return self.lose(Fault::NullValue, "@language");
        }
        let subject = self.subject(inner, added)?;
        if matches!(target, Target::Free | Target::Included)
            && shape.only(&[Keyword::Id, Keyword::Index])
            && added.is_none()
        {
            let fault = if shape.has(Keyword::Id) {
                Fault::FreeFloatingValue
            } else {
                Fault::EmptyObject
            };
            return self.lose(fault, "");
        }
        let before = self.quads.len();
        self.attach(target, subject)?;
        if let Some(added) = added {
            self.add(added, subject)?;
        }
        for at in shape.start..self.entries.len() {
            let entry = self.entries[at];
            let done = match entry.what {
                What::Keyword(keyword) => self.keyword(keyword, entry, inner, subject),
                What::Term(_) | What::Dynamic(_) => self.property(entry, subject, false),
            };
            done.map_err(|error| entry.place(error))?;
        }
        // Of empty arrays nothing is left, and then nothing names the node.
        if shape.has(Keyword::Id) && self.quads.len() == before {
            return self.lose(Fault::FreeFloatingValue, "");
        }
        Ok(())
    }

    fn subject(&mut self, inner: Inner<'a>, added: Option<Added<'a>>) -> Result<Option<Node>> {
        if let Some(entry) = self.find(inner.shape, Keyword::Id) {
            let named = match entry.value.as_str() {
                Some(text) => {
                    let expanded = entry.active.expand(text, false, true);
                    if let Some(Added::Id(key, active)) = added
                        && active.expand(key, false, true).as_iri() != expanded.as_iri()
                    {
                        self.lose(Fault::IndexDropped, key)?;
                    }
                    self.resource(expanded, text, Fault::RelativeIri)
                }
                None => Err(fault(Fault::InvalidIdValue)),
            };
            return named.map_err(|error| entry.place(error));
        }
        match added {
            Some(Added::Id(text, active)) => {
                self.resource(active.expand(text, false, true), text, Fault::RelativeIri)
            }
            _ => Ok(Some(self.quads.fresh())),
        }
    }

    fn keyword(
        &mut self,
        keyword: Keyword,
        entry: Entry<'a>,
        inner: Inner<'a>,
        subject: Option<Node>,
    ) -> Result<()> {
        let place = Place {
            active: entry.active,
            term: self.contexts.plain(),
            from_map: false,
        };
        match keyword {
            Keyword::Type => self.types(inner.scope, entry.value, subject),
            Keyword::Graph => self.named_graph(place, entry.value, subject),
            Keyword::Included => self.value(place, entry.value, Target::Included),
            Keyword::Reverse => self.reverse_map(entry.active, entry.value, subject),
            Keyword::Index => self.check_index_value(entry.value),
            Keyword::Language => match entry.value.as_str() {
                Some(_) => self.lose(Fault::InvalidValueObject, entry.key),
                None => Err(fault(Fault::InvalidLanguageTaggedString)),
            },
            Keyword::Direction => match entry.value.as_str() {
                Some("ltr" | "rtl") => self.lose(Fault::InvalidValueObject, entry.key),
                _ => Err(fault(Fault::InvalidBaseDirection)),
            },
            _ => Ok(()), // @id is read before.
        }
    }

    fn types(
        &mut self,
        scope: &'a Active,
        value: &'a Value<'a>,
        subject: Option<Node>,
    ) -> Result<()> {
        let Value::Array(items) = value else {
            return self.add_type(scope, value.as_str(), subject);
        };
        for (at, item) in items.iter().enumerate() {
            self.add_type(scope, item.as_str(), subject)
                .map_err(|error| error.at(at))?;
        }
        Ok(())
    }

    pub(super) fn add_type(
        &mut self,
        scope: &Active,
        name: Option<&str>,
        subject: Option<Node>,
    ) -> Result<()> {
        let name = name.ok_or_else(|| fault(Fault::InvalidTypeValue))?;
        let expanded = scope.expand(name, true, true);
        if let (Expanded::Term(Term { rendered, .. }), Some(subject)) = (&expanded, subject)
            && !rendered.is_empty()
        {
            return self
                .quads
                .write(subject, RDF_TYPE, self.graph, |out| out.push_str(rendered));
        }
        let class = self.resource(expanded, name, Fault::UndefinedType)?;
        match subject.zip(class) {
            Some((subject, class)) => self.quads.link(subject, RDF_TYPE, class, self.graph),
            None => Ok(()),
        }
    }

    fn named_graph(
        &mut self,
        place: Place<'a>,
        value: &'a Value<'a>,
        subject: Option<Node>,
    ) -> Result<()> {
        self.inside(subject, |walk| walk.value(place, value, Target::Free))
    }

    /// Runs `walk` inside the graph called `name`. `None` stands for one that could not be named: nothing can be told of it,
    /// but the graphs inside it that have names stand beside it (JSON-LD 1.1 API §8.1 step 1.1).
    pub(super) fn inside(
        &mut self,
        name: Option<Node>,
        walk: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let before = self.quads.len();
        let graph = name.unwrap_or_else(|| self.quads.fresh());
        let outer = self.graph.replace(graph);
        walk(self)?;
        self.graph = outer;
        if name.is_none() {
            self.quads.forget(graph, before);
        }
        Ok(())
    }

    /// The entries of a document that is nothing but a graph: they stand in the default graph.
    fn graph_entries(&mut self, inner: Inner<'a>) -> Result<()> {
        for at in inner.shape.start..self.entries.len() {
            let entry = self.entries[at];
            let place = Place {
                active: entry.active,
                term: self.contexts.plain(),
                from_map: false,
            };
            if matches!(entry.what, What::Keyword(Keyword::Graph)) {
                self.value(place, entry.value, Target::Free)
                    .map_err(|error| entry.place(error))?;
            }
        }
        Ok(())
    }

    /// Makes the statements of one property (steps 13.5 to 13.14).
    fn property(&mut self, entry: Entry<'a>, subject: Option<Node>, flip: bool) -> Result<()> {
        let (term, predicate) = match entry.what {
            What::Term(term) => (term, Predicate::Term(term)),
            What::Dynamic(at) => (self.contexts.plain(), Predicate::Dynamic(at)),
            What::Keyword(_) => return Ok(()),
        };
        let reverse = term.reverse != flip;
        let place = Place {
            active: entry.active,
            term,
            from_map: false,
        };
        let target = Target::Property {
            subject,
            predicate,
            reverse,
            wrap: false,
        };
        if term.coercion == Coercion::Json {
            return self.json_literal(entry.value, target);
        }
        if term.containers == 0 {
            return self.value(place, entry.value, target);
        }
        if let Value::Object(map) = entry.value {
            if term.contains(LANGUAGE) {
                return self.language_map(place, map, target);
            }
            if term.contains(INDEX | TYPE | ID) {
                return self.index_map(place, map, target);
            }
        }
        if term.contains(GRAPH) && !term.contains(ID | INDEX) {
            return self.value(
                place,
                entry.value,
                Target::Graphs {
                    subject,
                    predicate,
                    reverse,
                },
            );
        }
        if !term.contains(LIST) {
            return self.value(place, entry.value, target);
        }
        match entry.value {
            Value::Null => Ok(()),
            Value::Object(_) => self.value(
                place,
                entry.value,
                Target::Property {
                    subject,
                    predicate,
                    reverse,
                    wrap: true,
                },
            ),
            other => {
                if reverse {
                    return Err(fault(Fault::InvalidReversePropertyValue));
                }
                let list = self.open_list(target);
                self.value(place, other, Target::List(list))?;
                self.close_list(list, target)
            }
        }
    }

    /// Adds what the key of a map says about a node.
    pub(super) fn add(&mut self, added: Added<'a>, subject: Option<Node>) -> Result<()> {
        match added {
            Added::Id(..) => Ok(()),
            Added::Type(name, active) => self.add_type(active, Some(name), subject),
            Added::Property(property, name, active) => {
                self.add_property(property, name, active, subject)
            }
        }
    }

    fn add_property(
        &mut self,
        property: &'a str,
        name: &'a str,
        active: &'a Active,
        subject: Option<Node>,
    ) -> Result<()> {
        let (term, predicate) = match self.what(active, property)? {
            Some(What::Term(term)) => (term, Predicate::Term(term)),
            Some(What::Dynamic(at)) => (self.contexts.plain(), Predicate::Dynamic(at)),
            Some(What::Keyword(_)) => return self.lose(Fault::InvalidIri, property),
            None => return Ok(()),
        };
        let place = Place {
            active,
            term,
            from_map: false,
        };
        let target = Target::Property {
            subject,
            predicate,
            reverse: false,
            wrap: false,
        };
        self.scalar(place, &Value::from(name), target, None)
    }

    fn check_index(&self, shape: Shape) -> Result<()> {
        match self.find(shape, Keyword::Index) {
            Some(entry) => self
                .check_index_value(entry.value)
                .map_err(|error| entry.place(error)),
            None => Ok(()),
        }
    }

    pub(super) fn check_index_value(&self, value: &Value<'_>) -> Result<()> {
        match value.as_str() {
            Some(index) => self.lose(Fault::IndexDropped, index),
            None => Err(fault(Fault::InvalidIndexValue)),
        }
    }

    /// The entry of a keyword in the object whose entries were scanned last.
    pub(super) fn find(&self, shape: Shape, keyword: Keyword) -> Option<Entry<'a>> {
        if !shape.has(keyword) {
            return None;
        }
        let mut entries = self.entries[shape.start..].iter();
        entries
            .find(|entry| matches!(entry.what, What::Keyword(found) if found == keyword))
            .copied()
    }
}

/// An object after its keys were looked at.
#[derive(Clone, Copy)]
pub(super) struct Inner<'a> {
    /// The context of its entries.
    pub(super) active: &'a Active,
    /// The context of its types.
    pub(super) scope: &'a Active,
    /// The definition of the property it is a value of.
    pub(super) term: &'a Term,
    pub(super) shape: Shape,
}

impl<'a> Inner<'a> {
    /// The place of what stands in a list or set: under the same property, as the object's own context defines it.
    fn same_property(self, walk: &Walk<'a>) -> Place<'a> {
        let plain = walk.contexts.plain();
        let term = if self.term.name.is_empty() {
            plain
        } else {
            self.active.term(&self.term.name).unwrap_or(plain)
        };
        Place {
            active: self.active,
            term,
            from_map: false,
        }
    }
}

impl Entry<'_> {
    /// Says that an error stands under this entry.
    pub(super) fn place(self, error: Box<CanonError>) -> Box<CanonError> {
        let error = error.under(self.key);
        if self.nest.is_empty() {
            error
        } else {
            error.under(self.nest)
        }
    }
}
