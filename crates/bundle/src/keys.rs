//! What became of the issuer's keys, and whether the one that signed was in use.
//!
//! **Invariant (threat 43):** only places in the log decide, never a date that a credential bears. An event that was left out is found out:
//! each credential and each list is entered with the history of all events before it (`docs/formats/log.md`), which those in the bundle
//! must make.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_vc::{
    Timestamp,
    did::{DidDocument, PublicKey},
    log::{Entry, KeyChange, NO_KEYS, history},
};

use crate::{Answer, Bundle, Tools, Why, anchor::Stated, log::Log};

/// The events of every issuer in the bundle, in the order of the log.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<String, Events>);

#[derive(Default)]
struct Events {
    events: Vec<Event>,
    /// The history after each of them.
    histories: Vec<[u8; 32]>,
    /// How many of them are shown to be all that there were, by an entry that has their history.
    shown: usize,
}

struct Event {
    method: String,
    public_key: String,
    change: KeyChange,
    since: Timestamp,
    /// Where it stands, if that is shown.
    index: Option<u64>,
}

/// What is asked of the key behind a credential that is in the log.
pub(crate) struct Signed<'a> {
    pub(crate) issuer: &'a str,
    /// The verification methods of the proofs that hold, if any does: what another names, it need not have signed.
    pub(crate) methods: Vec<String>,
    /// Where its entry stands.
    pub(crate) index: u64,
    /// How many events stand before it.
    pub(crate) keys: usize,
    /// By when as many trusted witnesses as the reader asks for, or an anchor, had seen it there, if the bundle shows it.
    pub(crate) seen: Option<Timestamp>,
    /// By when it was there, by the first witness or anchor that the bundle has besides its checkpoint.
    pub(crate) stated: Option<Stated>,
    /// The document of its issuer.
    pub(crate) document: Option<DidDocument>,
}

impl Signed<'_> {
    /// Whether a witness had seen it in the log before the issuer's document has its keys as revoked.
    pub(crate) fn was_seen_in_time(&self) -> bool {
        let (Some(seen), Some(document)) = (self.seen, &self.document) else {
            return false;
        };
        let mut revoked = self.methods.iter().map(|method| document.method(method));
        !self.methods.is_empty()
            && revoked.all(|method| {
                method.is_some_and(|method| method.revoked.is_none_or(|revoked| seen < revoked))
            })
    }
}

impl Keys {
    /// Reads the events, and says how many are none, or not where they say.
    pub(crate) fn read(bundle: &Bundle, log: &Log<'_>, tools: &Tools<'_>) -> (Self, usize) {
        let mut keys = Self::default();
        let mut amiss = 0;
        for one in &bundle.key_events {
            let bytes = one.document.as_bytes();
            let Ok(Entry::KeyEvent {
                issuer,
                method,
                public_key,
                change,
                since,
            }) = Entry::parse(bytes)
            else {
                amiss += 1;
                continue;
            };
            if one
                .entry
                .as_ref()
                .is_some_and(|entry| !log.has(bytes, entry))
            {
                amiss += 1;
                continue;
            }
            let of = keys.0.entry(issuer).or_default();
            let before = of.histories.last().unwrap_or(&NO_KEYS);
            let after = history(tools.crypto, before, bytes);
            of.histories.push(after);
            of.events.push(Event {
                method,
                public_key,
                change,
                since,
                index: one.entry.as_ref().map(|entry| entry.index),
            });
        }
        (keys, amiss)
    }

    /// The history of an issuer's keys after so many events; `None` if there are not so many.
    pub(crate) fn history(&self, issuer: &str, events: usize) -> Option<[u8; 32]> {
        match events.checked_sub(1) {
            None => Some(NO_KEYS),
            Some(last) => self.0.get(issuer)?.histories.get(last).copied(),
        }
    }

    /// Notes that an entry of the log has the history after so many events: up to there nothing was left out.
    pub(crate) fn shown_up_to(&mut self, issuer: &str, events: usize) {
        let of = self.0.entry(issuer.to_owned()).or_default();
        of.shown = of.shown.max(events);
    }

    /// Whether an issuer's key was in use at a place of the log: it shows that it began to sign before, and no end of it before.
    pub(crate) fn signed_at(&self, issuer: &str, method: &str, public_key: &str, at: u64) -> bool {
        let Some(of) = self.0.get(issuer) else {
            return false;
        };
        let own = |event: &&Event| event.method == method && event.public_key == public_key;
        let mut shown = of.events.iter().filter(own);
        let began = |event: &Event| event.index.is_some_and(|index| index < at);
        // An end that stands nobody knows where may stand before.
        let ended = |event: &Event| event.index.is_none_or(|index| index < at);
        shown
            .clone()
            .any(|event| event.change == KeyChange::Active && began(event))
            && shown.all(|event| event.change == KeyChange::Active || !ended(event))
    }

    /// Whether keys of an issuer were in use where so many events stand before: the last of each says so. What a key signed after its end says nothing,
    /// whatever the issuer's document lets it do.
    pub(crate) fn are_in_use(&self, issuer: &str, methods: &[String], events: usize) -> bool {
        let Some(of) = self.0.get(issuer) else {
            return false;
        };
        let last = |method: &String| {
            let mut before = of.events.iter().take(events);
            before.rfind(|event| event.method == *method)
        };
        let mut last = methods.iter().map(last);
        !methods.is_empty()
            && last.all(|event| event.is_some_and(|event| event.change == KeyChange::Active))
    }

    /// Whether an issuer gave a key up as compromised, at any time.
    pub(crate) fn was_given_up(&self, issuer: &str, method: &str) -> bool {
        let given_up =
            |event: &Event| event.method == method && event.change == KeyChange::Compromised;
        let of = self.0.get(issuer);
        of.is_some_and(|of| of.events.iter().any(given_up))
    }

    /// Whether every event is in the log: by its own place, or by a history.
    pub(crate) fn all_shown(&self) -> bool {
        self.0.values().all(|of| {
            let rest = of.events.iter().skip(of.shown);
            rest.into_iter().all(|event| event.index.is_some())
        })
    }

    /// Whether the key that signed was in use where the credential was entered, and was not given up since.
    pub(crate) fn in_use(&self, signed: &Signed<'_>) -> Result<(), (Answer, Why)> {
        let none = Events::default();
        let of = self.0.get(signed.issuer).unwrap_or(&none);
        let own = |event: &&Event| signed.methods.contains(&event.method);
        let before = of.events.iter().take(signed.keys).rfind(own);
        let mut all = of.events.iter().filter(own);
        if all.clone().next().is_none() {
            return Err((Answer::Unknown, Why::KeyNotShown));
        }
        let differs = |event: &Event| {
            let document = signed.document.as_ref();
            let method = document.and_then(|document| document.method(&event.method));
            let key = PublicKey::from_multikey(&event.public_key).ok();
            method.is_some_and(|method| method.key.as_ref().ok() != key.as_ref())
        };
        if all.clone().any(differs) {
            return Err((Answer::Fail, Why::KeyDiffers));
        }
        let ends = of.events.iter().enumerate();
        let mut ends = ends.filter(|(_, event)| own(event) && event.change != KeyChange::Active);
        let ended_before = ends.clone().any(|(place, event)| {
            place < signed.keys || event.index.is_some_and(|index| index < signed.index)
        });
        if ended_before {
            return Err((Answer::Fail, Why::AfterKey));
        }
        // An end that stands nobody knows where may stand before: the history that the credential was entered with need not be true.
        if ends.any(|(_, event)| event.index.is_none()) {
            return Err((Answer::Unknown, Why::KeyNotShown));
        }
        match before {
            // What the history says and what the places say must be the same; a place that is not shown says nothing.
            Some(event) => match event.index {
                Some(index) if index < signed.index => {}
                Some(_) => return Err((Answer::Unknown, Why::BeforeKey)),
                None => return Err((Answer::Unknown, Why::KeyNotShown)),
            },
            None => return Err((Answer::Unknown, Why::BeforeKey)),
        }
        // What was seen before anybody else can have had the key, its owner had entered.
        let in_doubt = |event: &Event| {
            event.change == KeyChange::Compromised
                && signed.seen.is_none_or(|seen| seen >= event.since)
        };
        if all.any(in_doubt) {
            return Err((Answer::Unknown, Why::Compromised));
        }
        Ok(())
    }
}
