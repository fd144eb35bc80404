//! What an applicant hands in: files become credentials, and each says what it tells.

use touchstone_bundle::Bundle;
use touchstone_vc::{
    Credential, CredentialText, Timestamp, Verdict, bake::unbake_any, open_badges_2::Assertion,
};

use crate::{
    crosswalk::{ReadError, ShownCredential},
    verifying::{CheckError, Checked},
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
    /// What its issuer publishes about it is larger than is kept with an application: it cannot be checked here.
    pub too_large: bool,
    /// The names that stand in it.
    pub people: Vec<String>,
    /// The level reached, in words.
    pub level: Option<String>,
    /// When it was awarded.
    pub awarded: Option<Timestamp>,
    /// The evidence that it names.
    pub evidence: Vec<SharedEvidence>,
    /// The credential as it was handed in, byte for byte: what is sent, and checked again.
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
pub(super) fn unpacked<'a>(
    files: impl IntoIterator<Item = &'a Vec<u8>>,
) -> Result<Vec<Vec<u8>>, ReadError> {
    unpacked_up_to(files, MOST_CREDENTIALS)
}

/// The same, where `most` of them are read at once.
pub fn unpacked_up_to<'a>(
    files: impl IntoIterator<Item = &'a Vec<u8>>,
    most: usize,
) -> Result<Vec<Vec<u8>>, ReadError> {
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
            // Each is compared with those before it: no more of them than anybody sends.
            if all.len() > most {
                return Err(ReadError::TooMany(most));
            }
        }
    }
    match all.is_empty() {
        true => Err(ReadError::Nothing),
        false => Ok(all),
    }
}

/// A credential without what it came in, as [`check`](crate::verifying::check) takes it out, or a proof bundle as it is, whose credentials can be
/// read. Nothing is judged.
pub(super) fn taken_out(file: &[u8]) -> Result<Vec<u8>, CheckError> {
    if Bundle::is(file)
        && let Ok(bundle) = Bundle::parse(file)
    {
        for logged in &bundle.credentials {
            readable(logged.document.as_bytes())?;
        }
        return Ok(file.to_vec());
    }
    let (_, json) = unbake_any(file)?;
    readable(&json)?;
    Ok(json.into_owned())
}

/// Whether it is a credential at all.
fn readable(json: &[u8]) -> Result<(), CheckError> {
    if Assertion::parse(json).is_err() {
        Credential::read(&CredentialText::of(json))?;
    }
    Ok(())
}

/// What of `files` can stay in a form that has to be sent once more: what is a credential, without what it came in; nothing, where that
/// is more than anybody sends.
#[crate::boxed]
pub async fn kept_in_form(files: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let take_out = move || files.iter().flat_map(|file| taken_out(file)).collect();
    // Pictures and documents are unpacked, as many as there are: not on a thread that others wait for.
    let kept: Vec<_> = tokio::task::spawn_blocking(take_out)
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    match kept.iter().map(Vec::len).sum::<usize>() > MOST_KEPT_BYTES {
        true => Vec::new(),
        false => kept,
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
            too_large: checked.too_large,
            people: view
                .subject
                .names
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            level,
            awarded: view.awarded_date.or(view.valid_from),
            evidence: evidence.collect(),
            bytes: checked.as_it_came().to_vec(),
        })
    })
    .collect()
}

/// Whether two of them name different people: by name where both have one, else by identifier. What names nobody differs from nothing.
pub(super) fn subjects_differ(checked: &[Checked]) -> bool {
    let all: Vec<(Vec<String>, Option<String>)> = checked
        .iter()
        .filter_map(|one| {
            let credential = Credential::parse(&one.credential).ok()?;
            let subject = credential.view().subject;
            let names = subject.names.iter().map(|name| plain(name));
            Some((names.collect(), subject.id.map(str::to_owned)))
        })
        .collect();
    let differ = |one: &(Vec<String>, Option<String>), other: &(Vec<String>, Option<String>)| match (
        one.0.is_empty() || other.0.is_empty(),
        &one.1,
        &other.1,
    ) {
        (false, ..) => !one.0.iter().any(|name| other.0.contains(name)),
        (true, Some(one), Some(other)) => one != other,
        _ => false,
    };
    let mut pairs = all
        .iter()
        .enumerate()
        .flat_map(|(place, one)| all[place + 1..].iter().map(move |other| (one, other)));
    pairs.any(|(one, other)| differ(one, other))
}

/// A name without what people write one way and another: spaces and capitals.
fn plain(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// As many as anybody reads of one person.
pub const MOST_CREDENTIALS: usize = 20;
/// As much as a form carries back, written as text, beside files that are added to it.
const MOST_KEPT_BYTES: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_credentials_is_refused_before_it_is_compared() {
        let files: Vec<Vec<u8>> = (0..99).map(|n: u8| vec![n]).collect();
        let mut looked_at = 0;
        let refused = unpacked(files.iter().inspect(|_| looked_at += 1)).unwrap_err();
        assert_eq!(refused.to_string(), "give at most 20 credentials at once");
        assert_eq!(looked_at, MOST_CREDENTIALS + 1);
        let twice = unpacked(files[..20].iter().chain(&files[..20])).unwrap();
        assert_eq!(twice.len(), 20, "what is there twice counts once");
    }
}
