//! Where active contexts are kept, and what applying one context to another gave before.
//!
//! Contexts that come from the registry alone are kept in the registry, for every document to come: looked up without
//! a lock, filled at most once, up to a fixed number. Contexts that a document wrote itself live as long as its
//! canonicalization, in a room of their own, within a budget.
//!
//! **Invariant:** what is kept is a pure function of pinned bytes, and each document pays once for what it takes of it, as much as making it
//! costs; so neither order nor number of documents seen changes a result.

use super::process::{Processor, Scope};
use super::term::{Active, Scoped};
use super::{Contexts, Document};
use crate::error::{CanonError, Fault, Result};
use crate::json::Value;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};
use core::sync::atomic::{AtomicU32, Ordering};
use once_cell::race::OnceBox;

/// A place to keep contexts: the registry's, or one document's.
#[derive(Clone, Copy)]
pub(crate) struct Room<'w> {
    contexts: &'w Contexts,
    /// The document's room, which pays in either case.
    own: &'w OwnRoom,
    /// Whether to keep in the registry.
    shared: bool,
}

impl<'w> Room<'w> {
    /// Keeps `active` and gives it its id.
    pub(super) fn keep(self, mut active: Active) -> Result<&'w Active> {
        if !self.shared {
            return self.own.keep(active);
        }
        let kept = &self.contexts.kept;
        let at = kept.used.fetch_add(1, Ordering::Relaxed);
        let full = || CanonError::new(Fault::ContextOverflow, "");
        let slot = kept.actives.get(at as usize).ok_or_else(full)?;
        active.seal(at);
        Ok(slot.get_or_init(|| Box::new(active)))
    }

    /// Pays for work on `terms` terms.
    pub(super) fn charge(self, terms: usize) -> Result<()> {
        let own = self.own;
        let left = own.budget.get().checked_sub(terms);
        own.budget
            .set(left.ok_or_else(|| CanonError::new(Fault::ContextOverflow, ""))?);
        Ok(())
    }

    /// The context that every document begins with.
    pub(super) fn initial(self) -> &'w Active {
        &self.contexts.initial
    }

    /// The registered context document at `url`.
    pub(super) fn document(self, url: &str) -> Result<&'w Document> {
        self.contexts
            .document(url)
            .ok_or_else(|| CanonError::new(Fault::UnknownContext, url))
    }

    /// A new name for a scoped context.
    pub(super) fn scope_id(self) -> u32 {
        if self.shared {
            return self.contexts.kept.scopes.fetch_add(1, Ordering::Relaxed);
        }
        self.own.scopes.set(self.own.scopes.get() + 1);
        OWN | self.own.scopes.get()
    }
}

/// What the registry keeps.
pub(super) struct Kept {
    actives: Box<[OnceBox<Active>]>,
    used: AtomicU32,
    memo: Box<[OnceBox<(Key, u32)>]>,
    pub(super) scopes: AtomicU32,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            actives: (0..SHARED_CONTEXTS).map(|_| OnceBox::new()).collect(),
            used: AtomicU32::new(1), // 0 is the initial context.
            memo: (0..MEMO_SLOTS).map(|_| OnceBox::new()).collect(),
            scopes: AtomicU32::new(0),
        }
    }
}

impl Kept {
    fn recall(&self, key: Key) -> Option<u32> {
        for slot in self.probe(key) {
            match slot.get() {
                Some((known, active)) if *known == key => return Some(*active),
                Some(_) => {}
                None => return None,
            }
        }
        None
    }

    fn remember(&self, key: Key, active: u32) {
        let mut entry = Box::new((key, active));
        for slot in self.probe(key) {
            match slot.set(entry) {
                Ok(()) => return,
                Err(back) => entry = back,
            }
        }
    }

    fn probe(&self, key: Key) -> impl Iterator<Item = &OnceBox<(Key, u32)>> {
        let mixed = (u64::from(key.0) << 32 | u64::from(key.1))
            .wrapping_add(key.2 as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let start = (mixed >> 40) as usize;
        (0..MEMO_PROBES).map(move |step| &self.memo[(start + step) % MEMO_SLOTS])
    }

    fn has_room(&self) -> bool {
        (self.used.load(Ordering::Relaxed) as usize) + 64 < SHARED_CONTEXTS
    }
}

/// What one document keeps.
pub(crate) struct OwnRoom {
    actives: OnceCell<Vec<OnceCell<Box<Active>>>>,
    used: Cell<u32>,
    memo: RefCell<BTreeMap<Key, u32>>,
    scopes: Cell<u32>,
    /// How many contexts of the registry it may still leave there.
    leaves: Cell<u32>,
    budget: Cell<usize>,
    /// Which contexts of the registry it paid for.
    paid: [Cell<u64>; SHARED_CONTEXTS / 64],
}

impl OwnRoom {
    /// An empty room with a budget of term definitions.
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            actives: OnceCell::new(),
            used: Cell::new(0),
            memo: RefCell::new(BTreeMap::new()),
            scopes: Cell::new(0),
            leaves: Cell::new(MOST_LEFT),
            budget: Cell::new(budget),
            paid: [const { Cell::new(0) }; SHARED_CONTEXTS / 64],
        }
    }

    /// Notes that the document pays for a context of the registry, and says whether it did before.
    fn note_paid(&self, id: u32) -> bool {
        let (word, bit) = (&self.paid[id as usize / 64], 1 << (id % 64));
        word.replace(word.get() | bit) & bit != 0
    }

    fn keep(&self, mut active: Active) -> Result<&Active> {
        let slots = self
            .actives
            .get_or_init(|| (0..OWN_CONTEXTS).map(|_| OnceCell::new()).collect());
        let at = self.used.get();
        let slot = slots
            .get(at as usize)
            .ok_or_else(|| CanonError::new(Fault::ContextOverflow, ""))?;
        self.used.set(at + 1);
        active.seal(OWN | at);
        Ok(slot.get_or_init(|| Box::new(active)))
    }
}

/// Applies contexts to contexts, remembering what came of it.
#[derive(Clone, Copy)]
pub(crate) struct Applier<'w> {
    contexts: &'w Contexts,
    own: &'w OwnRoom,
}

/// How a scoped context is applied.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Kind {
    /// By `@context` in the document.
    Embedded,
    /// To the value of a property.
    Property,
    /// To an object of a type, and not to the objects in it.
    Type,
    /// To the values of a type map.
    TypeMap,
}

impl<'w> Applier<'w> {
    pub(crate) fn new(contexts: &'w Contexts, own: &'w OwnRoom) -> Self {
        Self { contexts, own }
    }

    /// The context kept under `id`.
    pub(crate) fn get(self, id: u32) -> &'w Active {
        let kept = match id {
            0 => None,
            _ if is_own(id) => {
                let slots = self.own.actives.get();
                slots
                    .and_then(|slots| slots.get((id & !OWN) as usize)?.get())
                    .map(Box::as_ref)
            }
            _ => self
                .contexts
                .kept
                .actives
                .get(id as usize)
                .and_then(OnceBox::get),
        };
        kept.unwrap_or(&self.contexts.initial)
    }

    /// Applies the context of a term.
    pub(crate) fn scoped(
        self,
        active: &'w Active,
        scoped: &Scoped,
        kind: Kind,
    ) -> Result<&'w Active> {
        let scope = Scope {
            base: scoped.base.as_ref(),
            override_protected: kind == Kind::Property,
            propagate: kind != Kind::Type,
            ..Scope::embedded()
        };
        self.remembered(active, scoped.id, kind, &scoped.local, scope)
    }

    /// Applies a context that stands in the document.
    pub(crate) fn embedded(self, active: &'w Active, local: &Value<'_>) -> Result<&'w Active> {
        match local {
            Value::Array(items) => {
                let mut active = active;
                for (at, item) in items.iter().enumerate() {
                    active = match item {
                        Value::String(_) => self.embedded(active, item),
                        _ => self.in_own_room(active, core::slice::from_ref(item)),
                    }
                    .map_err(|error| error.at(at))?;
                }
                Ok(active)
            }
            Value::String(url) => {
                let unknown = || CanonError::new(Fault::UnknownContext, url);
                let document = match self.contexts.initial.base {
                    Some(ref base) => self.contexts.document(&crate::iri::resolve(base, url)),
                    None => self.contexts.document(url),
                };
                let document = document.ok_or_else(unknown)?;
                let local = Value::String(alloc::borrow::Cow::Borrowed(&*document.url));
                self.remembered(
                    active,
                    document.id,
                    Kind::Embedded,
                    &local,
                    Scope::embedded(),
                )
            }
            other => {
                let room = self.room(false);
                room.keep(Processor { room }.process(active, other, Scope::embedded())?)
            }
        }
    }

    /// What the registry has, paid for as if it had been made for this document.
    fn paid(self, known: u32) -> Result<&'w Active> {
        let active = self.get(known);
        if !self.own.note_paid(known) {
            self.room(true).charge(active.cost)?;
        }
        Ok(active)
    }

    fn room(self, shared: bool) -> Room<'w> {
        Room {
            contexts: self.contexts,
            own: self.own,
            shared,
        }
    }

    fn in_own_room(self, active: &'w Active, items: &[Value<'_>]) -> Result<&'w Active> {
        let room = self.room(false);
        let made = Processor { room }.process_items(active, items, Scope::embedded());
        room.keep(made.map_err(|mut error| {
            error.path = error.path.strip_prefix("/0").unwrap_or_default().into();
            error
        })?)
    }

    fn remembered(
        self,
        active: &'w Active,
        id: u32,
        kind: Kind,
        local: &Value<'_>,
        scope: Scope<'_>,
    ) -> Result<&'w Active> {
        let key = (active.id, id, kind);
        let kept = &self.contexts.kept;
        let shareable = !is_own(active.id) && !is_own(id);
        if shareable && let Some(known) = kept.recall(key) {
            return self.paid(known);
        }
        if let Some(known) = self.own.memo.borrow().get(&key) {
            return Ok(self.get(*known));
        }
        let left = self.own.leaves.get();
        let shared = shareable && left > 0 && kept.has_room();
        let room = self.room(shared);
        let before = self.own.budget.get();
        let mut made = Processor { room }.process(active, local, scope)?;
        made.cost = before - self.own.budget.get();
        let made = room.keep(made)?;
        if shared {
            self.own.leaves.set(left - 1);
            self.own.note_paid(made.id);
            kept.remember(key, made.id);
        } else {
            self.own.memo.borrow_mut().insert(key, made.id);
        }
        Ok(made)
    }
}

/// An active context, what is applied to it, and how.
type Key = (u32, u32, Kind);

pub(super) fn is_own(id: u32) -> bool {
    id & OWN != 0
}

/// Contexts that one document leaves in the registry for those after it: more than any needs, and no document takes all places.
const MOST_LEFT: u32 = 64;
/// Marks what belongs to one document.
const OWN: u32 = 1 << 31;
/// How many contexts the registry keeps: some 150 for each combination of contexts in use.
const SHARED_CONTEXTS: usize = 2048;
const MEMO_SLOTS: usize = 8192;
const MEMO_PROBES: usize = 16;
/// How many contexts one document may make.
const OWN_CONTEXTS: usize = 4096;
