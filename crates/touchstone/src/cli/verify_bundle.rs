//! What `touchstone verify` says of a proof bundle. Nobody is asked: a bundle is judged from itself, the reader's trust and the clock.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use touchstone_adapters::{ANCHOR_CRYPTO, CRYPTO, SystemClock, TLOG_CRYPTO};
use touchstone_bundle::{Answer as Found, Asked, Bundle, Judged, Tools, TrustFile, judge};
use touchstone_page::words;
use touchstone_service::ports::Clock;
use touchstone_vc::{Contexts, Credential, Timestamp};

use super::{Ended, verify};
use crate::{answer::Answer, exit::Exit};

/// Judges a bundle as of a moment that was asked for, or of now.
pub(super) fn answer(
    bytes: &[u8],
    at: Option<Timestamp>,
    trust: Option<&Path>,
    max_age: Option<i64>,
    contexts: &Contexts,
) -> Result<Answer> {
    let bundle = Bundle::parse(bytes).map_err(|error| Ended {
        message: format!("could not be checked: {error}"),
        exit: Exit::Unchecked,
    })?;
    let trust = trust.map(trusted).transpose()?;
    let asked = Asked {
        policy: trust.as_ref().map(|trust| &trust.policy),
        anchors: trust.as_ref().map(|trust| &trust.anchors),
        at: at.unwrap_or_else(|| SystemClock.now()),
        status_at: at.is_some(),
        status_max_age_millis: max_age,
    };
    let tools = Tools {
        crypto: &CRYPTO,
        tree: &TLOG_CRYPTO,
        contexts,
    };
    let judged = judge(&bundle, &asked, &tools);
    let exit = match judged.answer() {
        Found::Pass => Exit::Done,
        Found::Unknown => Exit::Unchecked,
        Found::Fail => Exit::Failed,
    };
    let json = serde_json::Value::from(&judged.to_json());
    Ok(Answer::new(in_words(&bundle, &judged), json).with_exit(exit))
}

/// Whom a verifier trusts, by its own file.
pub(super) fn trusted(path: &Path) -> Result<TrustFile> {
    let named = || format!("--trust {}", path.display());
    let text = fs::read(path).with_context(named)?;
    TrustFile::parse(&text, &TLOG_CRYPTO, &ANCHOR_CRYPTO).with_context(named)
}

fn in_words(bundle: &Bundle, judged: &Judged) -> String {
    let (verdict, why) = words::bundle(judged);
    let verdict = [Some(verdict), why].into_iter().flatten();
    let mut lines = vec![verdict.collect::<Vec<_>>().join(", "), String::new()];
    for line in words::bundle_lines(judged) {
        lines.push(format!("  {:<10} {}", line.word, line.sentence));
    }
    for (credential, report) in bundle.credentials.iter().zip(&judged.reports) {
        if let (Ok(read), Some(report)) =
            (Credential::parse(credential.document.as_bytes()), report)
        {
            lines.push(String::new());
            lines.push("The credential itself, by its own dates and lists:".to_owned());
            lines.push(verify::in_words(&read.view(), report, None));
        }
    }
    lines.push(format!("Judged: {}", judged.at));
    lines.join("\n")
}
