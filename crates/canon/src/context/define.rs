//! Making term definitions from a context.
//!
//! JSON-LD 1.1 API §4.2, step by step.

use super::keyword::Keyword;
use super::process::{Processor, Scope};
use super::term::{
    Active, Coercion, Direction, Expanded, GRAPH, ID, INDEX, LANGUAGE, LIST, Mapping, SET, Scoped,
    Setting, TYPE, Term, datatype_suffix, split,
};
use crate::error::{CanonError, Fault, Result};
use crate::iri;
use crate::json::{Object, Value};
use alloc::string::String;
use alloc::sync::Arc;
use hashbrown::HashMap;

/// The definitions of one context map, while they are being made.
pub(super) struct Definitions<'d> {
    processor: Processor<'d>,
    active: &'d mut Active,
    /// The entries of the map; looked up so often that a search through a long one would cost its square.
    entries: HashMap<&'d str, &'d Value<'d>>,
    /// Whether a term is defined (true) or being defined (false).
    defined: HashMap<&'d str, bool>,
    protected: bool,
    scope: Scope<'d>,
}

impl<'d> Definitions<'d> {
    pub(super) fn new(
        processor: Processor<'d>,
        active: &'d mut Active,
        map: &'d Object<'d>,
        protected: bool,
        scope: Scope<'d>,
    ) -> Self {
        Self {
            processor,
            active,
            entries: map.iter().collect(),
            defined: HashMap::new(),
            protected,
            scope,
        }
    }

    /// Defines `name`, and what it depends on. `depth` bounds chains of terms defined by terms and of scopes inside them.
    pub(super) fn define(&mut self, name: &'d str, depth: usize) -> Result<()> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| CanonError::new(Fault::ContextOverflow, name))?;
        match self.defined.get(name) {
            Some(true) => return Ok(()),
            Some(false) => return Err(CanonError::new(Fault::CyclicIriMapping, name)),
            None => {}
        }
        let Some(value) = self.entries.get(name).copied() else {
            return Ok(());
        };
        if name.is_empty() {
            return Err(CanonError::new(Fault::InvalidTermDefinition, name));
        }
        self.defined.insert(name, false);
        self.check_keyword(name, value)?;
        if Keyword::is_reserved(name) {
            return Ok(());
        }
        let previous = self.active.terms.remove(name);
        let Some(mut term) = self.read(name, value, depth)? else {
            return Ok(());
        };
        self.processor.room.charge(term.bytes() / BYTES_OF_A_TERM)?;
        if let Some(previous) =
            previous.filter(|previous| previous.protected && !self.scope.override_protected)
        {
            if !term.says_as(&previous) {
                return Err(CanonError::new(Fault::ProtectedTermRedefinition, name));
            }
            term.protected = true;
        }
        self.active
            .terms
            .insert(Arc::clone(&term.name), Arc::new(term));
        self.defined.insert(name, true);
        Ok(())
    }

    /// Steps 4 and 5: `@type` may be made a set or protected; no other keyword may be touched.
    fn check_keyword(&self, name: &str, value: &Value<'_>) -> Result<()> {
        let Some(keyword) = Keyword::of(name) else {
            return Ok(());
        };
        let fits = |object: &Object<'_>| {
            let mut members = object.iter();
            !object.is_empty()
                && members.all(|(key, value)| {
                    key == "@protected" || (key == "@container" && value.as_str() == Some("@set"))
                })
        };
        match keyword == Keyword::Type && value.as_object().is_some_and(fits) {
            true => Ok(()),
            false => Err(CanonError::new(Fault::KeywordRedefinition, name)),
        }
    }

    /// Steps 7 to 26. `None` where the definition is to be ignored.
    fn read(&mut self, name: &'d str, value: &'d Value<'d>, depth: usize) -> Result<Option<Term>> {
        let fail = |fault: Fault| CanonError::new(fault, name);
        let (map, id) = match value {
            Value::Null | Value::String(_) => (&NOTHING, Some(value)),
            Value::Object(map) => (map, map.get("@id")),
            _ => return Err(fail(Fault::InvalidTermDefinition)),
        };
        let simple = value.as_str().is_some();
        let mut term = Term {
            name: Arc::from(name),
            protected: self.protected,
            ..Term::plain()
        };
        if let Some(protected) = map.get("@protected") {
            term.protected = protected
                .as_bool()
                .ok_or_else(|| fail(Fault::InvalidProtectedValue))?;
        }
        if let Some(value) = map.get("@type") {
            let text = value
                .as_str()
                .ok_or_else(|| fail(Fault::InvalidTypeMapping))?;
            term.coercion = self
                .coercion(text, depth)
                .map_err(|error| rename(error, name))?;
        }
        if let Some(reverse) = map.get("@reverse") {
            return self.read_reverse(term, map, reverse, depth);
        }
        match id {
            Some(id) if id.as_str() != Some(name) => {
                if !self.map_id(&mut term, name, id, simple, depth)? {
                    return Ok(None);
                }
            }
            _ => self.map_name(&mut term, name, depth)?,
        }
        self.read_rest(&mut term, map, depth)?;
        Ok(Some(term))
    }

    /// Step 12.
    fn coercion(&mut self, text: &'d str, depth: usize) -> Result<Coercion> {
        let fail = || CanonError::new(Fault::InvalidTypeMapping, text);
        Ok(match self.expand(text, depth)? {
            Name::Keyword(Keyword::Id) => Coercion::Id,
            Name::Keyword(Keyword::Vocab) => Coercion::Vocab,
            Name::Keyword(Keyword::Json) => Coercion::Json,
            Name::Keyword(Keyword::None) => Coercion::None,
            Name::Iri(iri) if iri::has_scheme(&iri) => {
                let suffix = datatype_suffix(&iri);
                Coercion::Datatype(Arc::from(iri), suffix)
            }
            _ => return Err(fail()),
        })
    }

    /// Step 13.
    fn read_reverse(
        &mut self,
        mut term: Term,
        map: &'d Object<'d>,
        reverse: &'d Value<'d>,
        depth: usize,
    ) -> Result<Option<Term>> {
        let name = term.name.clone();
        let fail = |fault: Fault| CanonError::new(fault, &name);
        if map.contains_key("@id") || map.contains_key("@nest") {
            return Err(fail(Fault::InvalidReverseProperty));
        }
        let text = reverse
            .as_str()
            .ok_or_else(|| fail(Fault::InvalidIriMapping))?;
        if Keyword::is_reserved(text) {
            return Ok(None);
        }
        match self.expand(text, depth)? {
            Name::Iri(iri) if iri::has_scheme(&iri) || iri::is_blank(&iri) => {
                term.map_to(Mapping::Iri(Arc::from(iri)))
            }
            _ => return Err(fail(Fault::InvalidIriMapping)),
        }
        term.containers = match map.get("@container").map(Value::as_str) {
            None => 0,
            Some(Some("@set")) => SET,
            Some(Some("@index")) => INDEX,
            Some(None) if map.get("@container").is_some_and(Value::is_null) => 0,
            Some(_) => return Err(fail(Fault::InvalidReverseProperty)),
        };
        term.reverse = true;
        self.read_index(&mut term, map, depth)?;
        self.read_scope(&mut term, map, depth)?;
        self.check_entries(&term, map)?;
        Ok(Some(term))
    }

    /// Step 14. False where the definition is to be ignored.
    fn map_id(
        &mut self,
        term: &mut Term,
        name: &'d str,
        id: &'d Value<'d>,
        simple: bool,
        depth: usize,
    ) -> Result<bool> {
        let fail = |fault: Fault| CanonError::new(fault, name);
        if id.is_null() {
            return Ok(true);
        }
        let text = id.as_str().ok_or_else(|| fail(Fault::InvalidIriMapping))?;
        if Keyword::is_reserved(text) {
            return Ok(false);
        }
        let mapping = match self.expand(text, depth)? {
            Name::Keyword(Keyword::Context) => return Err(fail(Fault::InvalidKeywordAlias)),
            Name::Keyword(keyword) => Mapping::Keyword(keyword),
            Name::Iri(iri) if iri::has_scheme(&iri) || iri::is_blank(&iri) => {
                Mapping::Iri(Arc::from(iri))
            }
            _ => return Err(fail(Fault::InvalidIriMapping)),
        };
        let inner_colon = name.len() > 2 && name.as_bytes()[1..name.len() - 1].contains(&b':');
        if inner_colon || name.contains('/') {
            self.defined.insert(name, true);
            let same = match (self.expand(name, depth)?, &mapping) {
                (Name::Iri(iri), Mapping::Iri(mapped)) => iri == **mapped,
                (Name::Keyword(one), Mapping::Keyword(other)) => one == *other,
                _ => false,
            };
            if !same {
                return Err(fail(Fault::InvalidIriMapping));
            }
        }
        if simple
            && !name.contains([':', '/'])
            && let Mapping::Iri(iri) = &mapping
        {
            term.prefix = iri.ends_with([':', '/', '?', '#', '[', ']', '@']) || iri::is_blank(iri);
        }
        term.map_to(mapping);
        Ok(true)
    }

    /// Steps 15 to 18.
    fn map_name(&mut self, term: &mut Term, name: &'d str, depth: usize) -> Result<()> {
        let fail = |fault: Fault| CanonError::new(fault, name);
        if let Some((prefix, suffix)) = split(name) {
            if self.entries.contains_key(prefix) {
                self.define(prefix, depth)?;
            }
            let mapping = match self.active.term(prefix).map(|term| &term.mapping) {
                Some(Mapping::Iri(iri)) => Arc::from([iri, suffix].concat()),
                _ => Arc::from(name),
            };
            term.map_to(Mapping::Iri(mapping));
        } else if name.contains('/') {
            match self.active.expand_text(name, true, false).as_iri() {
                Some(iri) if iri::has_scheme(iri) => term.map_to(Mapping::Iri(Arc::from(iri))),
                _ => return Err(fail(Fault::InvalidIriMapping)),
            }
        } else if name == "@type" {
            term.map_to(Mapping::Keyword(Keyword::Type));
        } else if let Some(vocab) = &self.active.vocab {
            let iri = Arc::from([vocab, name].concat());
            term.map_to(Mapping::Iri(iri));
        } else {
            return Err(fail(Fault::InvalidIriMapping));
        }
        Ok(())
    }

    /// Steps 19 to 26.
    fn read_rest(&mut self, term: &mut Term, map: &'d Object<'d>, depth: usize) -> Result<()> {
        let name = term.name.clone();
        let fail = |fault: Fault| CanonError::new(fault, &name);
        if let Some(container) = map.get("@container") {
            term.containers =
                containers(container).ok_or_else(|| fail(Fault::InvalidContainerMapping))?;
            if term.contains(TYPE) {
                match term.coercion {
                    Coercion::Unset => term.coercion = Coercion::Id,
                    Coercion::Id | Coercion::Vocab => {}
                    _ => return Err(fail(Fault::InvalidTypeMapping)),
                }
            }
        }
        self.read_index(term, map, depth)?;
        self.read_scope(term, map, depth)?;
        if !map.contains_key("@type") {
            match map.get("@language") {
                None => {}
                Some(Value::Null) => term.language = Setting::Null,
                Some(Value::String(tag)) => {
                    term.language = Setting::Value(Arc::from(tag.to_ascii_lowercase()))
                }
                Some(_) => return Err(fail(Fault::InvalidLanguageMapping)),
            }
            match map.get("@direction") {
                None => {}
                Some(Value::Null) => term.direction = Setting::Null,
                Some(value) => {
                    let direction =
                        Direction::of(value).ok_or_else(|| fail(Fault::InvalidBaseDirection))?;
                    term.direction = Setting::Value(direction);
                }
            }
        }
        if let Some(nest) = map.get("@nest") {
            let nest = nest
                .as_str()
                .filter(|nest| matches!(Keyword::of(nest), None | Some(Keyword::Nest)));
            term.nest = Some(Arc::from(
                nest.ok_or_else(|| fail(Fault::InvalidNestValue))?,
            ));
        }
        if let Some(prefix) = map.get("@prefix") {
            if name.contains([':', '/']) {
                return Err(fail(Fault::InvalidTermDefinition));
            }
            term.prefix = prefix
                .as_bool()
                .ok_or_else(|| fail(Fault::InvalidPrefixValue))?;
            if term.prefix && matches!(term.mapping, Mapping::Keyword(_)) {
                return Err(fail(Fault::InvalidTermDefinition));
            }
        }
        self.check_entries(term, map)
    }

    /// Step 20.
    fn read_index(&mut self, term: &mut Term, map: &'d Object<'d>, depth: usize) -> Result<()> {
        let Some(index) = map.get("@index") else {
            return Ok(());
        };
        let name = term.name.clone();
        let fail = || CanonError::new(Fault::InvalidTermDefinition, &name);
        let text = index
            .as_str()
            .filter(|_| term.contains(INDEX))
            .ok_or_else(fail)?;
        match self.expand(text, depth)? {
            Name::Iri(iri) if iri::has_scheme(&iri) => {}
            _ => return Err(fail()),
        }
        term.index = Some(Arc::from(text));
        Ok(())
    }

    /// Step 21: the scoped context is processed once, for its errors only.
    fn read_scope(&mut self, term: &mut Term, map: &'d Object<'d>, depth: usize) -> Result<()> {
        let Some(local) = map.get("@context") else {
            return Ok(());
        };
        let scope = Scope {
            override_protected: true,
            propagate: true,
            validate_scoped: false,
            depth,
            ..self.scope
        };
        self.processor
            .process(self.active, local, scope)
            .map_err(|mut error| {
                // Running out of budget, or of contexts, is not the scoped context's fault.
                if !matches!(error.fault, Fault::ContextOverflow | Fault::UnknownContext) {
                    error.fault = Fault::InvalidScopedContext;
                }
                error
            })?;
        let id = self.processor.room.scope_id();
        term.context = Some(Arc::new(Scoped {
            id,
            local: local.clone().into_owned(),
            base: self.scope.base.cloned(),
        }));
        Ok(())
    }

    /// Step 26.
    fn check_entries(&self, term: &Term, map: &Object<'_>) -> Result<()> {
        let known = |key: &str| {
            matches!(
                key,
                "@id"
                    | "@reverse"
                    | "@container"
                    | "@context"
                    | "@direction"
                    | "@index"
                    | "@language"
                    | "@nest"
                    | "@prefix"
                    | "@protected"
                    | "@type"
            )
        };
        match map.keys().all(known) {
            true => Ok(()),
            false => Err(CanonError::new(Fault::InvalidTermDefinition, &term.name)),
        }
    }

    /// Expands a name inside a context, defining first what it depends on (§5.2 steps 1 to 9 with a local context).
    fn expand(&mut self, value: &'d str, depth: usize) -> Result<Name> {
        if let Some(keyword) = Keyword::of(value) {
            return Ok(Name::Keyword(keyword));
        }
        if Keyword::is_reserved(value) {
            return Ok(Name::Null);
        }
        if self.entries.contains_key(value) && self.defined.get(value) != Some(&true) {
            self.define(value, depth)?;
        }
        match self.active.term(value).map(|term| &term.mapping) {
            Some(Mapping::Keyword(keyword)) => return Ok(Name::Keyword(*keyword)),
            Some(Mapping::Iri(iri)) => return Ok(Name::Iri(String::from(&**iri))),
            Some(Mapping::Null) => return Ok(Name::Null),
            None => {}
        }
        if let Some((prefix, suffix)) = split(value)
            && prefix != "_"
            && !suffix.starts_with("//")
            && self.entries.contains_key(prefix)
            && self.defined.get(prefix) != Some(&true)
        {
            self.define(prefix, depth)?;
        }
        Ok(match self.active.expand_text(value, true, false) {
            Expanded::Text(text) => Name::Iri(text.into()),
            Expanded::Owned(text) => Name::Iri(text),
            _ => Name::Null,
        })
    }
}

/// The definition of a term that is only given its IRI.
static NOTHING: Object<'static> = Object::new();

/// What a name inside a context stands for.
enum Name {
    Null,
    Keyword(Keyword),
    Iri(String),
}

/// Step 19.1.
fn containers(value: &Value<'_>) -> Option<u8> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => core::slice::from_ref(one),
    };
    let mut bits = 0;
    for item in items {
        let bit = match Keyword::of(item.as_str()?)? {
            Keyword::List => LIST,
            Keyword::Set => SET,
            Keyword::Index => INDEX,
            Keyword::Id => ID,
            Keyword::Type => TYPE,
            Keyword::Graph => GRAPH,
            Keyword::Language => LANGUAGE,
            _ => return None,
        };
        bits |= bit;
    }
    let without_set = bits & !SET;
    let single = without_set.count_ones() <= 1 && (without_set != LIST || bits == LIST);
    let graph =
        without_set & GRAPH != 0 && (without_set == GRAPH | ID || without_set == GRAPH | INDEX);
    (!items.is_empty() && (single || graph)).then_some(bits)
}

/// Bytes of IRIs that cost as much as one definition.
const BYTES_OF_A_TERM: usize = 1024;

fn rename(mut error: alloc::boxed::Box<CanonError>, name: &str) -> alloc::boxed::Box<CanonError> {
    if error.fault == Fault::InvalidTypeMapping {
        error.name = name.into();
    }
    error
}
