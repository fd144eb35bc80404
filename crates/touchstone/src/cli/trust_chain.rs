//! By which chain of a federation the issuer of a credential is known, as `touchstone verify` says it.

use serde_json::{Value, json};
use touchstone_service::verifying::TrustChain;

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

/// The same for programs, as the API has it.
pub(super) fn in_json(chain: &TrustChain) -> Value {
    let statements = chain.links.iter().map(|link| {
        let mut json = json!({ "entity": link.entity });
        if let Some(at) = link.stated_at {
            json["statedAt"] = at.to_string().into();
        }
        if let Some(at) = link.valid_until {
            json["validUntil"] = at.to_string().into();
        }
        json
    });
    let mut json = json!({
        "register": chain.register, "anchor": chain.anchor(), "statements": statements.collect::<Vec<_>>(),
    });
    if let Some(at) = chain.read_at {
        json["readAt"] = at.to_string().into();
    }
    if let Some(at) = chain.valid_until {
        json["validUntil"] = at.to_string().into();
    }
    if let Some(mark) = &chain.mark {
        json["trustMark"] = json!({
            "type": mark.kind, "issuer": mark.issuer, "validUntil": mark.valid_until.to_string(),
        });
    }
    json
}
