//! The report as JSON, with stable codes: what the API, the CLI and the browser give.
//!
//! Codes are the names of the variants in `snake_case`. They are part of the interface: add, never rename.

use alloc::string::ToString;

use touchstone_canon::json::Value;

use crate::evidence::Unreachable;
use crate::report::{
    Check, CheckKind, Consulted, Detail, Fault, Inside, LastGood, NotOffered, Outcome, Report,
    Role, Verdict,
};
use crate::schema::Rules;
use crate::time::Timestamp;
use crate::verify::{About, PresentationReport};
use crate::write::Members;

impl Report {
    /// The report as JSON.
    ///
    /// `{"verdict", "at", "checks": [{"check", "outcome", "fault"?, "path"?, …details}], "notOffered": […],
    /// "inside"?: [{"path", "role", …, "report": {…}}], "insideLeftOut"?}`. Times are RFC 3339.
    #[must_use]
    pub fn to_json(&self) -> Value<'_> {
        Members::new()
            .with("verdict", self.verdict().code())
            .with("at", self.at.to_string())
            .with(
                "checks",
                self.checks.iter().map(check).collect::<Value<'_>>(),
            )
            .with(
                "notOffered",
                self.not_offered
                    .iter()
                    .map(|offer| Value::from(offer.code()))
                    .collect::<Value<'_>>(),
            )
            .list("inside", self.inside.iter().map(inside))
            .maybe(
                "insideLeftOut",
                Some(self.inside_left_out as u64).filter(|count| *count > 0),
            )
            .done()
    }
}

impl PresentationReport {
    /// The report as JSON.
    ///
    /// `{"verdict", "at", "holder"?, "checks": […], "credentials": [{"path", "about", "report" | "error"}]}`.
    #[must_use]
    pub fn to_json(&self) -> Value<'_> {
        let credentials = self.credentials.iter().map(|presented| {
            let members = Members::new()
                .with("path", presented.path.as_str())
                .with("about", presented.about.code());
            let members = match &presented.found {
                Ok(report) => members.with("report", report.to_json()),
                Err(error) => members.with("error", error.to_string()),
            };
            members.done()
        });
        Members::new()
            .with("verdict", self.verdict().code())
            .with("at", self.at.to_string())
            .text("holder", self.holder.as_deref())
            .with(
                "checks",
                self.checks.iter().map(check).collect::<Value<'_>>(),
            )
            .with("credentials", credentials.collect::<Value<'_>>())
            .done()
    }
}

fn inside(inside: &Inside) -> Value<'_> {
    Members::new()
        .with("path", inside.path.as_str())
        .with("role", inside.role.code())
        .text("id", inside.id.as_deref())
        .text("name", inside.name.as_deref())
        .text("issuer", inside.issuer.as_deref())
        .text("comment", inside.comment.as_deref())
        .maybe("aboutThis", inside.about_this)
        .with("report", inside.report.to_json())
        .done()
}

fn check(check: &Check) -> Value<'_> {
    let members = Members::new()
        .with("check", check.kind.code())
        .with("outcome", check.outcome.code())
        .maybe("fault", check.outcome.fault().map(Fault::code))
        .maybe(
            "path",
            Some(check.path.as_str()).filter(|path| !path.is_empty()),
        );
    detail(members, &check.detail).done()
}

fn detail<'r>(members: Members<'r>, detail: &'r Detail) -> Members<'r> {
    match detail {
        Detail::None => members,
        Detail::Proof(proof) => members
            .text("suite", proof.suite.as_deref())
            .text("verificationMethod", proof.verification_method.as_deref())
            .maybe("created", time(proof.created)),
        Detail::Issuer(issuer) => members
            .text("issuer", issuer.issuer.as_deref())
            .text("verificationMethod", issuer.verification_method.as_deref())
            .maybe("fetchedAt", time(issuer.fetched_at))
            .maybe("unreachable", issuer.unreachable.map(unreachable)),
        Detail::Recognition(recognition) => members
            .list("consulted", recognition.consulted.iter().map(consulted))
            .text("register", recognition.register.as_deref())
            .maybe("asOf", time(recognition.as_of))
            .maybe("removedOn", time(recognition.removed_on)),
        Detail::Validity(validity) => members
            .maybe("validFrom", time(validity.valid_from))
            .maybe("validUntil", time(validity.valid_until)),
        Detail::Status(status) => members
            .text("type", status.kind.as_deref())
            .text("purpose", status.purpose.as_deref())
            .text("list", status.list.as_deref())
            .maybe("index", status.index)
            .maybe("value", status.value)
            .text("message", status.message.as_deref())
            .maybe("unsigned", status.unsigned.then_some(true))
            .maybe("listFrom", time(status.list_from))
            .maybe("listUntil", time(status.list_until))
            .maybe("fetchedAt", time(status.fetched_at))
            .maybe("unreachable", status.unreachable.map(unreachable))
            .maybe("lastGood", status.last_good.map(last_good)),
        Detail::Schema(schema) => members
            .maybe("rules", schema.rules.map(Rules::code))
            .text("schema", schema.schema.as_deref()),
        Detail::Evidence(evidence) => members
            .text("id", evidence.id.as_deref())
            .text("name", evidence.name.as_deref())
            .maybe("unreachable", evidence.unreachable.map(unreachable)),
    }
}

fn time(at: Option<Timestamp>) -> Option<Value<'static>> {
    at.map(|at| at.to_string().into())
}

fn consulted(register: &Consulted) -> Value<'_> {
    Members::new()
        .with("name", register.name.as_str())
        .text("source", register.source.as_deref())
        .maybe("asOf", time(register.as_of))
        .maybe("unread", register.unread.then_some(true))
        .done()
}

fn last_good(answer: LastGood) -> Value<'static> {
    Members::new()
        .with("at", answer.at.to_string())
        .with("set", answer.set)
        .done()
}

fn unreachable(why: Unreachable) -> Value<'static> {
    let members = Members::new().with("code", why.code());
    match why {
        Unreachable::Status(status) => members.with("status", u64::from(status)).done(),
        _ => members.done(),
    }
}

impl Outcome {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(_) => "fail",
            Self::Unknown(_) => "unknown",
            Self::NotListed => "not_listed",
        }
    }

    /// Why, if it is not a pass.
    #[must_use]
    pub const fn fault(self) -> Option<Fault> {
        match self {
            Self::Fail(fault) | Self::Unknown(fault) => Some(fault),
            Self::Pass | Self::NotListed => None,
        }
    }
}

/// Gives an enum its stable names, each in one place.
macro_rules! codes {
    ($name:ident { $($variant:ident $(($($any:tt)*))? => $code:literal,)* }) => {
        impl $name {
            /// Its stable name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant $(($($any)*))? => $code,)*
                }
            }
        }
    };
}

codes!(Verdict {
    Pass => "pass",
    TakeCare => "take_care",
    NotListed => "not_listed",
    Unknown => "unknown",
    Failed => "failed",
});

codes!(CheckKind {
    Proof => "proof",
    Issuer => "issuer",
    Recognition => "recognition",
    Validity => "validity",
    Status => "status",
    Schema => "schema",
    Evidence => "evidence",
    Holder => "holder",
    Challenge => "challenge",
});

codes!(Rules {
    DataModel2 => "vc_data_model_2.0",
    DataModel1 => "vc_data_model_1.1",
    OpenBadge => "open_badges_3.0",
    Endorsement => "open_badges_3.0_endorsement",
    Clr => "clr_2.0",
    OpenBadge2 => "open_badges_2.0",
});

codes!(About {
    Holder => "holder",
    Other => "other",
    Open => "open",
});

codes!(Role {
    Endorsement => "endorsement",
    Part => "part",
});

codes!(NotOffered {
    Status => "status",
    Evidence => "evidence",
});

codes!(Unreachable {
    Offline => "offline",
    NotAllowed => "not_allowed",
    NoSuchHost => "no_such_host",
    NoAnswer => "no_answer",
    Insecure => "insecure",
    Status(_) => "http_status",
    TooLarge => "too_large",
});

codes!(Fault {
    ProofMissing => "proof_missing",
    SignatureInvalid => "signature_invalid",
    NotCanonicalizable => "not_canonicalizable",
    ContextUnknown => "context_unknown",
    NamesAmbiguous => "names_ambiguous",
    TooComplex => "too_complex",
    SuiteUnsupported => "suite_unsupported",
    ChainBroken => "chain_broken",
    ProofMalformed => "proof_malformed",
    PurposeWrong => "purpose_wrong",
    DomainUnexpected => "domain_unexpected",
    HostedDiffers => "hosted_differs",
    ProofExpired => "proof_expired",
    ProofFromFuture => "proof_from_future",
    ClaimsMismatch => "claims_mismatch",
    IssuerMalformed => "issuer_malformed",
    ControllerMismatch => "controller_mismatch",
    KeyUnknown => "key_unknown",
    KeyNotForAssertion => "key_not_for_assertion",
    KeyNotForAuthentication => "key_not_for_authentication",
    KeyRevoked => "key_revoked",
    KeyUnsupported => "key_unsupported",
    KeyMalformed => "key_malformed",
    MethodUnsupported => "method_unsupported",
    IssuerDocumentMissing => "issuer_document_missing",
    IssuerDocumentUnreachable => "issuer_document_unreachable",
    IssuerDocumentMalformed => "issuer_document_malformed",
    ProofNotGood => "proof_not_good",
    IssuerUnproven => "issuer_unproven",
    HolderMalformed => "holder_malformed",
    ChallengeMismatch => "challenge_mismatch",
    ChallengeNotAsked => "challenge_not_asked",
    RemovedFromRegister => "removed_from_register",
    RegisterUnread => "register_unread",
    Expired => "expired",
    NotYetValid => "not_yet_valid",
    DatesMalformed => "dates_malformed",
    Revoked => "revoked",
    Suspended => "suspended",
    StatusEntryMalformed => "status_entry_malformed",
    StatusUnsupported => "status_unsupported",
    StatusMessage => "status_message",
    StatusListMissing => "status_list_missing",
    StatusListUnreachable => "status_list_unreachable",
    StatusListMalformed => "status_list_malformed",
    StatusListUnproven => "status_list_unproven",
    StatusListForeign => "status_list_foreign",
    StatusListMismatch => "status_list_mismatch",
    StatusListStale => "status_list_stale",
    StatusListNotYetValid => "status_list_not_yet_valid",
    StatusListTooShort => "status_list_too_short",
    StatusIndexOutside => "status_index_outside",
    StatusListTooLarge => "status_list_too_large",
    MemberMissing => "member_missing",
    MemberMalformed => "member_malformed",
    ClaimMissing => "claim_missing",
    MemberUnexpected => "member_unexpected",
    NotOpenBadge => "not_open_badge",
    SchemaUnknown => "schema_unknown",
    DigestMismatch => "digest_mismatch",
    DigestUnsupported => "digest_unsupported",
    DocumentMissing => "document_missing",
    DocumentUnreachable => "document_unreachable",
});
