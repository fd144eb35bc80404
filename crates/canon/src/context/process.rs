//! Turning a local context into an active one.
//!
//! JSON-LD 1.1 API §4.1, step by step. Remote contexts come from [`Contexts`](super::Contexts) or not at all. Every copy of a
//! term is charged to a budget, because a small document can ask for very many.

use super::define::Definitions;
use super::keyword::Keyword;
use super::room::Room;
use super::term::{Active, Direction, UNPLACED};
use crate::error::{CanonError, Fault, Result};
use crate::iri;
use crate::json::{Object, Value};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

/// Processes contexts, keeping what it makes in one room.
#[derive(Clone, Copy)]
pub(crate) struct Processor<'w> {
    pub(super) room: Room<'w>,
}

/// What governs the processing of one local context.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'p> {
    /// Where relative context URLs are resolved.
    pub(crate) base: Option<&'p Arc<str>>,
    pub(crate) override_protected: bool,
    pub(crate) propagate: bool,
    /// False while a scoped context is only looked at for errors.
    pub(crate) validate_scoped: bool,
    /// The remote contexts that led here.
    pub(crate) remote: Option<&'p Remote<'p>>,
    /// Recursion left.
    pub(crate) depth: usize,
}

/// A remote context and the ones that included it.
pub(crate) struct Remote<'p> {
    url: &'p str,
    up: Option<&'p Remote<'p>>,
}

impl Scope<'_> {
    /// A context that stands in a document.
    pub(crate) fn embedded() -> Self {
        Self {
            base: None,
            override_protected: false,
            propagate: true,
            validate_scoped: true,
            remote: None,
            depth: MAX_RECURSION,
        }
    }

    fn includes(&self, url: &str) -> bool {
        let chain = core::iter::successors(self.remote, |remote| remote.up);
        chain.into_iter().any(|remote| remote.url == url)
    }
}

impl Processor<'_> {
    /// The active context that `local` makes of `active`. It is not kept anywhere yet.
    pub(crate) fn process(
        &self,
        active: &Active,
        local: &Value<'_>,
        scope: Scope<'_>,
    ) -> Result<Active> {
        let propagate = match local.get("@propagate") {
            None => scope.propagate,
            Some(value) => value
                .as_bool()
                .ok_or_else(|| fault(Fault::InvalidPropagateValue))?,
        };
        match local {
            Value::Array(items) => self.process_items(active, items, scope),
            one => self
                .process_items(
                    active,
                    core::slice::from_ref(one),
                    Scope { propagate, ..scope },
                )
                .map_err(|mut error| {
                    error.path = error.path.strip_prefix("/0").unwrap_or_default().into();
                    error
                }),
        }
    }

    /// The active context that one local context after the other makes of `active`.
    pub(crate) fn process_items(
        &self,
        active: &Active,
        items: &[Value<'_>],
        scope: Scope<'_>,
    ) -> Result<Active> {
        let depth = scope
            .depth
            .checked_sub(1)
            .ok_or_else(|| CanonError::new(Fault::ContextOverflow, ""))?;
        let scope = Scope { depth, ..scope };
        self.room.charge(active.terms.len() + 1)?;
        let mut result = active.clone();
        result.id = UNPLACED;
        if !scope.propagate && result.previous.is_none() {
            let previous = match active.id {
                UNPLACED => self.room.keep(active.clone())?.id,
                id => id,
            };
            result.previous = Some(previous);
        }
        for (at, item) in items.iter().enumerate() {
            let done = match item {
                Value::Null => self.clear(&mut result, scope),
                Value::String(url) => self.include(&mut result, url, scope),
                Value::Object(map) => self.enter(&mut result, map, scope),
                _ => Err(fault(Fault::InvalidLocalContext)),
            };
            done.map_err(|error| error.at(at))?;
        }
        Ok(result)
    }

    fn clear(&self, result: &mut Active, scope: Scope<'_>) -> Result<()> {
        if !scope.override_protected && result.is_protected() {
            return Err(fault(Fault::InvalidContextNullification));
        }
        let previous = result.previous;
        *result = Active {
            previous,
            ..self.room.initial().clone()
        };
        result.id = UNPLACED;
        Ok(())
    }

    fn include(&self, result: &mut Active, url: &str, scope: Scope<'_>) -> Result<()> {
        let url = self.resolve(scope, url);
        let visited = scope.includes(&url);
        if visited && !scope.validate_scoped {
            return Ok(());
        }
        if visited {
            return Err(CanonError::new(Fault::RecursiveContextInclusion, &url));
        }
        let document = self.room.document(&url)?;
        let remote = Remote {
            url: &url,
            up: scope.remote,
        };
        let scope = Scope {
            base: Some(&document.url),
            propagate: true,
            remote: Some(&remote),
            ..scope
        };
        *result = self.process(result, document.local()?, scope)?;
        Ok(())
    }

    fn enter(&self, result: &mut Active, map: &Object<'_>, scope: Scope<'_>) -> Result<()> {
        if let Some(version) = map.get("@version")
            && version.as_f64() != Some(1.1)
        {
            return Err(fault(Fault::InvalidVersionValue));
        }
        let map = &*self.import(map, scope)?;
        if let Some(base) = map.get("@base").filter(|_| scope.remote.is_none()) {
            result.base = match base {
                Value::Null => None,
                Value::String(text) if iri::has_scheme(text) => Some(Arc::from(text.as_ref())),
                Value::String(text) => match &result.base {
                    Some(base) => Some(Arc::from(iri::resolve(base, text))),
                    None => return Err(CanonError::new(Fault::InvalidBaseIri, text)),
                },
                _ => return Err(fault(Fault::InvalidBaseIri)),
            };
        }
        match map.get("@vocab") {
            None => {}
            Some(Value::Null) => result.vocab = None,
            Some(Value::String(text)) => result.vocab = Some(vocabulary(result, text)?),
            Some(_) => return Err(fault(Fault::InvalidVocabMapping)),
        }
        match map.get("@language") {
            None => {}
            Some(Value::Null) => result.language = None,
            Some(Value::String(tag)) => result.language = Some(Arc::from(tag.to_ascii_lowercase())),
            Some(_) => return Err(fault(Fault::InvalidDefaultLanguage)),
        }
        match map.get("@direction") {
            None => {}
            Some(Value::Null) => result.direction = None,
            Some(value) => {
                let direction =
                    Direction::of(value).ok_or_else(|| fault(Fault::InvalidBaseDirection))?;
                result.direction = Some(direction);
            }
        }
        if map
            .get("@propagate")
            .is_some_and(|value| value.as_bool().is_none())
        {
            return Err(fault(Fault::InvalidPropagateValue));
        }
        let protected = match map.get("@protected") {
            None => false,
            Some(value) => value
                .as_bool()
                .ok_or_else(|| fault(Fault::InvalidProtectedValue))?,
        };
        self.room.charge(map.len())?;
        let mut definitions = Definitions::new(*self, result, map, protected, scope);
        for key in map.keys() {
            if !is_context_keyword(key) {
                definitions.define(key, scope.depth)?;
            }
        }
        Ok(())
    }

    /// The URL of a context that another one names.
    fn resolve(&self, scope: Scope<'_>, url: &str) -> String {
        match scope.base.or(self.room.initial().base.as_ref()) {
            Some(base) => iri::resolve(base, url),
            None => url.into(),
        }
    }

    /// Merges `map` over the context that it imports.
    fn import<'m, 'v>(&self, map: &'m Object<'v>, scope: Scope<'_>) -> Result<Cow<'m, Object<'v>>> {
        let Some(import) = map.get("@import") else {
            return Ok(Cow::Borrowed(map));
        };
        let url = import
            .as_str()
            .ok_or_else(|| fault(Fault::InvalidImportValue))?;
        let url = self.resolve(scope, url);
        let document = self.room.document(&url)?;
        let imported = document.local()?.as_object();
        let imported =
            imported.ok_or_else(|| CanonError::new(Fault::InvalidRemoteContext, &url))?;
        if imported.contains_key("@import") {
            return Err(CanonError::new(Fault::InvalidContextEntry, &url));
        }
        self.room.charge(imported.len())?;
        let kept = imported
            .clone()
            .into_iter()
            .filter(|(key, _)| !map.contains_key(key));
        let own = map.clone().into_iter();
        let merged = kept.chain(own).filter(|(key, _)| key != "@import");
        Ok(Cow::Owned(Object::from_distinct(merged.collect())))
    }
}

/// The IRI of `@vocab`.
fn vocabulary(active: &Active, text: &str) -> Result<Arc<str>> {
    let invalid = || CanonError::new(Fault::InvalidVocabMapping, text);
    let expanded = active.expand(text, true, true);
    let iri = expanded.as_iri().ok_or_else(invalid)?;
    // A relative vocabulary is allowed where there is a base, even an empty one to prepend to.
    match iri::has_scheme(iri) || iri::is_blank(iri) || text.is_empty() {
        true => Ok(Arc::from(iri)),
        false => Err(invalid()),
    }
}

fn is_context_keyword(key: &str) -> bool {
    use Keyword::{Base, Direction, Import, Language, Propagate, Protected, Version, Vocab};
    matches!(
        Keyword::of(key),
        Some(Base | Direction | Import | Language | Propagate | Protected | Version | Vocab)
    )
}

fn fault(fault: Fault) -> Box<CanonError> {
    CanonError::new(fault, "")
}

/// How far contexts and term definitions may lead into one another, all counted together.
const MAX_RECURSION: usize = 64;
