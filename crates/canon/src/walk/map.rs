//! Maps whose keys are languages, indexes, identifiers or types.
//!
//! JSON-LD 1.1 API §5.1.2 steps 13.7 and 13.8.

use super::target::Target;
use super::{Added, Place, Walk, fault};
use crate::context::{Active, GRAPH, ID, INDEX, Keyword, Kind, TYPE};
use crate::error::{CanonError, Fault, Result};
use crate::json::{Object, Value};

impl<'a> Walk<'a> {
    /// Walks over a map from language to strings.
    pub(super) fn language_map(
        &mut self,
        place: Place<'a>,
        map: &'a Object<'a>,
        target: Target<'a>,
    ) -> Result<()> {
        let direction = place
            .term
            .direction
            .or(place.active.direction.as_ref())
            .copied();
        for (tag, value) in map.iter() {
            let lower = tag.to_ascii_lowercase();
            let language =
                (place.active.keyword(tag) != Some(Keyword::None)).then_some(lower.as_str());
            for (at, item) in value.items().iter().enumerate() {
                let done = match item {
                    Value::Null => Ok(()),
                    Value::String(text) => self.string(text, language, direction, target),
                    _ => Err(fault(Fault::InvalidLanguageMapValue)),
                };
                done.map_err(|error| in_array(error, value, at).under(tag))?;
            }
        }
        Ok(())
    }

    /// Walks over a map from index, identifier or type to values.
    pub(super) fn index_map(
        &mut self,
        place: Place<'a>,
        map: &'a Object<'a>,
        target: Target<'a>,
    ) -> Result<()> {
        self.descend(|walk| {
            for (key, value) in map.iter() {
                walk.map_entry(place, key, value, target)
                    .map_err(|error| error.under(key))?;
            }
            Ok(())
        })
    }

    fn map_entry(
        &mut self,
        place: Place<'a>,
        key: &'a str,
        value: &'a Value<'a>,
        target: Target<'a>,
    ) -> Result<()> {
        let Place { active, term, .. } = place;
        let mut inner = active;
        if term.contains(ID | TYPE) {
            // A context that does not propagate ends here, before the value has a say (step 13.8.3.1).
            inner = active
                .previous
                .map_or(active, |previous| self.apply.get(previous));
        }
        if term.contains(TYPE)
            && let Some(scoped) = inner.term(key).and_then(|term| term.context.as_ref())
        {
            inner = self.apply.scoped(inner, scoped, Kind::TypeMap)?;
        }
        let none = active.keyword(key) == Some(Keyword::None);
        let added = match &term.index {
            _ if none => None,
            Some(property) if term.contains(INDEX) => Some(Added::Property(property, key, active)),
            None if term.contains(INDEX) => {
                self.lose(Fault::IndexDropped, key)?;
                None
            }
            _ if term.contains(ID) => Some(Added::Id(key, active)),
            _ if term.contains(TYPE) => Some(Added::Type(key, active)),
            _ => None,
        };
        let place = Place {
            active: inner,
            term,
            from_map: true,
        };
        self.map_value(place, value, target, added)
    }

    /// Walks over values that the key of a map says more about.
    pub(super) fn map_value(
        &mut self,
        place: Place<'a>,
        value: &'a Value<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        match value {
            Value::Null => Ok(()),
            Value::Array(items) => self.descend(|walk| {
                for (at, item) in items.iter().enumerate() {
                    walk.map_value(place, item, target, added)
                        .map_err(|error| error.at(at))?;
                }
                Ok(())
            }),
            _ if place.term.contains(GRAPH) && !is_graph(place.active, value) => {
                self.map_graph(place, value, target, added)
            }
            Value::Object(object) => self.object(place, object, target, added),
            scalar => self.scalar(place, scalar, target, added),
        }
    }

    /// A value that is put into a graph of its own, named by its key if it has one.
    fn map_graph(
        &mut self,
        place: Place<'a>,
        value: &'a Value<'a>,
        target: Target<'a>,
        added: Option<Added<'a>>,
    ) -> Result<()> {
        let name = match added {
            Some(Added::Id(text, active)) => {
                self.resource(active.expand(text, false, true), text, Fault::RelativeIri)?
            }
            _ => Some(self.quads.fresh()),
        };
        self.attach(target, name)?;
        if let Some(added) = added {
            self.add(added, name)?;
        }
        self.inside(name, |walk| walk.value(place, value, Target::Free))
    }
}

/// Whether a value is a graph object: `@graph`, and at most `@id` and `@index` beside it.
fn is_graph(active: &Active, value: &Value<'_>) -> bool {
    let Some(object) = value.as_object() else {
        return false;
    };
    let mut graphs = 0;
    let plain = object.keys().all(|key| match active.keyword(key) {
        Some(Keyword::Graph) => {
            graphs += 1;
            true
        }
        keyword => matches!(
            keyword,
            Some(Keyword::Id | Keyword::Index | Keyword::Context)
        ),
    });
    plain && graphs == 1
}

fn in_array(
    error: alloc::boxed::Box<CanonError>,
    value: &Value<'_>,
    at: usize,
) -> alloc::boxed::Box<CanonError> {
    if value.as_array().is_some() {
        error.at(at)
    } else {
        error
    }
}
