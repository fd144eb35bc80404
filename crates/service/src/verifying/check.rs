//! One act of checking: bytes in, report out. The page, the API and the command line all come here.
//!
//! Nothing about the checked credential, its holder or the one who asks is kept.

use std::sync::Arc;

use touchstone_store::StoreError;
use touchstone_vc::{
    Credential, CredentialError, CredentialText, Document, Evidence, Listing, Register, Report,
    Timestamp, Trust, Unreachable,
    bake::{BakeError, Carrier, unbake_any},
    open_badges_2::Assertion,
    required, verify_remembering,
};

use super::{
    gather::{Reach, Source, gather_from, gather_hosted},
    registers,
    trust_chain::{Known, TrustChain},
};
use crate::{World, elsewhere::elsewhere};

/// What was checked, and what was found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// In what it came.
    pub carrier: Carrier,
    /// The credential as JSON, byte for byte as it was received; a badge of version 2.0 in the members of 3.0.
    pub credential: Vec<u8>,
    /// Of a badge of version 2.0, what it was read from: only that can be checked again.
    pub version_2: Option<Vec<u8>>,
    /// What was found.
    pub report: Report,
    /// How old the oldest of the documents is by which it was checked.
    pub as_of: Option<Timestamp>,
    /// Documents that it takes were not to be had.
    pub incomplete: bool,
    /// One of those is larger than is taken.
    pub too_large: bool,
    /// By which chain the issuer is known, where a federation has it.
    pub trust_chain: Option<TrustChain>,
}

impl Checked {
    /// What `report` says of a credential that came in this carrier, and what it is worth by the documents that it took.
    pub(super) fn of(
        carrier: Carrier,
        credential: Vec<u8>,
        report: Report,
        evidence: &Evidence,
    ) -> Self {
        Self {
            carrier,
            credential,
            version_2: None,
            report,
            as_of: oldest(evidence),
            incomplete: is_incomplete(evidence),
            too_large: is_too_large(evidence),
            trust_chain: None,
        }
    }

    /// What was handed in, taken out of its carrier: byte for byte, so that it can be checked again.
    pub fn as_it_came(&self) -> &[u8] {
        self.version_2.as_deref().unwrap_or(&self.credential)
    }
}

/// Checks the credential in `file` (JSON, or a PNG, SVG or PDF that carries one) as of `at`, or as of now.
#[crate::boxed]
pub async fn check(
    world: &World,
    file: &[u8],
    at: Option<Timestamp>,
    reach: Reach,
) -> Result<Checked, CheckError> {
    check_from(world, file, at, Source::Publishers(reach)).await
}

/// Checks the credential in `file` by documents from `source`.
pub(crate) async fn check_from(
    world: &World,
    file: &[u8],
    at: Option<Timestamp>,
    source: Source<'_>,
) -> Result<Checked, CheckError> {
    let (carrier, json) = unbake_any(file)?;
    let at = at.unwrap_or_else(|| world.clock.now());
    if let Ok(assertion) = Assertion::parse(&json) {
        let evidence = gather_hosted(world, &assertion, source).await?;
        let known = known_from(world, source).await?;
        let report = assertion.verify(&evidence, &known.trust, at, world.crypto);
        let credential = assertion.as_credential(&evidence).to_string().into_bytes();
        return Ok(Checked {
            version_2: Some(json.into_owned()),
            trust_chain: known.trust_chain(&report),
            ..Checked::of(carrier, credential, report, &evidence)
        });
    }
    let json = json.into_owned();
    let wanted = required(&Credential::read(&CredentialText::of(&json))?);
    let evidence = gather_from(world, wanted, source).await?;
    let lists = world.lists.of(&evidence, world.crypto);
    let known = known_from(world, source).await?;
    let (crypto, contexts) = (world.crypto, Arc::clone(&world.contexts));
    // Whoever hands it in chooses how long that takes, as far as the limits let it.
    let judged = elsewhere(move || {
        let report = {
            // Read again: what was read above borrows from its text, and goes to no other thread without it.
            let text = CredentialText::of(&json);
            let credential = Credential::read(&text)?;
            let trust = &known.trust;
            verify_remembering(&credential, &evidence, &lists, trust, at, crypto, &contexts)
        };
        Ok::<_, CredentialError>(Checked {
            trust_chain: known.trust_chain(&report),
            ..Checked::of(carrier, json, report, &evidence)
        })
    });
    Ok(judged.await?)
}

/// When the oldest of the documents was fetched.
fn oldest(evidence: &Evidence) -> Option<Timestamp> {
    let fetched = evidence.values().filter_map(|document| match document {
        Document::Fetched(copy) => Some(copy.fetched_at),
        Document::Unreachable { .. } | Document::Proven(_) => None,
    });
    fetched.min()
}

fn is_incomplete(evidence: &Evidence) -> bool {
    let missing = |document: &Document| matches!(document, Document::Unreachable { .. });
    evidence.values().any(missing)
}

fn is_too_large(evidence: &Evidence) -> bool {
    let large = |document: &Document| {
        let why = match document {
            Document::Unreachable { why, .. } => *why,
            Document::Fetched(_) | Document::Proven(_) => return false,
        };
        why == Unreachable::TooLarge
    };
    evidence.values().any(large)
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file carries no credential that can be taken out.
    #[error(transparent)]
    Bake(#[from] BakeError),
    /// What it carries is no credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whom this installation knows: the institutions here ([`own`]), and whom the registers list that it was told to ask. None is read now.
pub(super) async fn trust(world: &World) -> Result<Trust, StoreError> {
    Ok(known(world).await?.trust)
}

/// The same, with the chains by which federations have them.
async fn known(world: &World) -> Result<Known, StoreError> {
    registers::known(world, own(world).await?).await
}

async fn known_from(world: &World, source: Source<'_>) -> Result<Known, StoreError> {
    match source {
        Source::Publishers(Reach::Moment) => known_at_the_moment(world).await,
        Source::Publishers(_) | Source::Copies(_) => known(world).await,
    }
}

async fn known_at_the_moment(world: &World) -> Result<Known, StoreError> {
    let now = world.clock.now();
    if let Some(known) = world.moment.known(now) {
        return Ok(known);
    }
    let known = known(world).await?;
    world.moment.keep_known(&known, now);
    Ok(known)
}

/// The institutions that whoever runs this set up here, not those that signed up by themselves: what of it everybody may have.
pub(super) async fn own(world: &World) -> Result<Trust, StoreError> {
    let reader = world.store.read();
    // What was issued before an institution moved names the DID that it had then.
    let own = reader.dids_set_up().await?.into_iter();
    let own = own.map(|did| (did, Listing::Listed));
    let register = Register {
        name: format!("The list kept by {}", world.site.operator),
        issuers: own.collect(),
        ..Register::default()
    };
    Ok(Trust {
        registers: vec![register.into()],
    })
}
