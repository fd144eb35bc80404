//! Judging an assertion from the documents that were brought.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{Assertion, Signed, address, fetched, host, is_web, key, verification};
use crate::credential::{items, text};
use crate::crypto::Crypto;
use crate::evidence::{Document, Evidence, Resource, Trust, Unreachable};
use crate::report::{
    Check, CheckKind, Detail, Fault, IssuerDetail, NotOffered, Outcome, ProofDetail, Report,
    SchemaDetail, StatusDetail, ValidityDetail,
};
use crate::schema::{Misfit, Rules};
use crate::time::{DAY_MS, Timestamp};
use crate::verify::recognized;

/// What the report calls the method of a badge that nobody signed.
pub(crate) const HOSTED: &str = "HostedBadge";

impl Assertion {
    /// Judges it as of `at`, from `evidence` alone.
    #[must_use]
    pub fn verify(
        &self,
        evidence: &Evidence,
        trust: &Trust,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Report {
        let issuer = self.issuer(evidence);
        let (proof, fetched_at) = match &self.signed {
            Some(signed) => (
                self.signature(signed, issuer.as_ref(), evidence, crypto),
                None,
            ),
            None => self.copy(evidence),
        };
        let key = self.key_id(issuer.as_ref()).filter(|_| !self.hosted());
        let method = match &self.signed {
            Some(signed) => signed.algorithm.clone(),
            None => Some(HOSTED.to_string()),
        };
        let proof_check = check(
            CheckKind::Proof,
            proof,
            "",
            Detail::Proof(ProofDetail {
                suite: method,
                verification_method: key.clone(),
                created: None,
            }),
        );
        let bound = self.bound(issuer.as_ref(), proof, evidence);
        let issuer_id = issuer.as_ref().and_then(|issuer| text(issuer, "id"));
        let issuer_check = check(
            CheckKind::Issuer,
            bound,
            "/badge/issuer",
            Detail::Issuer(IssuerDetail {
                issuer: issuer_id.map(ToString::to_string),
                verification_method: key,
                fetched_at,
                unreachable: None,
            }),
        );
        let mut checks = Vec::from([
            proof_check,
            issuer_check,
            recognition(issuer_id, bound, trust),
            self.validity(at),
        ]);
        let mut not_offered = Vec::from([NotOffered::Evidence]);
        match self.status(issuer.as_ref(), evidence, at) {
            Some(status) => checks.push(status),
            None => not_offered.insert(0, NotOffered::Status),
        }
        checks.push(self.shape(evidence));
        Report {
            at,
            checks,
            not_offered,
            inside: Vec::new(),
            inside_left_out: 0,
        }
    }

    /// Whether the site says the same.
    fn copy(&self, evidence: &Evidence) -> (Outcome, Option<Timestamp>) {
        let Some(id) = self.id().filter(|id| is_web(id)) else {
            return (Outcome::Fail(Fault::ProofMissing), None);
        };
        match evidence.get(&Resource::Hosted(id.to_string())) {
            None | Some(Document::Proven(_)) => (Outcome::Unknown(Fault::DocumentMissing), None),
            Some(Document::Unreachable { .. }) => {
                (Outcome::Unknown(Fault::DocumentUnreachable), None)
            }
            Some(Document::Fetched(copy)) => {
                let same = match Value::parse(&copy.bytes) {
                    // Who withdrew it says so in place of the badge.
                    Ok(theirs) if theirs.get("revoked").and_then(Value::as_bool) == Some(true) => {
                        text(&theirs, "id") == Some(id)
                    }
                    Ok(theirs) => theirs == self.document,
                    Err(_) => false,
                };
                let outcome = match same {
                    true => Outcome::Pass,
                    false => Outcome::Fail(Fault::HostedDiffers),
                };
                (outcome, Some(copy.fetched_at))
            }
        }
    }

    /// Whether the key that is named made the signature. Nothing in the JWS header but `alg` is looked at.
    fn signature(
        &self,
        signed: &Signed,
        issuer: Option<&Value<'static>>,
        evidence: &Evidence,
        crypto: &Crypto,
    ) -> Outcome {
        match signed.algorithm.as_deref() {
            Some("RS256") => {}
            Some(name) if !name.eq_ignore_ascii_case("none") => {
                return Outcome::Unknown(Fault::SuiteUnsupported);
            }
            _ => return Outcome::Fail(Fault::ProofMissing),
        }
        let Some(document) = self.key(issuer, evidence) else {
            return Outcome::Unknown(Fault::IssuerDocumentMissing);
        };
        match text(&document, "publicKeyPem").and_then(key::rsa) {
            None => Outcome::Unknown(Fault::KeyUnsupported),
            Some(key) if (crypto.verify_rs256)(&key, &signed.input, &signed.signature) => {
                Outcome::Pass
            }
            Some(_) => Outcome::Fail(Fault::SignatureInvalid),
        }
    }

    /// The document of the key that is said to have signed.
    fn key(&self, issuer: Option<&Value<'static>>, evidence: &Evidence) -> Option<Value<'static>> {
        let id = self.key_id(issuer)?;
        let within = issuer.map_or(&[][..], |issuer| items(issuer, "publicKey"));
        let within = within.iter().find(|key| text(key, "id") == Some(&id));
        within.cloned().or_else(|| fetched(&id, evidence))
    }

    /// Whether the site, or the key, is the issuer's.
    fn bound(
        &self,
        issuer: Option<&Value<'static>>,
        proof: Outcome,
        evidence: &Evidence,
    ) -> Outcome {
        let Some(issuer) = issuer else {
            return Outcome::Unknown(self.why_no_issuer(evidence));
        };
        let Some(id) = text(issuer, "id") else {
            return Outcome::Fail(Fault::IssuerMalformed);
        };
        let own = match &self.signed {
            None => self.id().is_some_and(|url| on_its_site(issuer, id, url)),
            Some(_) => {
                let key = self.key_id(Some(issuer));
                let mut listed = items(issuer, "publicKey").iter();
                let listed =
                    listed.any(|one| one.as_str().or_else(|| text(one, "id")) == key.as_deref());
                // A key that is fetched says whose it is.
                let owner = self.key(Some(issuer), evidence);
                let owner = owner.as_ref().and_then(|key| text(key, "owner"));
                listed && owner.is_none_or(|owner| owner == id)
            }
        };
        match (own, proof) {
            (false, _) => Outcome::Fail(Fault::ControllerMismatch),
            (true, Outcome::Pass) => Outcome::Pass,
            (true, _) => Outcome::Unknown(Fault::ProofNotGood),
        }
    }

    fn why_no_issuer(&self, evidence: &Evidence) -> Fault {
        let badge = self.badge(evidence);
        let places = [
            self.document.get("badge"),
            badge.as_ref().and_then(|badge| badge.get("issuer")),
        ];
        let mut fault = Fault::IssuerDocumentMissing;
        for url in places.into_iter().flatten().filter_map(address) {
            match evidence.get(&Resource::Hosted(url.to_string())) {
                Some(Document::Unreachable { .. }) => fault = Fault::IssuerDocumentUnreachable,
                Some(Document::Fetched(_)) if fetched(url, evidence).is_none() => {
                    fault = Fault::IssuerDocumentMalformed;
                }
                _ => {}
            }
        }
        fault
    }

    fn validity(&self, at: Timestamp) -> Check {
        let date = |member| match self.document.get(member) {
            None => Ok(None),
            Some(date) => date
                .as_str()
                .and_then(|date| Timestamp::parse(date).ok())
                .map(Some)
                .ok_or(member),
        };
        let (from, until) = (date("issuedOn"), date("expires"));
        let detail = Detail::Validity(ValidityDetail {
            valid_from: from.ok().flatten(),
            valid_until: until.ok().flatten(),
        });
        let (outcome, member) = match (from, until) {
            (Err(member), _) | (_, Err(member)) => {
                (Outcome::Unknown(Fault::DatesMalformed), member)
            }
            (Ok(Some(from)), Ok(Some(until))) if until < from => {
                (Outcome::Unknown(Fault::DatesMalformed), "expires")
            }
            (_, Ok(Some(until))) if until < at => (Outcome::Fail(Fault::Expired), "expires"),
            (Ok(Some(from)), _) if at < from => (Outcome::Fail(Fault::NotYetValid), "issuedOn"),
            _ => return check(CheckKind::Validity, Outcome::Pass, "", detail),
        };
        check(CheckKind::Validity, outcome, &format!("/{member}"), detail)
    }

    /// What the issuer says of withdrawing: in a list, or at the badge's own address.
    fn status(
        &self,
        issuer: Option<&Value<'static>>,
        evidence: &Evidence,
        at: Timestamp,
    ) -> Option<Check> {
        let mut detail = StatusDetail {
            purpose: Some("revocation".to_string()),
            unsigned: true,
            ..StatusDetail::default()
        };
        let list = issuer.and_then(|issuer| text(issuer, "revocationList"));
        let own = self.id().filter(|id| self.hosted() && is_web(id));
        let outcome = match (list, own) {
            (None, None) => return None,
            (Some(list), _) => {
                detail.kind = Some("RevocationList".to_string());
                detail.list = Some(list.to_string());
                self.listed(list, evidence, at, &mut detail)
            }
            (None, Some(_)) => Outcome::Pass,
        };
        let outcome = match own.and_then(|own| gone(own, evidence, &mut detail)) {
            Some(at_its_address) if outcome == Outcome::Pass => at_its_address,
            _ => outcome,
        };
        detail.value = match outcome {
            Outcome::Pass => Some(0),
            Outcome::Fail(_) => Some(1),
            _ => None,
        };
        Some(check(
            CheckKind::Status,
            outcome,
            "",
            Detail::Status(detail),
        ))
    }

    fn listed(
        &self,
        url: &str,
        evidence: &Evidence,
        at: Timestamp,
        detail: &mut StatusDetail,
    ) -> Outcome {
        let copy = match evidence.get(&Resource::Hosted(url.to_string())) {
            None | Some(Document::Proven(_)) => return Outcome::Unknown(Fault::StatusListMissing),
            Some(Document::Unreachable { why, .. }) => {
                detail.unreachable = Some(*why);
                return Outcome::Unknown(Fault::StatusListUnreachable);
            }
            Some(Document::Fetched(copy)) => copy,
        };
        detail.fetched_at = Some(copy.fetched_at);
        let Some(list) = fetched(url, evidence) else {
            return Outcome::Unknown(Fault::StatusListMalformed);
        };
        if list.get("revokedAssertions").is_none() {
            return Outcome::Unknown(Fault::StatusListMalformed);
        }
        let uid = text(&self.document, "uid");
        let mut unread = false;
        for entry in items(&list, "revokedAssertions") {
            let named = [entry.as_str(), text(entry, "id"), text(entry, "uid")];
            let mut named = named.into_iter().flatten().peekable();
            unread |= named.peek().is_none();
            if named.any(|one| Some(one) == self.id() || Some(one) == uid) {
                detail.message = text(entry, "revocationReason").map(ToString::to_string);
                return Outcome::Fail(Fault::Revoked);
            }
        }
        // Whatever is withdrawn there, nobody can tell.
        if unread {
            return Outcome::Unknown(Fault::StatusListMalformed);
        }
        if copy.fetched_at.plus_millis(DAY_MS) < at {
            return Outcome::Unknown(Fault::StatusListStale);
        }
        Outcome::Pass
    }

    /// The members that version 2.0 asks for, in the assertion, its badge class and its issuer.
    fn shape(&self, evidence: &Evidence) -> Check {
        let fits = self.fits(evidence);
        let (outcome, path) = match fits {
            Ok(()) => (Outcome::Pass, ""),
            Err(ref misfit) => match misfit.fault {
                Fault::DocumentMissing => (Outcome::Unknown(misfit.fault), &*misfit.path),
                fault => (Outcome::Fail(fault), &*misfit.path),
            },
        };
        let detail = Detail::Schema(SchemaDetail {
            rules: Some(Rules::OpenBadge2),
            schema: None,
        });
        check(CheckKind::Schema, outcome, path, detail)
    }

    fn fits(&self, evidence: &Evidence) -> Result<(), Misfit> {
        let document = &self.document;
        let known = |context: &Value<'_>| match context {
            Value::String(url) => url == CONTEXT,
            inline => inline.as_object().is_some(),
        };
        has(
            document,
            &["@context", "id", "recipient", "badge", "issuedOn"],
        )?;
        if !items(document, "@context").iter().any(known) {
            return Err(Misfit::at(Fault::MemberMalformed, "@context"));
        }
        if verification(document).is_none() {
            return Err(Misfit::at(Fault::MemberMissing, "verification"));
        }
        let recipient = document.get("recipient").unwrap_or(document);
        has(recipient, &["type", "identity", "hashed"])
            .map_err(|misfit| misfit.under("recipient"))?;
        if recipient.get("hashed").and_then(Value::as_bool).is_none() {
            return Err(Misfit::at(Fault::MemberMalformed, "hashed").under("recipient"));
        }
        if let Some(image) = text(document, "image")
            && image.starts_with("data:")
        {
            // A badge's own picture is at an address: it is the baked one.
            return Err(Misfit::at(Fault::MemberMalformed, "image"));
        }
        let missing = Misfit::at(Fault::DocumentMissing, "badge");
        let badge = self.badge(evidence).ok_or(missing)?;
        (typed(&badge, &["BadgeClass"]))
            .and_then(|()| has(&badge, &["id", "name", "description", "criteria", "issuer"]))
            .map_err(|misfit| misfit.under("badge"))?;
        let missing = Misfit::at(Fault::DocumentMissing, "issuer").under("badge");
        let issuer = self.issuer(evidence).ok_or(missing)?;
        (typed(&issuer, &["Profile", "Issuer"]))
            .and_then(|()| has(&issuer, &["id", "name", "url"]))
            .map_err(|misfit| misfit.under("issuer").under("badge"))
    }
}

/// What stands at a hosted badge's own address, where it was withdrawn: 410 Gone, or a document that says so.
fn gone(own: &str, evidence: &Evidence, detail: &mut StatusDetail) -> Option<Outcome> {
    match evidence.get(&Resource::Hosted(own.to_string())) {
        None | Some(Document::Proven(_)) => Some(Outcome::Unknown(Fault::DocumentMissing)),
        Some(Document::Unreachable { why, .. }) => {
            detail.unreachable = Some(*why);
            Some(match why {
                Unreachable::Status(410) => Outcome::Fail(Fault::Revoked),
                _ => Outcome::Unknown(Fault::DocumentUnreachable),
            })
        }
        Some(Document::Fetched(copy)) => {
            let theirs = Value::parse(&copy.bytes).ok()?;
            detail.fetched_at = Some(copy.fetched_at);
            if theirs.get("revoked").and_then(Value::as_bool) == Some(true) {
                detail.message = text(&theirs, "revocationReason").map(ToString::to_string);
                return Some(Outcome::Fail(Fault::Revoked));
            }
            None
        }
    }
}

/// Whether `url` is one at which `issuer` may host: what its policy allows, or else the host of its own identifier.
fn on_its_site(issuer: &Value<'static>, id: &str, url: &str) -> bool {
    let policy = verification(issuer);
    let stated = |member| policy.map_or(&[][..], |policy| items(policy, member));
    let starts = stated("startsWith");
    let mut prefixes = starts.iter().filter_map(Value::as_str);
    if !starts.is_empty() && !prefixes.any(|start| url.starts_with(start)) {
        return false;
    }
    let origins = stated("allowedOrigins");
    let Some(host) = host(url) else { return false };
    if origins.is_empty() {
        return super::host(id) == Some(host);
    }
    let mut origins = origins.iter().filter_map(Value::as_str);
    origins.any(|origin| super::host(origin).unwrap_or(origin) == host)
}

fn recognition(id: Option<&str>, bound: Outcome, trust: &Trust) -> Check {
    let (outcome, detail) = recognized(id, bound, trust);
    check(CheckKind::Recognition, outcome, "/badge/issuer", detail)
}

fn has(object: &Value<'_>, members: &[&str]) -> Result<(), Misfit> {
    match members.iter().find(|member| object.get(member).is_none()) {
        Some(member) => Err(Misfit::at(Fault::MemberMissing, member)),
        None => Ok(()),
    }
}

fn typed(object: &Value<'_>, names: &[&str]) -> Result<(), Misfit> {
    let mut kinds = items(object, "type").iter().filter_map(Value::as_str);
    if kinds.any(|kind| names.contains(&kind)) {
        Ok(())
    } else {
        Err(Misfit::at(Fault::MemberMalformed, "type"))
    }
}

fn check(kind: CheckKind, outcome: Outcome, path: &str, detail: Detail) -> Check {
    Check {
        kind,
        outcome,
        path: path.to_string(),
        detail,
    }
}

const CONTEXT: &str = "https://w3id.org/openbadges/v2";
