//! The first line, which gives an institution its DID: before anything refers to it.

use touchstone_store::{DidVersionRow, SigningKeyRow, TenantId};
use touchstone_vc::{
    did::webvh::{self, Line, UpdateKeys},
    json::Value,
};

use super::{HistoryError, keys, read};
use crate::{World, verifying::made_of};

/// A DID with its first line, which nothing refers to yet.
pub(crate) struct Begun {
    /// The DID.
    pub(crate) did: String,
    document: String,
    line: Vec<u8>,
    at: i64,
}

/// Makes a `did:webvh` beside a `did:web`, with this signing key in its first document. The key's row is named as the DID is
/// [before it has a name](webvh::unnamed).
pub(crate) async fn begin(
    world: &World,
    slug: &str,
    beside: &str,
    key: &SigningKeyRow,
) -> Result<Begun, HistoryError> {
    let at = world.clock.now();
    let unnamed = webvh::unnamed(beside).ok_or(webvh::WebvhFault::Identifier)?;
    let signing = std::slice::from_ref(key);
    let document = made_of(&unnamed, &[beside.to_owned()], signing, &[]);
    let document = document.map_err(|_| webvh::WebvhFault::Malformed)?;
    let state = Value::parse(document.as_bytes()).map_err(|_| webvh::WebvhFault::Malformed)?;
    let first = keys::ahead(world, slug, 1).await?;
    let next = keys::ahead(world, slug, 2).await?;
    let keys = UpdateKeys {
        signs: &first.multikey,
        next: &next.multikey,
    };
    let line = Line::first(&state, keys, at, world.crypto)?;
    let did = line.did().to_owned();
    let signature = world
        .signer
        .sign(&first.handle, line.signing_input())
        .await?;
    let line = line.seal(&signature).into_bytes();
    let history = read(world, &did, &line, at)?;
    let document = history.document.ok_or(webvh::WebvhFault::Malformed)?;
    Ok(Begun {
        did,
        document: document.to_string(),
        line,
        at: at.unix_millis(),
    })
}

impl Begun {
    /// Its row.
    pub(crate) fn row(&self, tenant: &TenantId) -> DidVersionRow {
        DidVersionRow {
            tenant: tenant.clone(),
            number: 1,
            at: self.at,
            document: self.document.clone(),
            line: Some(self.line.clone()),
        }
    }
}
