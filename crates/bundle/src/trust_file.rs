//! The trust file: whom a reader trusts, in one file.

use touchstone_anchor::{Anchors, Crypto as AnchorCrypto, TrustError};
use touchstone_tlog::{Crypto as TreeCrypto, Policy, PolicyFileError};

/// Whom a reader trusts: a C2SP tlog-policy, whose comments may name anchors besides.
#[derive(Clone, Debug)]
pub struct TrustFile {
    /// The logs, and the witnesses that must have seen them.
    pub policy: Policy,
    /// Who is believed about times besides.
    pub anchors: Anchors,
}

impl TrustFile {
    /// Reads its lines.
    pub fn parse(
        text: &[u8],
        tree: &TreeCrypto,
        anchors: &AnchorCrypto,
    ) -> Result<Self, TrustFileError> {
        Ok(Self {
            policy: Policy::parse(text, tree)?,
            anchors: Anchors::parse(text, anchors)?,
        })
    }
}

/// Why bytes are no trust file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // Each says its line, and what is wrong with it.
pub enum TrustFileError {
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
    #[error(transparent)]
    Anchors(#[from] TrustError),
}
