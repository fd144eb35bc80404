//! JSON Web Tokens with credentials and presentations in them.

use touchstone_vc::{CheckKind, Credential, Outcome, Presentation};

use crate::genuine::{self, judge};
use crate::{Target, seeds};

/// Compact JWS: VC-JOSE-COSE and Open Badges 3.0.
pub(crate) const TOKEN: Target = Target {
    name: "token",
    claim: "a token that verifies is one that was signed, to the byte",
    run: token,
    seeds: tokens,
};

/// Tokens of others, and of our own with every kind of header.
pub(crate) fn tokens() -> Vec<Vec<u8>> {
    let mut all = seeds::files(&["jose-cose-input"], &[".txt"]);
    all.extend(seeds::files(
        &[
            "1edtech-validator-ob30",
            "1edtech-validator-clr20",
            "1edtech-validator-ob20",
        ],
        &[".jwt"],
    ));
    all.extend(genuine::own_tokens());
    all
}

fn token(bytes: &[u8]) {
    let _ = Presentation::parse(bytes);
    let Ok(credential) = Credential::parse(bytes) else {
        return;
    };
    let report = judge(&credential);
    let passes = report.outcome(CheckKind::Proof) == Some(Outcome::Pass);
    if passes && !bytes.trim_ascii().starts_with(b"{") {
        assert!(genuine::is_token(bytes), "verifies, but nobody signed it");
    }
    genuine::check(&credential, &report);
}
