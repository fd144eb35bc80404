//! Judging as a whole: credentials, presentations, and what we sign ourselves.

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{
    Asked, CheckKind, Credential, Draft, Outcome, Presentation, Suite, required,
    required_by_presentation,
};

use crate::genuine::{self, CHALLENGE, CONTEXTS, judge, judge_presentation};
use crate::{Target, seeds};

/// Any credential, from bytes to verdict.
pub(crate) const VERIFY: Target = Target {
    name: "verify",
    claim: "what verifies was signed so, and the report is the same the second time",
    run: verify,
    seeds: || {
        let mut all = seeds::files(&seeds::CREDENTIALS, &[".json"]);
        all.extend(genuine::own_credentials());
        all.extend(genuine::own_published());
        all.extend(genuine::own_tokens());
        all
    },
};

/// Presentations, with a challenge and without.
pub(crate) const PRESENTATION: Target = Target {
    name: "presentation",
    claim: "what verifies was signed so, and a challenge that is met stands in it",
    run: presentation,
    seeds: || {
        let mut all = seeds::files(
            &["vcdm2-input", "jose-cose-input", "real-world"],
            &["resentation-ok.json", ".txt", ".json"],
        );
        all.retain(|bytes| Presentation::parse(bytes).is_ok());
        all.extend(genuine::own_presentations());
        all
    },
};

/// What we sign.
pub(crate) const SIGN: Target = Target {
    name: "sign",
    claim: "what is signed verifies, and says what it said before",
    run: sign,
    seeds: || seeds::files(&seeds::CREDENTIALS, &[".json"]),
};

pub(crate) fn verify(bytes: &[u8]) {
    let Ok(credential) = Credential::parse(bytes) else {
        return;
    };
    let _ = (required(&credential), credential.view());
    let report = judge(&credential);
    let written = report.to_json().to_string();
    assert!(Value::parse(written.as_bytes()).is_ok(), "{written}");
    genuine::check(&credential, &report);
    assert_eq!(judge(&credential), report, "another report the second time");
}

fn presentation(bytes: &[u8]) {
    let Ok(presentation) = Presentation::parse(bytes) else {
        return;
    };
    let _ = required_by_presentation(&presentation);
    for asked in [genuine::asked(), Asked::Nothing] {
        let report = judge_presentation(&presentation, &asked);
        let written = report.to_json().to_string();
        assert!(Value::parse(written.as_bytes()).is_ok(), "{written}");
        genuine::check_presentation(&presentation, &report);
        let met =
            asked != Asked::Nothing && report.outcome(CheckKind::Challenge) == Some(Outcome::Pass);
        let signed = report.outcome(CheckKind::Proof) == Some(Outcome::Pass);
        if met && signed && bytes.trim_ascii().starts_with(b"{") {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                text.contains(CHALLENGE) || text.contains("\\u") || text.contains("Enveloped"),
                "a challenge was met that is not in it"
            );
        }
    }
}

fn sign(bytes: &[u8]) {
    let Ok(mut document) = Value::parse(bytes) else {
        return;
    };
    if let Some(object) = document.as_object_mut() {
        object.remove("proof");
    }
    let method = genuine::method();
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let Ok(draft) = Draft::secured(
            &document,
            &genuine::securing(&method, suite),
            &CONTEXTS,
            &CRYPTO,
        ) else {
            continue;
        };
        let sealed = genuine::seal(draft);
        let Ok(credential) = Credential::parse(&sealed) else {
            continue;
        };
        assert_eq!(credential.document(), &document);
        let report = judge(&credential);
        let found = report.outcome(CheckKind::Proof);
        assert_eq!(
            found,
            Some(Outcome::Pass),
            "signed, and does not verify: {}",
            String::from_utf8_lossy(&sealed)
        );
    }
}
