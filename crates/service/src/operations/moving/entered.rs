//! What both keys of a move signed, as it is kept and as it is entered in the log.

use serde::{Deserialize, Serialize};
use touchstone_store::{FormerDidRow, Reader, StoreError, TenantId};
use touchstone_vc::{
    Timestamp,
    log::{Entry, Succession},
};

/// One of an institution's moves.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Moved {
    /// The DID that goes on.
    pub(crate) successor: String,
    issuer: String,
    since: String,
    method: String,
    public_key: String,
    pub(crate) successor_method: String,
    successor_key: String,
    signatures: [Vec<u8>; 2],
}

/// The move by which an institution stopped being called by its DID of this number.
pub(crate) async fn moved(
    reader: &Reader,
    tenant: &TenantId,
    number: i64,
) -> Result<Option<Moved>, StoreError> {
    let mut all = reader.former_dids(tenant).await?.into_iter();
    let row = all.find(|row| row.number == number);
    row.map(|row| Moved::read(&row)).transpose()
}

impl Moved {
    pub(super) fn new(stated: &Succession, signatures: [Vec<u8>; 2]) -> Self {
        let stated = stated.clone();
        Self {
            successor: stated.successor,
            issuer: stated.issuer,
            since: stated.since.to_string(),
            method: stated.method,
            public_key: stated.public_key,
            successor_method: stated.successor_method,
            successor_key: stated.successor_key,
            signatures,
        }
    }

    pub(super) fn kept(&self) -> String {
        serde_json::to_string(self).expect("texts and bytes")
    }

    fn read(row: &FormerDidRow) -> Result<Self, StoreError> {
        serde_json::from_str(&row.succession).map_err(|_| StoreError::Corrupt {
            table: "former_did",
            column: "succession",
        })
    }

    pub(crate) fn entry(self) -> Option<Entry> {
        let stated = Succession {
            issuer: self.issuer,
            successor: self.successor,
            since: Timestamp::parse(&self.since).ok()?,
            method: self.method,
            public_key: self.public_key,
            successor_method: self.successor_method,
            successor_key: self.successor_key,
        };
        let signatures = self.signatures;
        Some(Entry::DidSuccession { stated, signatures })
    }
}
