//! What a page meets besides single credentials: presentations and proof bundles.

use touchstone_bundle::crypto::ANCHOR_CRYPTO;
use touchstone_bundle::{Asked as AskedOfBundle, Bundle, Tools, TrustFile, judge};
use touchstone_page::credential::{Bundled, Part, Presented, View};
use touchstone_page::words;
use touchstone_tlog::crypto::rust::CRYPTO as TREE;
use touchstone_vc::bake::{Carrier, unbake_any};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::json::Value;
use touchstone_vc::{
    Asked, Credential, CredentialError, Presentation, PresentationError, Report,
    required_by_presentation, verify_presentation,
};

use crate::check::{Inputs, code, name, object, refused, verdict};
use crate::stapled;

/// As [`check()`](crate::check()), and beside credentials a presentation or a proof bundle.
///
/// `inputs` may have besides: `trust`, the text of the trust file (a C2SP tlog-policy) by which bundles and status proofs are judged; `statusProofs`,
/// status proofs that came with a credential or a presentation, each as Multibase (`u`, base64url); `statusAt`, whether
/// the status in a bundle must reach to `at`, which was asked for and is not just now; `statusMaxAge`, how old it may be, in milliseconds; `challenge` and
/// `domain`, what the holder was asked to sign in a presentation. The answer about these has `kind` (`presentation`, `bundle`) and
/// as its `report` what `touchstone verify --json` gives.
#[must_use]
pub fn check_whole(file: &[u8], inputs: &[u8]) -> String {
    if Bundle::is(file) {
        return text(bundle(file, inputs));
    }
    let (carrier, json) = match unbake_any(file) {
        Ok(found) => found,
        Err(error) => return text(Err(refused(code(error), words::carrier(&error)))),
    };
    match Presentation::parse(&json) {
        Ok(presentation) => text(presented(&presentation, carrier, inputs)),
        Err(error @ (PresentationError::TooMany | PresentationError::Envelope)) => {
            let words = words::presentation_refused(&error);
            text(Err(refused("unreadable_presentation", words)))
        }
        // What it is instead, or why not even that.
        Err(_) => crate::check(file, inputs),
    }
}

/// What is asked of these besides.
pub(crate) struct AskedBesides {
    pub(crate) trust: Option<String>,
    pub(crate) status_proofs: Vec<Vec<u8>>,
    status_at: bool,
    pub(crate) status_max_age: Option<i64>,
    challenge: Option<String>,
    domain: Option<String>,
}

impl AskedBesides {
    /// What is there and no text is an error: passed over, it would be asked less than was meant.
    pub(crate) fn of(inputs: &Value<'_>) -> Result<Self, String> {
        let member = |name| match inputs.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.to_string())),
            Some(_) => Err(format!(
                "`{name}` is no text; leave it out if there is none"
            )),
        };
        let status_max_age = match inputs.get("statusMaxAge") {
            None | Some(Value::Null) => None,
            Some(age) => Some(age.as_i64().filter(|age| *age >= 0).ok_or(
                "`statusMaxAge` is no whole number of milliseconds; leave it out if any age will do",
            )?),
        };
        Ok(Self {
            trust: member("trust")?,
            status_proofs: stapled::read(inputs)?,
            status_max_age,
            status_at: inputs.get("statusAt").and_then(Value::as_bool) == Some(true),
            challenge: member("challenge")?,
            domain: member("domain")?,
        })
    }
}

fn text(answer: Result<String, Value<'_>>) -> String {
    answer.unwrap_or_else(|refused| object([("error", refused)]).to_string())
}

fn presented(
    presentation: &Presentation<'_>,
    carrier: Carrier,
    inputs: &[u8],
) -> Result<String, Value<'static>> {
    let inputs = Inputs::read(inputs)?;
    let besides = &inputs.besides;
    let challenge = besides.challenge.as_deref().map(str::trim);
    let domain = besides.domain.as_deref().map(str::trim);
    let Some(asked) = Asked::of(challenge, domain) else {
        return Err(refused("inputs_unreadable", words::DOMAIN_ALONE));
    };
    let needed = required_by_presentation(presentation);
    let mut evidence = inputs.supplied.evidence_for(needed);
    stapled::staple(&inputs, &mut evidence)?;
    let report = verify_presentation(
        presentation,
        &asked,
        &evidence,
        &inputs.supplied.trust,
        inputs.at,
        &CRYPTO,
        &inputs.contexts,
    );
    let enclosed = presentation.credentials();
    let parts = report.credentials.iter().zip(&enclosed);
    let parts = parts.map(|(presented, enclosed)| Part {
        about: presented.about,
        view: match (&enclosed.credential, &presented.found) {
            (Ok(credential), Ok(report)) => Ok(Box::new(inputs.view(credential, report))),
            (Err(error), _) | (_, Err(error)) => Err(words::credential(error)),
        },
    });
    let shown = Presented::of(&report, parts.collect());
    let words = words::presentation(&report).to_owned();
    let answer = object([
        ("kind", "presentation".into()),
        ("carrier", name(carrier).into()),
        ("report", report.to_json()),
        (
            "verdict",
            verdict(report.verdict().code(), shown.tone(), words),
        ),
        ("title", shown.title().into()),
        ("main", shown.main_here().into_string().into()),
    ]);
    Ok(answer.to_string())
}

fn bundle(file: &[u8], inputs: &[u8]) -> Result<String, Value<'static>> {
    let inputs = Inputs::read(inputs)?;
    if !inputs.besides.status_proofs.is_empty() {
        let words =
            "A proof bundle brings its own status proofs: leave out those that came beside it.";
        return Err(refused("status_proof_refused", words));
    }
    let bundle =
        Bundle::parse(file).map_err(|error| refused("unreadable_bundle", error.to_string()))?;
    let trust = inputs.besides.trust.as_deref();
    let trust = trust.map(trusted).transpose()?;
    let trust = trust.as_ref();
    let judged = judge(
        &bundle,
        &AskedOfBundle {
            policy: trust.map(|trust| &trust.policy),
            anchors: trust.map(|trust| &trust.anchors),
            at: inputs.at,
            status_at: inputs.besides.status_at,
            status_max_age_millis: inputs.besides.status_max_age,
        },
        &Tools {
            crypto: &CRYPTO,
            tree: &TREE,
            contexts: &inputs.contexts,
        },
    );
    let credentials = bundle.credentials.iter().zip(&judged.reports);
    let views = credentials.map(|(one, report)| view(&one.document, report.as_ref(), &inputs));
    let shown = Bundled::of(&judged, trust.is_none(), views.collect());
    let answer = object([
        ("kind", "bundle".into()),
        ("carrier", "json".into()),
        ("report", judged.to_json()),
        (
            "verdict",
            verdict(judged.verdict().code(), shown.tone(), shown.words.clone()),
        ),
        ("title", shown.title().into()),
        ("main", shown.main_here().into_string().into()),
    ]);
    Ok(answer.to_string())
}

fn view(document: &str, report: Option<&Report>, inputs: &Inputs) -> Result<Box<View>, String> {
    match (Credential::parse(document.as_bytes()), report) {
        (Ok(credential), Some(report)) => Ok(Box::new(inputs.view(&credential, report))),
        (Ok(_), None) => Err(words::credential(&CredentialError::NotACredential)),
        (Err(error), _) => Err(words::credential(&error)),
    }
}

pub(crate) fn trusted(text: &str) -> Result<TrustFile, Value<'static>> {
    TrustFile::parse(text.as_bytes(), &TREE, &ANCHOR_CRYPTO).map_err(|error| {
        refused(
            "trust_unreadable",
            format!("The trust file cannot be read: {error}. `touchstone log trust` writes one."),
        )
    })
}
