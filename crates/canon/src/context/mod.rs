//! JSON-LD contexts: a registry of pinned bytes, compiled as they are used.
//!
//! A context is named by its URL and is whatever bytes this registry holds for it. Nothing is fetched, so a context
//! cannot change, vanish, or lead anywhere (threats 1, 3, 5, 6).
//!
//! Start at [`Contexts`]; [`process`] has the algorithm, [`room`] what is remembered.

mod bundled;
mod define;
mod keyword;
mod process;
mod room;
mod term;

use crate::error::{CanonError, Fault};
use crate::json::{JsonError, Value};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use hashbrown::HashMap;
use room::Kept;

pub use bundled::{BUNDLED, Bundled};
pub(crate) use keyword::Keyword;
pub(crate) use room::{Applier, Kind, OwnRoom};
pub(crate) use term::{
    Active, Coercion, Direction, Expanded, GRAPH, ID, INDEX, LANGUAGE, LIST, Mapping, TYPE, Term,
    datatype_suffix,
};

/// The JSON-LD contexts that documents may name, compiled once and shared by all threads.
///
/// Build it once and keep it: what one document taught it, the next one uses.
pub struct Contexts {
    documents: HashMap<Box<str>, Document>,
    initial: Active,
    plain: Term,
    kept: Kept,
}

/// A registered context document.
struct Document {
    /// Names it among all contexts that were read.
    id: u32,
    url: Arc<str>,
    /// The value of its `@context`; only conformance tests register documents without one.
    local: Option<Value<'static>>,
}

impl Document {
    fn local(&self) -> crate::error::Result<&Value<'static>> {
        let missing = || CanonError::new(Fault::InvalidRemoteContext, &self.url);
        self.local.as_ref().ok_or_else(missing)
    }
}

impl Contexts {
    /// A registry that knows no context.
    pub fn empty() -> Self {
        Self::with_base(None)
    }

    /// The contexts that come with this crate; [`BUNDLED`] lists them with their hashes.
    pub fn bundled() -> Self {
        BUNDLED.iter().fold(Self::empty(), |contexts, bundled| {
            match contexts.with(bundled.url, bundled.bytes) {
                Ok(contexts) => contexts,
                // Excluded by the test `every_bundled_context_is_readable`.
                Err(rejected) => rejected.contexts,
            }
        })
    }

    /// Adds the context document `bytes` under `url`. An operator may add contexts, not replace one.
    pub fn with(mut self, url: &str, bytes: &[u8]) -> Result<Self, Box<Rejected>> {
        let document = match Value::parse(bytes) {
            Ok(document) => document,
            Err(error) => return Err(self.reject(url, ContextFault::Json(error))),
        };
        let Some(local) = document.get("@context") else {
            return Err(self.reject(url, ContextFault::NoContext));
        };
        if let Some(known) = self.documents.get(url) {
            if known.local.as_ref() == Some(local) {
                return Ok(self);
            }
            return Err(self.reject(url, ContextFault::Replaced));
        }
        self.insert(url, Some(local.clone().into_owned()));
        Ok(self)
    }

    /// Registers a document, without a `@context` if need be.
    pub(crate) fn insert(&mut self, url: &str, local: Option<Value<'static>>) {
        let id = self
            .kept
            .scopes
            .fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        let document = Document {
            id,
            url: Arc::from(url),
            local,
        };
        self.documents.insert(Box::from(url), document);
    }

    /// Compiles the context that `url` names, and says what is wrong with it if it is no JSON-LD 1.1 context: what documents
    /// would find out one by one.
    pub fn compile(&self, url: &str) -> Result<(), CanonError> {
        let named = Value::String(url.into());
        self.prepare(&Value::Object([("@context", named)].into_iter().collect()))
    }

    /// Makes what the contexts that `document` takes make of one another, and keeps it for the documents to come. Places are few, and
    /// each is given once: whoever prepares what is usual keeps it from those who send what is not. What the document says does not matter.
    pub fn prepare(&self, document: &Value<'_>) -> Result<(), CanonError> {
        crate::canonicalize::compiles(document, self)
    }

    /// Whether a document may name `url` as its context.
    pub fn contains(&self, url: &str) -> bool {
        self.documents.contains_key(url)
    }

    /// The URLs of all contexts, in no particular order.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(Box::as_ref)
    }

    /// A registry without contexts, for documents that have a base IRI of their own.
    pub(crate) fn with_base(base: Option<&str>) -> Self {
        let mut initial = Active::new(base.map(Arc::from));
        initial.id = 0;
        Self {
            documents: HashMap::new(),
            initial,
            plain: Term::plain(),
            kept: Kept::default(),
        }
    }

    /// The context that every document begins with.
    pub(crate) fn initial(&self) -> &Active {
        &self.initial
    }

    /// The term that adds nothing.
    pub(crate) fn plain(&self) -> &Term {
        &self.plain
    }

    /// What was added to the bundled contexts: URL and document.
    pub fn added(&self) -> impl Iterator<Item = (&str, String)> {
        let is_bundled = |url: &str| BUNDLED.iter().any(|bundled| bundled.url == url);
        let added = self
            .documents
            .iter()
            .filter(move |(url, _)| !is_bundled(url));
        added.filter_map(|(url, document)| {
            let local = document.local.as_ref()?;
            Some((&**url, alloc::format!("{{\"@context\":{local}}}")))
        })
    }

    fn document(&self, url: &str) -> Option<&Document> {
        self.documents.get(url)
    }

    fn reject(self, url: &str, fault: ContextFault) -> Box<Rejected> {
        Box::new(Rejected {
            contexts: self,
            url: url.into(),
            fault,
        })
    }
}

impl core::fmt::Debug for Contexts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.urls()).finish()
    }
}

/// A context document that was not added. The registry as it was before comes back with it.
#[derive(Debug, thiserror::Error)]
#[error("context {url}: {fault}")]
pub struct Rejected {
    /// The registry, without the document.
    pub contexts: Contexts,
    /// The URL it was to be known by.
    pub url: String,
    /// What is wrong with it.
    pub fault: ContextFault,
}

/// Why a context document was not added.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ContextFault {
    /// Its bytes are not JSON.
    #[error("not readable: {0}")]
    Json(JsonError),
    /// It has no `@context`.
    #[error("no @context in it")]
    NoContext,
    /// The registry knows other bytes under this URL.
    #[error("the registry has another context under this URL")]
    Replaced,
}
