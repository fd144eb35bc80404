//! Who succeeded the issuer of what is in a bundle.
//!
//! **Invariant (threat 43):** a successor is named only where a log that the reader trusts has the entry, both keys signed it, and by the same log each
//! was in use at that place; nor is anybody named by a key that was given up as compromised, whenever it was. Whatever is missing there takes nothing
//! from the credential: it stands by its own issuer.

use touchstone_vc::{
    Credential, did,
    log::{Entry, Succession},
};

use crate::{Answer, Bundle, Judged, Question, Succeeded, Tools, Why, keys::Keys, log::Log};

/// Looks at the succession in a bundle, if there is one.
pub(crate) fn succession(
    judged: &mut Judged,
    bundle: &Bundle,
    log: &Log<'_>,
    keys: &Keys,
    tools: &Tools<'_>,
) {
    let Some(one) = &bundle.succession else {
        return;
    };
    let found = distrusted(judged).map_or_else(|| stated(one, bundle, log, keys, tools), Err);
    match found {
        Ok(stated) => {
            judged.successor = Some(stated.successor);
            judged.pass(Question::Successor);
        }
        Err(why) => judged.say(Question::Successor, Answer::Unknown, why),
    }
}

/// Why the log itself is not to be believed.
pub(crate) fn distrusted(judged: &Judged) -> Option<Why> {
    let of_log = |question| matches!(question, Question::Log | Question::Witnesses);
    let mut lines = judged.lines.iter();
    let bad = lines.find(|line| of_log(line.question) && line.answer != Answer::Pass);
    bad.and_then(|line| line.why)
}

fn stated(
    one: &Succeeded,
    bundle: &Bundle,
    log: &Log<'_>,
    keys: &Keys,
    tools: &Tools<'_>,
) -> Result<Succession, Why> {
    let bytes = one.document.as_bytes();
    let Ok(Entry::DidSuccession { stated, signatures }) = Entry::parse(bytes) else {
        return Err(Why::NotInLog);
    };
    if !log.has(bytes, &one.entry) {
        return Err(Why::NotInLog);
    }
    let [old, new] = &signatures;
    let moved = did::web::is(&stated.issuer);
    if !can_go_on(&stated, |did| log.speaks_for(did))
        || !issued(bundle, &stated.issuer)
        || !stated.is_signed_by_both(old, new, tools.crypto)
    {
        return Err(Why::Succession);
    }
    if moved && !log.speaks_for(&stated.successor) {
        return Err(Why::SuccessorDomain);
    }
    let at = one.entry.index;
    let (issuer, successor) = (&stated.issuer, &stated.successor);
    let in_use = keys.signed_at(issuer, &stated.method, &stated.public_key, at)
        && log.speaks_for(successor)
        && keys.signed_at(
            successor,
            &stated.successor_method,
            &stated.successor_key,
            at,
        );
    match in_use && !keys.was_given_up(issuer, &stated.method) {
        true => Ok(stated),
        false => Err(Why::SuccessionKey),
    }
}

/// Whether a DID of this kind goes on as another at all. Others than a `did:key` go on under their own name, unless they move: then the log of the
/// domain that they leave says so. Of a `did:webvh` only its own history could.
fn can_go_on(stated: &Succession, speaks_for: impl Fn(&str) -> bool) -> bool {
    if did::webvh::is(&stated.issuer) {
        return false;
    }
    let moved = did::web::is(&stated.issuer);
    !moved || did::web::is(&stated.successor) && speaks_for(&stated.issuer)
}

/// Whether something in the bundle is of this issuer.
fn issued(bundle: &Bundle, issuer: &str) -> bool {
    bundle.credentials.iter().any(|one| {
        let credential = Credential::parse(one.document.as_bytes());
        credential.is_ok_and(|credential| credential.issuer() == Some(issuer))
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use touchstone_vc::Timestamp;

    use super::*;

    #[test]
    fn who_is_an_address_goes_on_at_another_and_a_history_at_none() {
        let key = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
        let history = "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:old.example";
        let goes_on = |issuer: &str, successor: &str, log: &str| {
            let stated = Succession {
                issuer: issuer.into(),
                successor: successor.into(),
                since: Timestamp::from_unix_millis(0),
                method: String::new(),
                public_key: String::new(),
                successor_method: String::new(),
                successor_key: String::new(),
            };
            can_go_on(&stated, |did| crate::log::speaks_for(log, did))
        };
        assert!(goes_on(key, history, "elsewhere.example"));
        assert!(goes_on(
            "did:web:old.example",
            "did:web:new.example",
            "old.example"
        ));
        assert!(!goes_on(
            "did:web:old.example",
            "did:web:new.example",
            "new.example"
        ));
        assert!(!goes_on("did:web:old.example", history, "old.example"));
        for successor in [key, history, "did:web:new.example"] {
            assert!(!goes_on(history, successor, "old.example"), "{successor}");
        }
    }
}
