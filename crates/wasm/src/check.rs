//! One act of checking: a file and what to judge it from in, the report and its words out.

use touchstone_page::credential::{Known, View, show};
use touchstone_page::templates::Tone;
use touchstone_page::words;
use touchstone_vc::bake::{BakeError, Carrier, unbake_any};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::json::{JsonLimits, Object, Value};
use touchstone_vc::supplied::{self, Supplied, SuppliedError};
use touchstone_vc::{Contexts, Credential, CredentialError, Report, Timestamp, verify};

/// Checks the credential in `file` (JSON, or a PNG, SVG or PDF that carries one).
///
/// `inputs` is JSON: `at` (the moment to judge as of, RFC 3339) and the members of [`Supplied`]; for the page also `issuedHere`
/// (issuers by identifier, each with the address of its page), `trial` and `pageSays` (the words of the verdict that the page
/// shows already). The answer is JSON: `{"carrier", "report", "verdict": {"outcome", "words"}, "title", "main", "result"}`, where
/// `report` is what [`Report::to_json`](touchstone_vc::Report::to_json) writes and `main` and `result` are markup, or
/// `{"error": {"code", "words"}}`. Nothing else is read, no clock either. A presentation is refused as
/// `presentation_given` and a proof bundle as no credential: `check_whole` judges them.
#[must_use]
pub fn check(file: &[u8], inputs: &[u8]) -> String {
    match judged(file, inputs) {
        Ok(answer) => answer,
        Err(refused) => object([("error", refused)]).to_string(),
    }
}

fn judged(file: &[u8], inputs: &[u8]) -> Result<String, Value<'static>> {
    let inputs = Inputs::read(inputs)?;
    let (carrier, json) =
        unbake_any(file).map_err(|error| refused(code(error), words::carrier(&error)))?;
    let credential = Credential::parse(&json).map_err(|error| {
        let code = match error {
            CredentialError::Json(_) | CredentialError::Token => "unreadable_credential",
            CredentialError::NotACredential => "not_a_credential",
            CredentialError::Presentation => "presentation_given",
            CredentialError::Envelope => "envelope_unsupported",
        };
        refused(code, words::credential(&error))
    })?;
    #[cfg_attr(not(feature = "whole"), expect(unused_mut))]
    let mut evidence = inputs.supplied.evidence(&credential);
    #[cfg(feature = "whole")]
    crate::stapled::staple(&inputs, &mut evidence)?;
    let report = verify(
        &credential,
        &evidence,
        &inputs.supplied.trust,
        inputs.at,
        &CRYPTO,
        &inputs.contexts,
    );
    let view = inputs.view(&credential, &report);
    let (tone, words) = words::verdict(view.stand);
    let verdict = verdict(report.verdict().code(), tone, words);
    let result = show::result_here(&view, inputs.page_says.as_deref()).into_string();
    let answer = object([
        ("carrier", name(carrier).into()),
        ("report", report.to_json()),
        ("verdict", verdict),
        ("title", show::title(&view).into()),
        ("main", show::main_here(&view).into_string().into()),
        ("result", result.into()),
    ]);
    Ok(answer.to_string())
}

pub(crate) fn verdict(outcome: &'static str, tone: Tone, words: String) -> Value<'static> {
    object([
        ("outcome", outcome.into()),
        ("tone", tone.class().into()),
        ("words", words.into()),
    ])
}

/// What to judge from, and what the page knows besides.
pub(crate) struct Inputs {
    pub(crate) at: Timestamp,
    pub(crate) supplied: Supplied,
    pub(crate) contexts: Contexts,
    issued_here: Vec<(String, String)>,
    trial: bool,
    page_says: Option<String>,
    #[cfg(feature = "whole")]
    pub(crate) besides: crate::whole::AskedBesides,
}

impl Inputs {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Value<'static>> {
        Self::parse(bytes).map_err(|error| refused("inputs_unreadable", error))
    }

    /// What the page says of a credential that was judged.
    pub(crate) fn view(&self, credential: &Credential<'_>, report: &Report) -> View {
        let issuer = credential.issuer().unwrap_or_default();
        let page = self.issued_here.iter().find(|(id, _)| id == issuer);
        let known = Known {
            ours: page.is_some(),
            trial: page.is_some() && self.trial,
            issuer_page: page.map(|(_, page)| page.clone()),
            // No mark: a picture would have to be fetched, and whoever serves it would learn of it.
            ..Known::default()
        };
        View::of(&credential.view(), report, known)
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let limits = JsonLimits {
            bytes: supplied::MAX_BYTES,
            ..JsonLimits::default()
        };
        let value = Value::parse_within(bytes, &limits)
            .map_err(|error| SuppliedError::from(error).to_string())?;
        let at = value.get("at").and_then(Value::as_str).unwrap_or_default();
        let at = Timestamp::parse(at)
            .map_err(|why| format!("`at` is no moment like 2026-11-21T14:02:00Z: {why}"))?;
        let issued_here = value.get("issuedHere").and_then(Value::as_object);
        let issued_here = issued_here.into_iter().flat_map(Object::iter);
        let supplied = Supplied::from_value(&value).map_err(|error| error.to_string())?;
        Ok(Self {
            at,
            contexts: supplied.contexts().map_err(|error| error.to_string())?,
            supplied,
            issued_here: issued_here
                .filter_map(|(id, page)| Some((id.to_owned(), page.as_str()?.to_owned())))
                .collect(),
            trial: value.get("trial").and_then(Value::as_bool) == Some(true),
            page_says: value
                .get("pageSays")
                .and_then(Value::as_str)
                .map(str::to_owned),
            #[cfg(feature = "whole")]
            besides: crate::whole::AskedBesides::of(&value)?,
        })
    }
}

pub(crate) fn refused(code: &'static str, words: impl Into<String>) -> Value<'static> {
    object([("code", code.into()), ("words", words.into().into())])
}

/// The codes that the API gives for the same.
pub(crate) fn code(error: BakeError) -> &'static str {
    match error {
        BakeError::TooLarge => "too_large",
        _ => "not_a_credential",
    }
}

pub(crate) fn name(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Json => "json",
        Carrier::Png => "png",
        Carrier::Svg => "svg",
        Carrier::Pdf => "pdf",
    }
}

pub(crate) fn object<'v, const N: usize>(members: [(&'static str, Value<'v>); N]) -> Value<'v> {
    let mut object = Object::new();
    for (name, value) in members {
        object.insert(name, value);
    }
    Value::Object(object)
}
