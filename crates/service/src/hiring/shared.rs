//! What an applicant hands in: files become credentials, and each says what it tells.

use touchstone_bundle::Bundle;
use touchstone_vc::{Credential, Timestamp, Verdict};

use crate::{
    crosswalk::{ReadError, ShownCredential},
    verifying::Checked,
};

/// A credential that would be shared, or was, and what is read in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// What it was awarded for, in words.
    pub name: String,
    /// Who states it.
    pub issuer: String,
    /// The issuer's identifier.
    pub issuer_id: String,
    /// What checking it came to.
    pub verdict: Verdict,
    /// The names that stand in it.
    pub people: Vec<String>,
    /// The level reached, in words.
    pub level: Option<String>,
    /// When it was awarded.
    pub awarded: Option<Timestamp>,
    /// The evidence that it names.
    pub evidence: Vec<SharedEvidence>,
    /// The credential, byte for byte.
    pub bytes: Vec<u8>,
}

/// A piece of evidence that a credential names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedEvidence {
    /// What it is called, or its kind.
    pub name: String,
    /// Where it is, if anywhere.
    pub address: Option<String>,
}

/// The credentials in `files`: of a bundle those that it proves, of anything else the file itself. What is there twice counts once.
pub(super) fn unpacked(files: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, ReadError> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for file in files {
        let found = match Bundle::is(file).then(|| Bundle::parse(file)) {
            // What it proves besides is for a time when we are gone: here it is checked like any other.
            Some(Ok(bundle)) => bundle
                .credentials
                .into_iter()
                .map(|logged| logged.document.into_bytes())
                .collect(),
            _ => vec![file.clone()],
        };
        for one in found {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    match all.len() {
        0 => Err(ReadError::Nothing),
        many if many > MOST_CREDENTIALS => Err(ReadError::TooMany),
        _ => Ok(all),
    }
}

/// What was checked, with what is read in it.
pub(super) fn shared(checked: &[Checked], shown: &[ShownCredential]) -> Vec<Shared> {
    let both = checked.iter().zip(shown);
    both.filter_map(|(checked, shown)| {
        let credential = Credential::parse(&checked.credential).ok()?;
        let view = credential.view();
        let level = view.results.iter().find_map(|result| {
            let reached = result.levels.iter().find(|level| level.reached)?;
            reached.name.map(str::to_owned)
        });
        let evidence = view.evidence.iter().map(|one| SharedEvidence {
            name: one.name.or(one.genre).unwrap_or_default().to_owned(),
            address: one
                .id
                .filter(|id| id.starts_with("https://"))
                .map(str::to_owned),
        });
        Some(Shared {
            name: shown.name.clone(),
            issuer: shown.issuer.clone(),
            issuer_id: shown.issuer_id.clone(),
            verdict: shown.verdict,
            people: view
                .subject
                .names
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            level,
            awarded: view.awarded_date.or(view.valid_from),
            evidence: evidence.collect(),
            bytes: checked.credential.clone(),
        })
    })
    .collect()
}

/// As many as anybody reads of one person.
pub(super) const MOST_CREDENTIALS: usize = 20;
