//! Who there is to drive: one issuer and verifier for each suite and kind of key.

use touchstone_vc::{Curve, Suite};

use super::Scope;

/// An issuer and verifier of the VC API, with its own addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Instance {
    /// Its name in addresses: that of a cryptosuite, or of what else is driven.
    pub name: &'static str,
    /// The tag that suites look for.
    pub tag: &'static str,
    /// What it signs with.
    pub suite: Suite,
    /// On which curve.
    pub curve: Curve,
    /// What it asks of what it checks, unless the request says otherwise.
    pub scope: Scope,
    /// Whether it gives what it issues a place in its status lists.
    pub has_status: bool,
}

impl Instance {
    /// The one at these two segments of an address.
    pub fn find(name: &str, key: &str) -> Option<&'static Self> {
        INSTANCES
            .iter()
            .find(|known| known.name == name && known.key() == key)
    }

    /// Where its addresses begin: `/conformance/ecdsa-rdfc-2019/p-256`.
    pub fn path(&self) -> String {
        format!("/conformance/{}/{}", self.name, self.key())
    }

    /// The kind of key in addresses.
    pub fn key(&self) -> &'static str {
        match self.curve {
            Curve::Ed25519 => "ed25519",
            Curve::P256 => "p-256",
            Curve::P384 => "p-384",
        }
    }

    const fn cryptosuite(suite: Suite, curve: Curve) -> Self {
        Self {
            name: suite.as_str(),
            tag: suite.as_str(),
            suite,
            curve,
            scope: Scope::Proof,
            has_status: false,
        }
    }

    const fn whole(name: &'static str, tag: &'static str) -> Self {
        Self {
            name,
            tag,
            suite: Suite::EddsaRdfc2022,
            curve: Curve::Ed25519,
            scope: Scope::Everything,
            has_status: false,
        }
    }
}

/// The name that suites have for a curve.
pub const fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::Ed25519 => "Ed25519",
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
    }
}

/// Everything there is to drive. The suites for cryptosuites verify their own vectors, whose keys are not their issuers': those
/// ask for the proof alone.
pub const INSTANCES: [Instance; 9] = [
    Instance::cryptosuite(Suite::EddsaRdfc2022, Curve::Ed25519),
    Instance::cryptosuite(Suite::EddsaJcs2022, Curve::Ed25519),
    Instance::cryptosuite(Suite::EcdsaRdfc2019, Curve::P256),
    Instance::cryptosuite(Suite::EcdsaRdfc2019, Curve::P384),
    Instance::cryptosuite(Suite::EcdsaJcs2019, Curve::P256),
    Instance::cryptosuite(Suite::EcdsaJcs2019, Curve::P384),
    Instance::whole("vc-data-model-2.0", "vc2.0"),
    Instance::whole("vc-api", "vc-api"),
    Instance {
        has_status: true,
        ..Instance::whole("bitstring-status-list", "BitstringStatusList")
    },
];
