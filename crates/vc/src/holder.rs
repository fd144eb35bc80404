//! Whether a credential that names nobody was issued to somebody who says so.
//!
//! Open Badges 3.0, `IdentityObject` and `IdentityHash`: `identityHash` is `sha256$` and the hexadecimal hash of the identifier
//! followed by the salt, both in UTF-8. The specification does not say how an e-mail address is spelled before it is hashed:
//! most issuers, this one too, take it in lower case, some as it was typed. Both spellings are tried.
//!
//! **Invariant:** what cannot be compared is never told as "somebody else".

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::view::{HashedView, Subject};

/// What comparing an identifier with a credential came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HolderMatch {
    /// The credential was issued to it.
    Same,
    /// The credential was issued to another one of its kind.
    Other,
    /// The credential is tied to nothing of its kind, so nothing can be said.
    NotTied,
    /// The credential is tied to one of its kind, in a way that cannot be read here (another hash than SHA-256).
    Unreadable,
}

impl HolderMatch {
    /// The stable code: `same`, `other`, `not_tied` or `unreadable`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Other => "other",
            Self::NotTied => "not_tied",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Subject<'_> {
    /// Compares what a person told (a DID, an e-mail address, else another identifier) with what the credential is tied to.
    #[must_use]
    pub fn belongs_to(&self, told: &str, sha256: fn(&[u8]) -> [u8; 32]) -> HolderMatch {
        // A DID is the subject's own id, letter by letter.
        let did = |text: &str| text.trim().starts_with("did:");
        if let Some(own) = self.id.filter(|own| did(own) && did(told)) {
            return match own == told.trim() {
                true => HolderMatch::Same,
                false => HolderMatch::Other,
            };
        }
        let address = told.contains('@');
        let spellings = spellings(told);
        let mut found = HolderMatch::NotTied;
        let hashed = self.hashed.iter().map(|identity| {
            let verdict = hashed(identity, &spellings, sha256);
            (identity.identity_type, verdict)
        });
        let clear = self.identifiers.iter().map(|&(kind, value)| {
            let same = self::spellings(value)
                .iter()
                .any(|spelling| spellings.contains(spelling));
            let verdict = if same {
                HolderMatch::Same
            } else {
                HolderMatch::Other
            };
            (kind, verdict)
        });
        for (kind, verdict) in hashed.chain(clear) {
            match verdict {
                HolderMatch::Same => return HolderMatch::Same,
                // An address says nothing about a student number.
                _ if (kind == EMAIL) != address => {}
                // One that cannot be read may be the one that was told.
                HolderMatch::Unreadable => found = HolderMatch::Unreadable,
                _ if found == HolderMatch::NotTied => found = verdict,
                _ => {}
            }
        }
        found
    }
}

fn hashed(
    identity: &HashedView<'_>,
    spellings: &[String],
    sha256: fn(&[u8]) -> [u8; 32],
) -> HolderMatch {
    let readable = identity.hash.strip_prefix("sha256$").is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    if !readable {
        return HolderMatch::Unreadable;
    }
    let same = spellings
        .iter()
        .any(|spelling| identity.matches(spelling, sha256));
    if same {
        HolderMatch::Same
    } else {
        HolderMatch::Other
    }
}

/// The spellings under which an issuer may have hashed what was told.
fn spellings(told: &str) -> Vec<String> {
    if !told.contains('@') {
        return Vec::from([told.trim().to_owned()]);
    }
    // No address has a space in it; copying one out of a mail or a table brings some along, seen and unseen.
    let plain: String = told
        .chars()
        .filter(|c| !c.is_whitespace() && !UNSEEN.contains(c))
        .collect();
    let lower = plain.to_lowercase();
    Vec::from([lower, plain])
}

const EMAIL: &str = "emailAddress";
/// Zero-width space, non-joiner, joiner, word joiner, byte order mark.
const UNSEEN: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

#[cfg(test)]
mod tests {
    use alloc::format;

    use touchstone_canon::multibase::encode_hex;

    use super::*;
    use crate::crypto::rust::CRYPTO;

    fn fingerprint(identifier: &str, salt: &str) -> String {
        let digest = (CRYPTO.sha256)(format!("{identifier}{salt}").as_bytes());
        format!("sha256${}", encode_hex(&digest))
    }

    #[track_caller]
    fn check(issued: &[(&str, &str)], told: &str, expect: HolderMatch) {
        let hashes: Vec<String> = issued
            .iter()
            .map(|(_, hash)| match hash.strip_prefix("as is ") {
                Some(hash) => hash.to_owned(),
                None => fingerprint(hash, "salt"),
            })
            .collect();
        let subject = Subject {
            hashed: issued
                .iter()
                .zip(&hashes)
                .map(|(&(identity_type, _), hash)| HashedView {
                    identity_type,
                    hash,
                    salt: "salt",
                })
                .collect(),
            ..Subject::default()
        };
        assert_eq!(subject.belongs_to(told, CRYPTO.sha256), expect, "{told:?}");
    }

    #[test]
    fn a_did_is_compared_with_the_subjects_own() {
        let subject = Subject {
            id: Some("did:web:ada.example"),
            ..Subject::default()
        };
        for (told, expect) in [
            (" did:web:ada.example ", HolderMatch::Same),
            ("did:web:ADA.example", HolderMatch::Other),
            ("did:web:bob.example", HolderMatch::Other),
            ("ada@example.org", HolderMatch::NotTied),
        ] {
            assert_eq!(subject.belongs_to(told, CRYPTO.sha256), expect, "{told}");
        }
        let subject = Subject {
            id: Some("urn:uuid:1"),
            ..Subject::default()
        };
        let told = "did:web:ada.example";
        let found = subject.belongs_to(told, CRYPTO.sha256);
        assert_eq!(found, HolderMatch::NotTied);
    }

    #[test]
    fn an_address_is_the_same_in_any_case_and_with_spaces_around_it() {
        for told in [
            "ada@example.org",
            "Ada@Example.ORG",
            " ada@example.org\r\n",
            "\u{feff}ada@example.org\u{200b}",
            "ada @example.org",
        ] {
            check(&[(EMAIL, "ada@example.org")], told, HolderMatch::Same);
        }
    }

    #[test]
    fn an_issuer_that_hashed_the_address_as_typed_is_matched_too() {
        check(
            &[(EMAIL, "Ada@Example.org")],
            "Ada@Example.org",
            HolderMatch::Same,
        );
    }

    #[test]
    fn another_address_is_another() {
        for told in [
            "bob@example.org",
            "ada@example.com",
            "@",
            "ada@example.orgs",
        ] {
            check(&[(EMAIL, "ada@example.org")], told, HolderMatch::Other);
        }
    }

    #[test]
    fn what_it_is_not_tied_to_is_not_told_as_another() {
        check(
            &[("identifier", "2026-17")],
            "ada@example.org",
            HolderMatch::NotTied,
        );
        check(
            &[(EMAIL, "ada@example.org")],
            "2026-17",
            HolderMatch::NotTied,
        );
        check(&[], "ada@example.org", HolderMatch::NotTied);
        check(&[("identifier", "2026-17")], " 2026-17 ", HolderMatch::Same);
        check(&[("identifier", "2026-17")], "2026-18", HolderMatch::Other);
    }

    #[test]
    fn a_hash_that_cannot_be_read_is_not_told_as_another() {
        for hash in [
            "as is md5$0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
            "as is sha256$zz",
            "as is ",
        ] {
            check(&[(EMAIL, hash)], "ada@example.org", HolderMatch::Unreadable);
            // Beside one that can be read and differs, it may still be the one that was told.
            check(
                &[(EMAIL, "bob@example.org"), (EMAIL, hash)],
                "ada@example.org",
                HolderMatch::Unreadable,
            );
        }
    }

    #[test]
    fn of_several_one_match_is_enough() {
        check(
            &[(EMAIL, "bob@example.org"), (EMAIL, "ada@example.org")],
            "ada@example.org",
            HolderMatch::Same,
        );
    }

    #[test]
    fn a_hash_without_salt_is_compared_without() {
        let hash = fingerprint("ada@example.org", "");
        let subject = Subject {
            hashed: Vec::from([HashedView {
                identity_type: EMAIL,
                hash: &hash,
                salt: "",
            }]),
            ..Subject::default()
        };
        assert_eq!(
            subject.belongs_to("ada@example.org", CRYPTO.sha256),
            HolderMatch::Same
        );
    }

    #[test]
    fn an_identifier_in_the_clear_is_compared_too() {
        let subject = Subject {
            identifiers: Vec::from([(EMAIL, "Ada@example.org")]),
            ..Subject::default()
        };
        let told = |told| subject.belongs_to(told, CRYPTO.sha256);
        assert_eq!(told("ada@example.org"), HolderMatch::Same);
        assert_eq!(told("bob@example.org"), HolderMatch::Other);
    }
}
