//! A token whose text is kept, and one that is copied out of it.

use touchstone_vc::{Credential, CredentialError, CredentialText, Curve};

use crate::support::Key;
use crate::tokens::{token, unsigned};

#[test]
fn a_text_that_is_kept_reads_as_one_that_is_copied() {
    let key = Key::new(Curve::Ed25519, 3);
    let whole = token(&key, &unsigned(&key));
    let json = unsigned(&key).to_string();
    for text in [whole.as_str(), &format!(" {whole}\n"), &json] {
        let kept = CredentialText::of(text.as_bytes());
        let read = Credential::read(&kept).unwrap();
        assert_eq!(read, Credential::parse(text.as_bytes()).unwrap());
    }
    // One letter fewer leaves bits over; one part has no JSON in it.
    let short = &whole[..whole.len() - 1];
    let empty = format!("eyJ9.{}", whole.split_once('.').unwrap().1);
    for text in [short, &empty] {
        let kept = CredentialText::of(text.as_bytes());
        let read = Credential::read(&kept).unwrap_err();
        assert_eq!(read, CredentialError::Token);
        assert_eq!(Credential::parse(text.as_bytes()).unwrap_err(), read);
    }
}
