//! Is the evidence what was assessed?
//!
//! Evidence and related documents that the credential binds by digest. What has no digest is not bound and is no
//! check.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{MAX_BOUND, World, check};
use crate::credential::{Credential, numbered, text};
use crate::digest;
use crate::evidence::{Document, Resource};
use crate::report::{Check, CheckKind, Detail, EvidenceDetail, Fault, Outcome};

/// A document that the credential binds by digest.
pub(super) struct Piece<'v> {
    value: &'v Value<'v>,
    path: String,
    evidence: bool,
}

impl Piece<'_> {
    /// Where it is, if it has a public address.
    pub(super) fn resource(&self) -> Option<Resource> {
        let id = text(self.value, "id")
            .filter(|id| id.starts_with("https://") || id.starts_with("http://"))?;
        Some(match self.evidence {
            true => Resource::Evidence(id.to_string()),
            false => Resource::RelatedResource(id.to_string()),
        })
    }
}

/// Everything that the credential binds by digest, in document order.
pub(super) fn pieces<'v>(credential: &'v Credential<'_>) -> Vec<Piece<'v>> {
    let mut pieces = Vec::new();
    for (member, evidence) in [("evidence", true), ("relatedResource", false)] {
        let Some(value) = credential.document().get(member) else {
            continue;
        };
        for (path, value) in numbered(value, &alloc::format!("/{member}")) {
            if digest::binds(value) {
                pieces.push(Piece {
                    value,
                    path,
                    evidence,
                });
            }
        }
    }
    pieces
}

pub(super) fn checks(credential: &Credential<'_>, world: &World<'_>) -> Vec<Check> {
    let pieces = pieces(credential);
    if pieces.len() > MAX_BOUND {
        let detail = Detail::Evidence(EvidenceDetail::default());
        return Vec::from([check(
            CheckKind::Evidence,
            Outcome::Unknown(Fault::TooComplex),
            "/evidence",
            detail,
        )]);
    }
    pieces.iter().map(|piece| one(piece, world)).collect()
}

fn one(piece: &Piece<'_>, world: &World<'_>) -> Check {
    let mut detail = EvidenceDetail {
        id: text(piece.value, "id").map(ToString::to_string),
        name: text(piece.value, "name").map(ToString::to_string),
        unreachable: None,
    };
    let document = piece
        .resource()
        .and_then(|resource| world.evidence.get(&resource));
    let outcome = match document {
        None | Some(Document::Proven(_)) => Outcome::Unknown(Fault::DocumentMissing),
        Some(Document::Unreachable { why, .. }) => {
            detail.unreachable = Some(*why);
            Outcome::Unknown(Fault::DocumentUnreachable)
        }
        Some(Document::Fetched(copy)) => {
            match digest::check(piece.value, &copy.bytes, world.crypto) {
                Ok(()) => Outcome::Pass,
                Err(Fault::DigestMismatch) => Outcome::Fail(Fault::DigestMismatch),
                Err(fault) => Outcome::Unknown(fault),
            }
        }
    };
    check(
        CheckKind::Evidence,
        outcome,
        &piece.path,
        Detail::Evidence(detail),
    )
}
