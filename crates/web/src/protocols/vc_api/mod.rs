//! The [VC API](https://w3c-ccg.github.io/vc-api/) of the W3C Credentials Community Group, as a verifier and an issuer.
//!
//! The answers of its verifier have the report of the page and the command line beside them: there is one core that judges.

mod check_credential;
mod check_presentation;
mod issue;
mod trust_chain;

pub use trust_chain::TrustChain;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Web;

pub(crate) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(check_credential::check_credential))
        .routes(routes!(check_presentation::check_presentation))
        .routes(routes!(issue::issue))
}
