//! Single values of a row: addresses, DIDs, languages, evidence.

use touchstone_vc::did::DidDocument;
use url::{Host, Url};

use super::FaultCode as Code;
use crate::{
    issuing::{EvidenceInput, LanguageTag, RequiredEvidence},
    text::is_direction_override,
};

/// Reads a mail address; its domain comes out in lower case.
pub(in crate::issuing) fn email(text: &str) -> Result<String, (Code, String)> {
    let refused = |way_out: &str| (Code::BadEmail, format!("“{}” {way_out}", shown(text)));
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Err((
            Code::BadEmail,
            format!(
                "there is no “@” in “{}”; correct it, or leave it empty",
                shown(text)
            ),
        ));
    };
    let unfit = |c: char| c.is_whitespace() || c.is_control() || "()<>[]:;@\\,\"".contains(c);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.') || !c.is_ascii();
    let host = match Host::parse(domain) {
        Ok(Host::Domain(host)) if domain.chars().all(letters) && is_public_name(&host) => host,
        _ => {
            return Err(refused(
                "has no mail domain after the “@”; write it like name@example.org, or leave it empty",
            ));
        }
    };
    if local.is_empty() || local.len() > 64 || dots || local.contains(unfit) || text.len() > 254 {
        return Err(refused(
            "is not an address; write it like name@example.org, or leave it empty",
        ));
    }
    Ok(format!("{local}@{host}"))
}

/// At least two labels, none of them empty or framed by hyphens.
fn is_public_name(host: &str) -> bool {
    let label = |label: &str| {
        let framed = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && label.len() <= 63 && !framed && !label.contains('_')
    };
    host.contains('.') && host.len() <= 253 && host.split('.').all(label)
}

/// Reads a DID ([DID Core](https://www.w3.org/TR/did-1.0/#did-syntax) §3.1). One that contains its key must contain one.
pub(super) fn did(text: &str) -> Result<String, (Code, String)> {
    let refused = |way_out: &str| Err((Code::BadDid, format!("“{}” {way_out}", shown(text))));
    let parts = text
        .strip_prefix("did:")
        .and_then(|rest| rest.split_once(':'));
    let Some((method, id)) = parts else {
        return refused(
            "is not a DID; write it like did:key:z6Mk… or did:web:example.org, or leave it empty",
        );
    };
    if text.contains(['/', '?', '#']) {
        return refused(
            "names a part of a document; leave out what stands from the first “/”, “?” or “#” on",
        );
    }
    let method_fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if method.is_empty() || !method.chars().all(method_fits) || !is_method_specific(id) {
        return refused(
            "is not a DID: it has signs that none can have, or ends too early; copy it anew from the wallet, or leave it empty",
        );
    }
    if let Some(Err(_)) = DidDocument::contained(text) {
        return refused(
            "should contain a key, and none can be read from it; copy it anew from the wallet, or leave it empty",
        );
    }
    Ok(text.to_owned())
}

/// `*( *idchar ":" ) 1*idchar`
fn is_method_specific(id: &str) -> bool {
    let mut signs = id.chars();
    while let Some(sign) = signs.next() {
        let fits = match sign {
            '%' => {
                let hex = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_hexdigit());
                hex(signs.next()) && hex(signs.next())
            }
            sign => sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ':'),
        };
        if !fits {
            return false;
        }
    }
    !id.is_empty() && !id.ends_with(':')
}

/// Reads a language tag.
pub(super) fn language(text: &str) -> Result<String, (Code, String)> {
    let tag = LanguageTag::parse(text).map(|tag| tag.to_string());
    tag.map_err(|_| {
        let way_out = "write a language tag such as en, de or pt-BR, or leave it empty";
        (
            Code::BadLanguage,
            format!("“{}” is not a language tag; {way_out}", shown(text)),
        )
    })
}

/// Reads one piece of evidence: `KIND=` before it says which of the kinds that are asked for it is.
pub(super) fn evidence(
    piece: &str,
    asked: &[RequiredEvidence],
) -> Result<EvidenceInput, (Code, String)> {
    let named = piece.split_once('=');
    let named = named.filter(|(kind, _)| {
        let address = kind.contains([':', '/', '#', '.', '?']);
        !word(kind).is_empty() && !address && !kind.to_lowercase().starts_with("sha256")
    });
    let Some((written, piece)) = named else {
        return bare_evidence(piece);
    };
    let kind = asked.iter().find(|one| word(&one.name) == word(written));
    let kind = kind.ok_or_else(|| {
        let words: Vec<String> = asked.iter().map(|one| word(&one.name)).collect();
        let way_out = match words.as_slice() {
            [] => "this achievement asks for no kind; leave it out".to_owned(),
            words => format!("use {} or leave it out", words.join(", ")),
        };
        let message = format!(
            "“{}” is no kind of evidence here; {way_out}",
            shown(written)
        );
        (Code::BadEvidence, message)
    })?;
    Ok(EvidenceInput {
        kind: Some(kind.name.clone()),
        ..bare_evidence(piece)?
    })
}

/// A name as one word, as it stands in a cell: `measurement-log` for “Measurement log”.
pub(super) fn word(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let parts: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    parts.join("-")
}

fn bare_evidence(piece: &str) -> Result<EvidenceInput, (Code, String)> {
    let bare = piece
        .strip_prefix("sha256:")
        .or_else(|| piece.strip_prefix("sha256-"))
        .unwrap_or(piece);
    if let Some(sha256) = digest(bare) {
        return Ok(EvidenceInput {
            sha256: Some(sha256),
            ..EvidenceInput::default()
        });
    }
    if piece.starts_with("sha256") {
        let message = format!(
            "“{}” is not a SHA-256; it has 64 digits of 0-9 and a-f",
            shown(piece)
        );
        return Err((Code::BadEvidence, message));
    }
    let (address, sha256) = match piece.rsplit_once("#sha256=") {
        None => (piece, None),
        Some((address, hex)) => {
            let message = || {
                (
                    Code::BadEvidence,
                    format!(
                        "what follows #sha256= in “{}” is not a SHA-256",
                        shown(piece)
                    ),
                )
            };
            (address, Some(digest(hex).ok_or_else(message)?))
        }
    };
    let url = Url::parse(address).ok().filter(Url::has_host);
    match url {
        Some(url)
            if url.scheme() == "https" && url.username().is_empty() && url.password().is_none() =>
        {
            Ok(EvidenceInput {
                url: Some(url.into()),
                sha256,
                ..EvidenceInput::default()
            })
        }
        Some(url) if url.scheme() == "https" => Err((
            Code::BadEvidence,
            format!(
                "“{}” carries a password; publish it without one",
                shown(piece)
            ),
        )),
        Some(_) => {
            let message = format!(
                "“{}” does not start with https://; use an address that does",
                shown(piece)
            );
            Err((Code::NotHttps, message))
        }
        None => {
            let message = format!(
                "“{}” is neither an https address nor a SHA-256",
                shown(piece)
            );
            Err((Code::BadEvidence, message))
        }
    }
}

fn digest(hex: &str) -> Option<String> {
    let fits = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| hex.to_ascii_lowercase())
}

/// What was written, as it can be repeated in a message.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_control() && !is_direction_override(*c))
        .take(61)
        .collect();
    if shown.chars().count() > 60 {
        shown.pop();
        shown.push('…');
    }
    shown
}
