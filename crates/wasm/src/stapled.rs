//! Status proofs that came with a credential or a presentation: they take the place of the lists that they are of.
//!
//! **Invariant:** one that does not count ends the check, and is never passed over: whoever gave it wants it to count.

use touchstone_bundle::{Stapled, StatusAsked, StatusFile, Tools};
use touchstone_tlog::crypto::rust::CRYPTO as TREE;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::DidDocument;
use touchstone_vc::json::Value;
use touchstone_vc::multibase::decode_base64url;
use touchstone_vc::{Document, Evidence, Resource};

use crate::check::{Inputs, refused};
use crate::whole::trusted;

/// The member `statusProofs`: files as they are, each as Multibase (`u`, base64url).
pub(crate) fn read(inputs: &Value<'_>) -> Result<Vec<Vec<u8>>, String> {
    let files = match inputs.get("statusProofs") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(files) => files.as_array(),
    };
    let read = |file: &Value<'_>| decode_base64url(file.as_str()?.strip_prefix('u')?).ok();
    let files = files.and_then(|files| files.iter().map(read).collect());
    files.ok_or_else(|| "`statusProofs` is no list of files, each as Multibase (u…)".to_owned())
}

/// Puts what the proofs show into what is judged from.
pub(crate) fn staple(inputs: &Inputs, evidence: &mut Evidence) -> Result<(), Value<'static>> {
    let files = &inputs.besides.status_proofs;
    if files.is_empty() {
        return Ok(());
    }
    let no = |words: String| refused("status_proof_refused", words);
    let Some(trust) = inputs.besides.trust.as_deref() else {
        return Err(no(
            "A status proof counts under a trust file: choose yours as well.".to_owned(),
        ));
    };
    let policy = trusted(trust)?.policy;
    let tools = Tools {
        crypto: &CRYPTO,
        tree: &TREE,
        contexts: &inputs.contexts,
    };
    let mut stapled = Stapled::default();
    for file in files {
        let said = |why: String| no(format!("A status proof does not count: {why}."));
        let file = StatusFile::read(file, &TREE).map_err(|why| said(why.to_string()))?;
        let issuer = &file.proof.stated().issuer;
        let contained = DidDocument::contained(issuer).is_some();
        let document = document(inputs, issuer);
        if !contained && document.is_none() {
            return Err(said(format!(
                "the document of {issuer}, whose key has to have signed it, is not here"
            )));
        }
        let asked = StatusAsked {
            policy: &policy,
            at: inputs.at,
            max_age_millis: inputs.besides.status_max_age,
            document: document.as_ref(),
        };
        file.believe(&asked, &tools)
            .map_err(|why| said(why.to_string()))?;
        stapled
            .add(&file.proof)
            .map_err(|why| said(why.to_string()))?;
    }
    for url in stapled.lists() {
        let Some(known) = evidence.get_mut(&Resource::StatusList(url.to_owned())) else {
            return Err(no(format!(
                "A status proof is of {url}, a list in which no credential here stands."
            )));
        };
        let at_hand = match known {
            Document::Fetched(list) => Some(&*list),
            _ => None,
        };
        if let Some(shown) = stapled.of(url, at_hand) {
            *known = shown;
        }
    }
    Ok(())
}

/// The document of an issuer, where it was supplied.
fn document(inputs: &Inputs, issuer: &str) -> Option<DidDocument> {
    let address = Resource::DidDocument(issuer.to_owned()).address()?;
    let found = inputs.supplied.documents.get(&address)?;
    DidDocument::published(issuer, &found.bytes, found.fetched_at, &CRYPTO).ok()
}
