//! Looking at all entries of an object before following any.
//!
//! JSON-LD 1.1 API §5.1.2 steps 7 to 14: which context holds, what each key stands for, and what kind of object it is.

use super::{Place, Walk, fault};
use crate::context::{Active, Coercion, Expanded, Keyword, Kind, Mapping, Term};
use crate::error::{Fault, Result};
use crate::iri;
use crate::json::{Object, Value};
use alloc::vec::Vec;

/// One entry of an object whose key means something.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    /// The key of the `@nest` that the entry was found in; empty if in none.
    pub(super) nest: &'a str,
    pub(super) value: &'a Value<'a>,
    pub(super) active: &'a Active,
    pub(super) what: What<'a>,
}

/// What a key stands for.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    Keyword(Keyword),
    Term(&'a Term),
    /// A property by its IRI, among [`Walk::dynamic`].
    Dynamic(usize),
}

/// What the entries of an object amount to.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The keywords found, as bits.
    pub(super) keywords: u32,
    /// How many properties have a value.
    pub(super) properties: usize,
    /// Where the object's entries begin.
    pub(super) start: usize,
}

impl Shape {
    pub(super) fn has(self, keyword: Keyword) -> bool {
        self.keywords & keyword.bit() != 0
    }

    /// Whether no other keyword than those, and no property, was found.
    pub(super) fn only(self, keywords: &[Keyword]) -> bool {
        let allowed = keywords
            .iter()
            .fold(0, |bits, keyword| bits | keyword.bit());
        self.properties == 0 && self.keywords & !allowed == 0
    }
}

impl<'a> Walk<'a> {
    /// The context inside an object, before its types have a say (steps 7 to 9).
    pub(super) fn enter(&mut self, place: Place<'a>, object: &'a Object<'a>) -> Result<&'a Active> {
        let mut active = place.active;
        if let Some(previous) = active.previous
            && !place.from_map
            && !keeps_scope(active, object)
        {
            active = self.apply.get(previous);
        }
        if let Some(scoped) = &place.term.context {
            active = self.apply.scoped(active, scoped, Kind::Property)?;
        }
        if let Some(local) = object.get("@context") {
            active = self
                .apply
                .embedded(active, local)
                .map_err(|error| error.under("@context"))?;
        }
        Ok(active)
    }

    /// Applies the contexts of an object's types (step 11).
    pub(super) fn enter_types(
        &mut self,
        scope: &'a Active,
        object: &'a Object<'a>,
    ) -> Result<&'a Active> {
        let mut active = scope;
        let mut types = type_entries(scope, object);
        let first = types.next();
        let Some(second) = types.next() else {
            return first.map_or(Ok(active), |(_, value)| {
                self.enter_type(active, scope, value)
            });
        };
        let mut all: Vec<_> = first.into_iter().chain([second]).chain(types).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        for (_, value) in all {
            active = self.enter_type(active, scope, value)?;
        }
        Ok(active)
    }

    fn enter_type(
        &mut self,
        mut active: &'a Active,
        scope: &'a Active,
        value: &'a Value<'a>,
    ) -> Result<&'a Active> {
        let scoped = |value: &'a Value<'a>| {
            value
                .as_str()
                .and_then(|name| Some((name, scope.term(name)?.context.as_ref()?)))
        };
        let items = value.items();
        if let [only] = items {
            return match scoped(only) {
                Some((_, scoped)) => self.apply.scoped(active, scoped, Kind::Type),
                None => Ok(active),
            };
        }
        let mut named: Vec<_> = items.iter().filter_map(scoped).collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        for (_, scoped) in named {
            active = self.apply.scoped(active, scoped, Kind::Type)?;
        }
        Ok(active)
    }

    /// Finds out what each key stands for and puts the entries on the stack (steps 13.1 to 13.4.2, 14).
    pub(super) fn scan(
        &mut self,
        active: &'a Active,
        object: &'a Object<'a>,
        in_reverse: bool,
    ) -> Result<Shape> {
        let mut shape = Shape {
            keywords: 0,
            properties: 0,
            start: self.entries.len(),
        };
        self.scan_into(&mut shape, active, object, "", in_reverse)?;
        Ok(shape)
    }

    fn scan_into(
        &mut self,
        shape: &mut Shape,
        active: &'a Active,
        object: &'a Object<'a>,
        nest: &'a str,
        in_reverse: bool,
    ) -> Result<()> {
        for (key, value) in object.iter() {
            let Some(what) = self.what(active, key).map_err(|error| error.under(key))? else {
                continue;
            };
            match what {
                What::Keyword(Keyword::Context) => continue,
                What::Keyword(Keyword::Set) if value.is_null() => continue, // A set of nothing is no entry.
                What::Keyword(keyword) => {
                    if in_reverse {
                        return Err(fault(Fault::InvalidReversePropertyMap).under(key));
                    }
                    let repeatable =
                        matches!(keyword, Keyword::Included | Keyword::Type | Keyword::Nest);
                    if shape.has(keyword) && !repeatable {
                        return Err(fault(Fault::CollidingKeywords).under(key));
                    }
                    if keyword == Keyword::Nest {
                        self.scan_nested(shape, active, key, value, in_reverse)
                            .map_err(|error| error.under(key))?;
                        continue;
                    }
                    if !nest.is_empty() && keyword == Keyword::Value {
                        return Err(fault(Fault::InvalidNestValue).under(key));
                    }
                    shape.keywords |= keyword.bit();
                }
                What::Term(term) if term.coercion == Coercion::Json => {
                    shape.properties += 1; // JSON's null is a value.
                }
                What::Term(_) | What::Dynamic(_) => {
                    shape.properties += usize::from(!value.is_null());
                }
            }
            self.entries.push(Entry {
                key,
                nest,
                value,
                active,
                what,
            });
        }
        Ok(())
    }

    fn scan_nested(
        &mut self,
        shape: &mut Shape,
        active: &'a Active,
        key: &'a str,
        value: &'a Value<'a>,
        in_reverse: bool,
    ) -> Result<()> {
        let active = match active.term(key).and_then(|term| term.context.as_ref()) {
            Some(scoped) => self.apply.scoped(active, scoped, Kind::Property)?,
            None => active,
        };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => core::slice::from_ref(one),
        };
        for item in items {
            let object = item
                .as_object()
                .ok_or_else(|| fault(Fault::InvalidNestValue))?;
            self.descend(|walk| walk.scan_into(shape, active, object, key, in_reverse))?;
        }
        Ok(())
    }

    /// What `key` stands for; `None` if nothing and the mode allows that.
    pub(super) fn what(&mut self, active: &'a Active, key: &'a str) -> Result<Option<What<'a>>> {
        if key.starts_with('@') {
            if let Some(keyword) = Keyword::of(key) {
                return self.usable(keyword, key);
            }
            if Keyword::is_reserved(key) {
                self.lose(Fault::ReservedTerm, key)?;
                return Ok(None);
            }
        }
        if let Some(term) = active.term(key) {
            return match &term.mapping {
                Mapping::Iri(_) if !term.rendered.is_empty() => Ok(Some(What::Term(term))),
                Mapping::Iri(iri) => self
                    .unusable(iri, key)
                    .map(|usable| usable.then_some(What::Term(term))),
                Mapping::Keyword(keyword) => self.usable(*keyword, key),
                Mapping::Null => self.lose(Fault::UndefinedTerm, key).map(|()| None),
            };
        }
        let expanded = active.expand_text(key, true, false);
        let iri = match &expanded {
            Expanded::Text(text) => *text,
            Expanded::Owned(text) => text.as_str(),
            _ => "",
        };
        let rendered = match iri::is_absolute(iri) {
            true => ["<", iri, ">"].concat(),
            false if self.unusable(iri, key)? => Default::default(),
            false => return Ok(None),
        };
        self.named += rendered.len();
        self.quads.has_room_for(self.named)?;
        self.dynamic.push(rendered.into());
        Ok(Some(What::Dynamic(self.dynamic.len() - 1)))
    }

    /// A keyword that may be a key of an object.
    fn usable(&self, keyword: Keyword, key: &str) -> Result<Option<What<'a>>> {
        use Keyword::{
            Context, Direction, Graph, Id, Included, Index, Language, List, Nest, Reverse, Set,
            Type, Value,
        };
        match keyword {
            Context | Direction | Graph | Id | Included | Index | Language | List | Nest
            | Reverse | Set | Type | Value => Ok(Some(What::Keyword(keyword))),
            _ => self.lose(Fault::ReservedTerm, key).map(|()| None),
        }
    }

    /// A property that no statement can have. Whether its values are looked at all the same.
    fn unusable(&self, iri: &str, key: &str) -> Result<bool> {
        if iri::is_blank(iri) {
            self.lose(Fault::BlankNodeProperty, key).map(|()| true)
        } else if iri::has_scheme(iri) {
            self.lose(Fault::InvalidIri, key).map(|()| true)
        } else {
            self.lose(Fault::UndefinedTerm, key)
                .map(|()| iri.contains(':'))
        }
    }
}

/// The entries of `object` that give its types.
fn type_entries<'a>(
    active: &'a Active,
    object: &'a Object<'a>,
) -> impl Iterator<Item = (&'a str, &'a Value<'a>)> {
    object.iter().filter(|(key, _)| {
        *key == "@type"
            || active
                .aliases
                .iter()
                .any(|(alias, keyword)| *keyword == Keyword::Type && **alias == **key)
    })
}

/// Whether an object continues the scope that ends with its parent: a value object, or nothing but a reference (step 7).
fn keeps_scope(active: &Active, object: &Object<'_>) -> bool {
    if object.len() == 1
        && object
            .keys()
            .all(|key| active.keyword(key) == Some(Keyword::Id))
    {
        return true;
    }
    let aliased = active
        .aliases
        .iter()
        .any(|(_, keyword)| *keyword == Keyword::Value);
    object
        .keys()
        .any(|key| key == "@value" || (aliased && active.keyword(key) == Some(Keyword::Value)))
}
