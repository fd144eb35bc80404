//! By which chain of a federation the issuer of a credential is known, as `touchstone verify` says it.

use anyhow::{Context, Result};
use serde_json::Value;
use touchstone_service::verifying::TrustChain;
use touchstone_web::protocols::vc_api::TrustChain as Told;

use crate::answer::plain;

/// The chain from the issuer up, a line each, below everything else.
pub(super) fn in_words(chain: &TrustChain) -> String {
    let until = chain.valid_until;
    let until = until.map_or(String::new(), |at| format!(", until {at}"));
    let mut lines = vec![format!(
        "Known:  by {}, through this chain{until}:",
        chain.register
    )];
    for link in &chain.links {
        let stated = link.stated_at.map(|at| format!("  stated {at}"));
        let ends = link.valid_until.map(|at| format!("  until {at}"));
        lines.push(format!(
            "        {}{}{}",
            link.entity,
            stated.unwrap_or_default(),
            ends.unwrap_or_default()
        ));
    }
    if let Some(mark) = &chain.mark {
        lines.push(format!(
            "        trust mark {} of {}, until {}",
            mark.kind, mark.issuer, mark.valid_until
        ));
    }
    // What strangers wrote must not steer the terminal.
    let lines = lines.iter().map(|line| format!("\n{}", plain(line)));
    lines.collect()
}

/// The same for programs, by the type that the API answers with.
pub(super) fn in_json(chain: &TrustChain) -> Result<Value> {
    serde_json::to_value(Told::from(chain.clone())).context("the chain")
}
