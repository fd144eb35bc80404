//! The suites by name, and what each of them checks with.

use touchstone_canon::Contexts;
use touchstone_canon::json::Value;

use super::hash::Digest;
use super::{
    Refusal, ecdsa_jcs_2019, ecdsa_rdfc_2019, ed25519_signature_2020, eddsa_jcs_2022,
    eddsa_rdfc_2022,
};
use crate::crypto::Checking;
use crate::did::PublicKey;

/// The suites that are implemented.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Suite {
    /// Ed25519 over RDF statements.
    EddsaRdfc2022,
    /// Ed25519 over JSON.
    EddsaJcs2022,
    /// ECDSA over RDF statements.
    EcdsaRdfc2019,
    /// ECDSA over JSON.
    EcdsaJcs2019,
    /// Ed25519 over RDF statements, as it was before the suites had names. Only read.
    Ed25519Signature2020,
}

/// The curve of a key that signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Curve {
    /// Ed25519.
    Ed25519,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

impl Suite {
    /// The name in `cryptosuite`; of a suite without one, the type of its proofs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
        }
    }

    /// The suite with this `cryptosuite`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|suite| suite.as_str() == name)
    }

    /// Whether what is signed are RDF statements; if not, it is the JSON.
    #[must_use]
    pub const fn signs_statements(self) -> bool {
        match self {
            Self::EddsaRdfc2022 | Self::EcdsaRdfc2019 | Self::Ed25519Signature2020 => true,
            Self::EddsaJcs2022 | Self::EcdsaJcs2019 => false,
        }
    }

    /// The hash to sign with, if this suite signs with keys on `curve`.
    pub(crate) const fn digest(self, curve: Curve) -> Option<Digest> {
        match (self, curve) {
            (Self::EddsaRdfc2022 | Self::EddsaJcs2022, Curve::Ed25519)
            | (Self::EcdsaRdfc2019 | Self::EcdsaJcs2019, Curve::P256) => Some(Digest::Sha256),
            (Self::EcdsaRdfc2019 | Self::EcdsaJcs2019, Curve::P384) => Some(Digest::Sha384),
            _ => None,
        }
    }

    /// Whether `key` made `proof` over `document`, which is without its proofs but for those that this one builds on.
    pub(super) fn check(
        self,
        proof: &Value<'_>,
        document: &Value<'_>,
        key: &PublicKey,
        contexts: &Contexts,
        checking: &Checking<'_>,
    ) -> Result<(), Refusal> {
        match self {
            Self::EddsaRdfc2022 => eddsa_rdfc_2022::check(proof, document, key, contexts, checking),
            Self::EddsaJcs2022 => eddsa_jcs_2022::check(proof, document, key, checking),
            Self::EcdsaRdfc2019 => ecdsa_rdfc_2019::check(proof, document, key, contexts, checking),
            Self::EcdsaJcs2019 => ecdsa_jcs_2019::check(proof, document, key, checking),
            Self::Ed25519Signature2020 => {
                ed25519_signature_2020::check(proof, document, key, contexts, checking)
            }
        }
    }

    const NAMED: [Self; 4] = [
        Self::EddsaRdfc2022,
        Self::EddsaJcs2022,
        Self::EcdsaRdfc2019,
        Self::EcdsaJcs2019,
    ];
}
