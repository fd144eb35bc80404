//! By which chain of a federation an issuer is known, as programs are told: by the API, and by the command line.

use serde::Serialize;
use touchstone_service::verifying;
use utoipa::ToSchema;

/// The chain of a federation by which the issuer is known. It decides nothing; `report` says that the issuer is listed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustChain {
    /// What the federation is called here.
    register: String,
    /// Its trust anchor.
    #[schema(example = "https://anchor.example")]
    anchor: String,
    /// When it was gone through, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<String>,
    /// Until when all of it stands, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    /// From the issuer up to the trust anchor.
    statements: Vec<ChainStatement>,
    /// The trust mark by which it counts, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_mark: Option<CountedTrustMark>,
}

/// What an entity of the chain stated: of itself the issuer, of the one below it each superior.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainStatement {
    /// Its entity identifier, or the DID that a registry lists, which states nothing itself.
    entity: String,
    /// When it stated it, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    stated_at: Option<String>,
    /// Until when that stands, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
}

/// A trust mark that counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountedTrustMark {
    /// Its type.
    r#type: String,
    /// Who gave it.
    issuer: String,
    /// Until when it counts, RFC 3339.
    valid_until: String,
}

impl From<verifying::TrustChain> for TrustChain {
    fn from(told: verifying::TrustChain) -> Self {
        let text = |at: touchstone_vc::Timestamp| at.to_string();
        Self {
            anchor: told.anchor().to_owned(),
            register: told.register,
            read_at: told.read_at.map(text),
            valid_until: told.valid_until.map(text),
            statements: told
                .links
                .into_iter()
                .map(|link| ChainStatement {
                    entity: link.entity,
                    stated_at: link.stated_at.map(text),
                    valid_until: link.valid_until.map(text),
                })
                .collect(),
            trust_mark: told.mark.map(|mark| CountedTrustMark {
                r#type: mark.kind,
                issuer: mark.issuer,
                valid_until: mark.valid_until.to_string(),
            }),
        }
    }
}
