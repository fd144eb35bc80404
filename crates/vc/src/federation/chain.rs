//! Trust chains (§4, §10.2): from the subject up to the trust anchor, judged as a whole.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};

use super::constraints::ConstraintsFault;
use super::policy::{MetadataPolicy, PolicyFault};
use super::statement::{KeySet, Statement, StatementFault};
use super::{host, is_entity};
use crate::crypto::Crypto;
use crate::time::Timestamp;

/// The most statements in a chain: a subject, six intermediates and an anchor.
pub const MAX_CHAIN: usize = 9;

/// Whom the reader trusts, with keys that came another way than the chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Anchor {
    /// Its entity identifier.
    pub id: String,
    /// Its keys.
    pub keys: KeySet,
}

/// What a chain that holds says about its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The entity, or the DID that a registry lists.
    pub subject: String,
    /// The superiors in between, from the subject's own up.
    pub via: Vec<String>,
    /// The whole way, from the subject up to the anchor.
    pub links: Vec<Link>,
    /// The subject's keys.
    pub keys: KeySet,
    /// Its metadata by entity type, as all policies make them.
    pub metadata: Value<'static>,
    /// Until when all of it stands.
    pub expires_at: Timestamp,
}

/// An entity in a chain, with what it stated: of itself the subject, each superior of the one below it. A DID that a registry lists states nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Link {
    /// Its entity identifier.
    pub entity: String,
    /// When it stated that, as it says.
    pub stated_at: Option<Timestamp>,
    /// Until when that stands.
    pub valid_until: Option<Timestamp>,
}

impl Link {
    fn of(statement: &Statement) -> Self {
        Self {
            entity: statement.issuer().to_owned(),
            stated_at: statement.issued_at(),
            valid_until: Some(statement.expires_at()),
        }
    }
}

/// Judges a chain: the subject's configuration, a statement of each superior about the one below, and the anchor's configuration, which
/// may be left out (§4). A chain of the anchor's configuration alone is about the anchor.
pub fn resolve(
    chain: &[&Statement],
    anchor: &Anchor,
    at: Timestamp,
    crypto: &Crypto,
) -> Result<Resolved, ChainFault> {
    let links = carried(chain, anchor, at, crypto)?;
    let first = chain.first().ok_or(ChainFault::Length)?;
    let last_but_one = links.iter().rev().skip(1).rev();
    let via = last_but_one.map(|link| link.issuer().to_owned());
    let stated = first.is_configuration().then(|| Link::of(first));
    let subject = stated.unwrap_or_else(|| Link {
        entity: first.subject().to_owned(),
        ..Link::default()
    });
    let above = links.iter().map(|link| Link::of(link));
    let expires_at = chain.iter().map(|statement| statement.expires_at()).min();
    Ok(Resolved {
        subject: first.subject().to_owned(),
        via: via.collect(),
        links: [subject].into_iter().chain(above).collect(),
        keys: first.keys().clone(),
        metadata: metadata(first, links)?,
        expires_at: expires_at.ok_or(ChainFault::Length)?,
    })
}

/// The subordinate statements of a chain that carries its subject, whatever its metadata are: those of an intermediate need not meet what is
/// asked of the entities below it.
pub(super) fn carried<'s>(
    chain: &'s [&'s Statement],
    anchor: &Anchor,
    at: Timestamp,
    crypto: &Crypto,
) -> Result<&'s [&'s Statement], ChainFault> {
    if chain.is_empty() || chain.len() > MAX_CHAIN {
        return Err(ChainFault::Length);
    }
    let ends = chain.last().is_some_and(|last| last.is_configuration());
    let (statements, top) = match chain.split_last() {
        Some((top, statements)) if ends => (statements, Some(*top)),
        _ => (chain, None),
    };
    for statement in chain {
        statement.at(at)?;
    }
    let anchor_keys = match top {
        None => &anchor.keys,
        Some(top) => {
            if top.subject() != anchor.id {
                return Err(ChainFault::OtherAnchor);
            }
            top.signed_by(&anchor.keys, crypto)?;
            top.keys()
        }
    };
    let links = linked(statements, anchor)?;
    signed(statements, anchor_keys, crypto)?;
    constrained(links)?;
    Ok(links)
}

/// The subordinate statements of a chain without its anchor's configuration, each about whom the one before is by, none by anyone twice.
fn linked<'s>(
    statements: &'s [&'s Statement],
    anchor: &Anchor,
) -> Result<&'s [&'s Statement], ChainFault> {
    let links = match statements {
        // The anchor's own configuration was all there was.
        [] => return Ok(statements),
        [first, links @ ..] if first.is_configuration() => {
            // §3.2: who makes a statement about an entity is one of the superiors that it names.
            let superior = links.first().ok_or(ChainFault::OtherAnchor)?.issuer();
            if !first.authority_hints().any(|hint| hint == superior) {
                return Err(ChainFault::NotNamedAsSuperior);
            }
            links
        }
        [first, ..] if is_entity(first.subject()) => return Err(ChainFault::NoConfiguration),
        links => links,
    };
    let follows = statements.windows(2).all(|pair| match pair {
        [below, above] => below.issuer() == above.subject(),
        _ => true,
    });
    if !follows || links.iter().any(|link| link.is_configuration()) {
        return Err(ChainFault::Broken);
    }
    if links.last().is_none_or(|last| last.issuer() != anchor.id) {
        return Err(ChainFault::OtherAnchor);
    }
    let mut seen = BTreeSet::from([statements.first().map_or("", |first| first.subject())]);
    match links.iter().all(|link| seen.insert(link.issuer())) {
        true => Ok(links),
        false => Err(ChainFault::Loop),
    }
}

/// Each is signed by a key in the statement above it, the topmost by one of the anchor's, and the subject's configuration by its own too.
fn signed(
    statements: &[&Statement],
    anchor_keys: &KeySet,
    crypto: &Crypto,
) -> Result<(), ChainFault> {
    if let Some(first) = statements.first().filter(|first| first.is_configuration()) {
        first.signed_by(first.keys(), crypto)?;
    }
    let above = statements.iter().skip(1).map(|statement| statement.keys());
    for (statement, keys) in statements.iter().zip(above.chain([anchor_keys])) {
        statement.signed_by(keys, crypto)?;
    }
    Ok(())
}

fn constrained(links: &[&Statement]) -> Result<(), ChainFault> {
    for (intermediates, link) in links.iter().enumerate() {
        let below = links.iter().take(intermediates + 1);
        link.constraints()
            .kept(intermediates, below.map(|link| link.subject()))?;
    }
    Ok(())
}

/// §6.1.4.2 and §6.2.3: what the subject says of itself, overridden by its superior, without the types that are not allowed, as the policies
/// from the anchor down make it.
fn metadata(subject: &Statement, links: &[&Statement]) -> Result<Value<'static>, ChainFault> {
    let stated = |statement: &Statement| match statement.claim("metadata") {
        Some(Value::Object(metadata)) => metadata.clone(),
        _ => Object::new(),
    };
    let mut metadata = stated(subject);
    if subject.is_configuration()
        && let Some(superior) = links.first()
    {
        for (kind, parameters) in stated(superior).iter() {
            let own = metadata.get_mut(kind).and_then(Value::as_object_mut);
            let (Some(own), Some(parameters)) = (own, parameters.as_object()) else {
                continue;
            };
            for (name, value) in parameters.iter() {
                own.insert(name.to_owned(), value.clone());
            }
        }
    }
    for link in links {
        link.constraints().restrict(&mut metadata);
    }
    let policies = links.iter().rev().filter_map(|link| link.policy());
    let mut all = MetadataPolicy::default();
    for policy in policies {
        all = all.merged(policy)?;
    }
    all.applied(&mut metadata)?;
    Ok(metadata.into())
}

impl Resolved {
    /// What the entity calls itself in the metadata of a federation entity.
    #[must_use]
    pub fn organization_name(&self) -> Option<&str> {
        let entity = self.metadata.get("federation_entity")?;
        entity.get("organization_name")?.as_str()
    }

    /// The host that a person knows it by.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        host(&self.subject)
    }
}

/// Why a chain does not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChainFault {
    /// It is empty, or longer than is followed.
    #[error("the chain is empty, or longer than {MAX_CHAIN} statements")]
    Length,
    /// It does not lead to the anchor.
    #[error("the chain leads to another anchor")]
    OtherAnchor,
    /// It does not begin with the subject's configuration.
    #[error("the chain does not begin with what its subject says about itself")]
    NoConfiguration,
    /// The subject does not name this superior.
    #[error("the subject does not name this superior")]
    NotNamedAsSuperior,
    /// A statement is not about whom the one before is by.
    #[error("the statements do not follow from each other")]
    Broken,
    /// An entity stands above itself.
    #[error("an entity stands above itself")]
    Loop,
    /// A statement does not hold.
    #[error("a statement in the chain: {0}")]
    Statement(#[from] StatementFault),
    /// A constraint is not kept.
    #[error(transparent)]
    Constraints(#[from] ConstraintsFault),
    /// The policies contradict each other, or the metadata do not comply.
    #[error("the policies of the chain: {0}")]
    Policy(#[from] PolicyFault),
}
