//! By which chain of a federation an issuer is known: what stands behind the word of a register that is a federation.
//!
//! It is no part of the report, which says the same in a reader's browser; it is told beside it, and decides nothing.

use std::{collections::BTreeMap, sync::Arc};

use touchstone_vc::{
    CheckKind, Detail, Outcome, Register, Report, Timestamp, Trust,
    federation::{Link, Mark},
    registry::Entry,
};

use super::registers::{RegisterFile, listing};

/// Entries that have a chain, by issuer.
pub(super) type Chains = BTreeMap<String, Entry>;

/// Whom an installation knows, and by which chains.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) trust: Trust,
    /// Those of each register, in its place.
    pub(super) chains: Vec<Arc<Chains>>,
}

impl Known {
    /// The chain by which the issuer is known, where a federation is what decided. Nobody is asked for it.
    pub(super) fn trust_chain(&self, report: &Report) -> Option<TrustChain> {
        let (place, register, issuer) = decided(&self.trust, report)?;
        TrustChain::of(register, self.chains.get(place)?.get(issuer)?)
    }
}

/// The chain by which a federation has the issuer of a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustChain {
    /// What the federation is called here.
    pub register: String,
    /// When it was gone through, or how old the file is that says so.
    pub read_at: Option<Timestamp>,
    /// From the issuer up to the trust anchor.
    pub links: Vec<Link>,
    /// The trust mark by which it counts, where one is asked for.
    pub mark: Option<Mark>,
    /// Until when all of it stands.
    pub valid_until: Option<Timestamp>,
}

impl TrustChain {
    /// What an entry says, if it has a chain.
    fn of(register: &Register, entry: &Entry) -> Option<Self> {
        (!entry.chain.is_empty()).then(|| Self {
            register: register.name.clone(),
            read_at: register.as_of,
            links: entry.chain.clone(),
            mark: entry.mark.clone(),
            valid_until: entry.valid_until,
        })
    }

    /// The trust anchor: the last in the chain.
    pub fn anchor(&self) -> &str {
        self.links.last().map_or("", |link| link.entity.as_str())
    }

    /// The chain in one of these files by which a report says that the issuer is known. `trust` is what they said then, in their order.
    pub fn in_files(files: &[RegisterFile], trust: &Trust, report: &Report) -> Option<Self> {
        let (place, register, issuer) = decided(trust, report)?;
        Self::of(register, files.get(place)?.registry.issuers.get(issuer)?)
    }
}

/// The register that listed the issuer, by its place, since several may be called the same; and the issuer, as the report says.
fn decided<'a>(trust: &'a Trust, report: &'a Report) -> Option<(usize, &'a Register, &'a str)> {
    let of = |kind| report.checks.iter().find(|check| check.kind == kind);
    let recognition = of(CheckKind::Recognition).filter(|check| check.outcome == Outcome::Pass)?;
    let (Detail::Recognition(said), Detail::Issuer(by)) =
        (&recognition.detail, &of(CheckKind::Issuer)?.detail)
    else {
        return None;
    };
    let issuer = by.issuer.as_deref()?;
    let place = listing(trust, issuer)?;
    let register: &Register = trust.registers.get(place)?;
    let is_said = said.register.as_deref() == Some(register.name.as_str());
    is_said.then_some((place, register, issuer))
}
