//! Why a check did not pass: one sentence per fault, and what it means.

use touchstone_vc::Fault;

/// What happened, for the details of a check.
pub fn reason(fault: Fault) -> &'static str {
    match fault {
        Fault::ProofMissing => "It carries no signature at all.",
        Fault::SignatureInvalid => {
            "The signature does not fit the words. A single changed letter is enough for that."
        }
        Fault::NotCanonicalizable => {
            "Its statements cannot be brought into the form in which they were signed. It was changed, or it was never signed this way."
        }
        Fault::ContextUnknown => {
            "It uses a vocabulary that this page does not know by its content, so the meaning of its words is not certain."
        }
        Fault::NamesAmbiguous => "Some of its words can stand for something other than they say.",
        Fault::TooComplex => {
            "It is built so that checking it would take more work than is reasonable. Ordinary credentials are not."
        }
        Fault::SuiteUnsupported => "The method of its signature is not one that this page knows.",
        Fault::ChainBroken => {
            "Its signature builds on another signature, which is not there or does not hold."
        }
        Fault::ProofMalformed => "A part of the signature is missing or cannot be read.",
        Fault::PurposeWrong => "The signature was made for another purpose than stating something.",
        Fault::DomainUnexpected => {
            "The signature was made for one particular reader, and this page is another."
        }
        Fault::HostedDiffers => {
            "What stands at its address on the issuer’s site is not the same. This file was changed, or the site’s copy was."
        }
        Fault::ProofExpired => "The signature itself had an end, and that is past.",
        Fault::ProofFromFuture => "The signature says that it was made in the future.",
        Fault::ClaimsMismatch => {
            "What is written around it (issuer, number, dates) is not what it says itself."
        }
        Fault::IssuerMalformed => "It does not say who issued it in a form that can be followed.",
        Fault::ControllerMismatch => {
            "The key that signed it belongs to somebody else than the issuer it names."
        }
        Fault::KeyUnknown => "The issuer does not list the key that signed it.",
        Fault::KeyNotForAssertion => "The issuer lists the key, but not for signing statements.",
        Fault::KeyNotForAuthentication => {
            "The holder lists the key, but not for proving who presents something."
        }
        Fault::KeyRevoked => {
            "The issuer had already withdrawn the key when the signature was made."
        }
        Fault::KeyUnsupported => "The key is of a kind that this page cannot read.",
        Fault::KeyMalformed => {
            "What stands there as the key cannot be one, so nobody signed with it."
        }
        Fault::MethodUnsupported => {
            "Issuers with an identifier of this kind cannot be looked up here."
        }
        Fault::IssuerDocumentMissing => {
            "The issuer’s list of keys was not looked up, and none came with the credential."
        }
        Fault::IssuerDocumentUnreachable => "The issuer’s list of keys could not be fetched.",
        Fault::IssuerDocumentMalformed => {
            "The issuer’s list of keys cannot be read, or is somebody else’s."
        }
        Fault::ProofNotGood => {
            "Who signed it was not asked, because the signature does not hold or could not be checked."
        }
        Fault::IssuerUnproven => {
            "Anybody can write a name, and it is not known that this issuer signed it."
        }
        Fault::HolderMalformed => "It does not say who presents it in a form that can be followed.",
        Fault::ChallengeMismatch => {
            "It answers another question than the one that was asked here. It was made for somebody else, or shown before."
        }
        Fault::ChallengeNotAsked => {
            "Whoever has a copy of it can show it. Ask for an answer to a challenge of your own."
        }
        Fault::RemovedFromRegister => "The register listed this issuer once and removed it.",
        Fault::RegisterUnread => {
            "Whether a register lists this issuer is open while it cannot be read."
        }
        Fault::Expired => "Its end is past. After that the skill has to be shown again.",
        Fault::NotYetValid => "Its start lies in the future.",
        Fault::DatesMalformed => "A date is missing, or is no date.",
        Fault::Revoked => {
            "A withdrawn credential is not restored; if it was a mistake, the issuer issues a new one."
        }
        Fault::Suspended => "A pause can end: then the same credential stands again.",
        Fault::StatusEntryMalformed => {
            "The credential says where withdrawals are noted, but in a form that cannot be read."
        }
        Fault::StatusUnsupported => "Withdrawals are noted in a way that this page does not know.",
        Fault::StatusMessage => {
            "The issuer left a message about it. Whether that matters is for whoever reads it."
        }
        Fault::StatusListMissing => "The issuer’s list was not looked up.",
        Fault::StatusListUnreachable => "The issuer’s list could not be fetched.",
        Fault::StatusListMalformed => "What stands at the list’s address is no readable list.",
        Fault::StatusListUnproven => {
            "The list’s own signature does not hold or cannot be checked, so what it says is not certain."
        }
        Fault::StatusListForeign => "The list was signed by somebody else than the issuer.",
        Fault::StatusListMismatch => {
            "The list found is about something else, or stands at another address than it says."
        }
        Fault::StatusListStale => {
            "The list is older than it may be. What happened since is not known."
        }
        Fault::StatusListNotYetValid => "The list says that it starts in the future.",
        Fault::StatusListTooShort => {
            "The list is so short that looking at it would tell whose credential it was."
        }
        Fault::StatusIndexOutside => "The credential’s place lies outside the list.",
        Fault::StatusListTooLarge => "The list unpacks to more than is reasonable.",
        Fault::MemberMissing => "A part that every Open Badge has is missing.",
        Fault::MemberMalformed => "A part does not have the form that it must have.",
        Fault::ClaimMissing => {
            "A label that Open Badges of this kind must carry is missing around it. Nothing in it is changed by that."
        }
        Fault::MemberUnexpected => "A part stands where the standard allows no other parts.",
        Fault::NotOpenBadge => "It is some other kind of document, not an Open Badge.",
        Fault::SchemaUnknown => {
            "It names a description of its form that this page does not have, and none is fetched."
        }
        Fault::DigestMismatch => "The document is not the one whose fingerprint was signed.",
        Fault::DigestUnsupported => "The fingerprint is of a kind that this page cannot compute.",
        Fault::DocumentMissing => "The document was not opened.",
        Fault::DocumentUnreachable => "The document could not be fetched.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `reason` is total over the type; this list is what the claim below goes through.
    const EVERY: &[Fault] = &[
        Fault::ProofMissing,
        Fault::SignatureInvalid,
        Fault::NotCanonicalizable,
        Fault::ContextUnknown,
        Fault::NamesAmbiguous,
        Fault::TooComplex,
        Fault::SuiteUnsupported,
        Fault::ChainBroken,
        Fault::ProofMalformed,
        Fault::PurposeWrong,
        Fault::DomainUnexpected,
        Fault::HostedDiffers,
        Fault::ProofExpired,
        Fault::ProofFromFuture,
        Fault::ClaimsMismatch,
        Fault::IssuerMalformed,
        Fault::ControllerMismatch,
        Fault::KeyUnknown,
        Fault::KeyNotForAssertion,
        Fault::KeyNotForAuthentication,
        Fault::KeyRevoked,
        Fault::KeyUnsupported,
        Fault::KeyMalformed,
        Fault::MethodUnsupported,
        Fault::IssuerDocumentMissing,
        Fault::IssuerDocumentUnreachable,
        Fault::IssuerDocumentMalformed,
        Fault::ProofNotGood,
        Fault::IssuerUnproven,
        Fault::HolderMalformed,
        Fault::ChallengeMismatch,
        Fault::ChallengeNotAsked,
        Fault::RemovedFromRegister,
        Fault::RegisterUnread,
        Fault::Expired,
        Fault::NotYetValid,
        Fault::DatesMalformed,
        Fault::Revoked,
        Fault::Suspended,
        Fault::StatusEntryMalformed,
        Fault::StatusUnsupported,
        Fault::StatusMessage,
        Fault::StatusListMissing,
        Fault::StatusListUnreachable,
        Fault::StatusListMalformed,
        Fault::StatusListUnproven,
        Fault::StatusListForeign,
        Fault::StatusListMismatch,
        Fault::StatusListStale,
        Fault::StatusListNotYetValid,
        Fault::StatusListTooShort,
        Fault::StatusIndexOutside,
        Fault::StatusListTooLarge,
        Fault::MemberMissing,
        Fault::MemberMalformed,
        Fault::ClaimMissing,
        Fault::MemberUnexpected,
        Fault::NotOpenBadge,
        Fault::SchemaUnknown,
        Fault::DigestMismatch,
        Fault::DigestUnsupported,
        Fault::DocumentMissing,
        Fault::DocumentUnreachable,
    ];

    #[test]
    fn no_fault_is_told_in_words_that_are_ruled_out() {
        for &fault in EVERY {
            let words = reason(fault).to_lowercase();
            assert!(words.ends_with('.'), "{words}");
            for ruled_out in ["valid", "verif", "blockchain", "cryptogra", "did ", "token"] {
                assert!(!words.contains(ruled_out), "{fault:?}: {words}");
            }
        }
    }
}
