//! By which chain of a federation an issuer is known: what stands behind the word of a register that is a federation.
//!
//! It is no part of the report, which says the same in a reader's browser; it is told beside it, and decides nothing.

use touchstone_store::StoreError;
use touchstone_vc::{
    CheckKind, Detail, Outcome, Report, Timestamp,
    federation::{Link, Mark},
    registry::Entry,
};

use super::{registers, registers::RegisterFile};
use crate::World;

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
    pub(super) fn of(register: &str, read_at: Option<Timestamp>, entry: &Entry) -> Option<Self> {
        (!entry.chain.is_empty()).then(|| Self {
            register: register.to_owned(),
            read_at,
            links: entry.chain.clone(),
            mark: entry.mark.clone(),
            valid_until: entry.valid_until,
        })
    }

    /// The trust anchor: the last in the chain.
    pub fn anchor(&self) -> &str {
        self.links.last().map_or("", |link| link.entity.as_str())
    }

    /// The chain in one of these files by which a report says that the issuer is known.
    pub fn in_files(files: &[RegisterFile], report: &Report) -> Option<Self> {
        let (name, issuer) = decided(report)?;
        let file = files.iter().find(|file| file.name == name)?;
        let entry = file.registry.issuers.get(issuer)?;
        Self::of(name, file.as_of, entry)
    }
}

/// The chain by which this installation knows the issuer, where a federation is what decided.
pub(super) async fn trust_chain(
    world: &World,
    report: &Report,
) -> Result<Option<TrustChain>, StoreError> {
    match decided(report) {
        Some((name, issuer)) => registers::chain_of(world, name, issuer).await,
        None => Ok(None),
    }
}

/// The register that lists the issuer, and the issuer, as the report says.
fn decided(report: &Report) -> Option<(&str, &str)> {
    let of = |kind| report.checks.iter().find(|check| check.kind == kind);
    let recognition = of(CheckKind::Recognition).filter(|check| check.outcome == Outcome::Pass)?;
    match (&recognition.detail, &of(CheckKind::Issuer)?.detail) {
        (Detail::Recognition(register), Detail::Issuer(by)) => {
            Some((register.register.as_deref()?, by.issuer.as_deref()?))
        }
        _ => None,
    }
}
