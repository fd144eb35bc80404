//! That an issuer here no longer uses what a credential certifies, as the API tells it.

use serde::Serialize;
use touchstone_service::governing::NoLongerAwarded as Told;
use utoipa::ToSchema;

use super::wire::time;

/// That the issuer no longer uses what the credential certifies. It changes nothing about the credential, nor about what was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialDeprecated)]
pub(crate) struct NoLongerAwarded {
    /// Since when.
    since: String,
    /// What takes its place, as it was said: an address or a name; may be empty.
    replaced_by: String,
    /// The page of the achievement that takes its place, where it is one of the same institution that was awarded already.
    page: Option<String>,
}

impl From<&Told> for NoLongerAwarded {
    fn from(told: &Told) -> Self {
        Self {
            since: time(told.since),
            replaced_by: told.replaced_by.clone(),
            page: told.address.clone(),
        }
    }
}
