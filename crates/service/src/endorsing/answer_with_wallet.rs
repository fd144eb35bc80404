//! Endorsing with a credential that was signed elsewhere: checked as anybody would, and kept byte for byte, out of the picture
//! that carries it where one does.

use touchstone_store::EndorsementWay;
use touchstone_vc::{CheckKind, Credential, Outcome, Report};

use super::{
    AnswerError, Said,
    answer::{Given, keep, longest, open},
    document::id_to_sign,
};
use crate::{
    World,
    text::{has_unseen, line},
    verifying::{CheckError, Reach, check},
};

/// What somebody hands in who has a key of their own.
#[derive(Clone, Debug)]
pub struct WalletAnswer {
    /// The signed credential, as it came: JSON, a JSON Web Token, or a picture that carries one.
    pub file: Vec<u8>,
    /// For which organization they speak.
    pub organization: String,
    /// Who they are.
    pub person: String,
}

/// Checks it, by what others publish too, and keeps it.
#[crate::boxed]
pub async fn answer_with_wallet(
    world: &World,
    token: &str,
    order: &WalletAnswer,
) -> Result<(), AnswerError> {
    let open = open(world, token).await?;
    let organization = line(&order.organization).ok_or(AnswerError::Organization)?;
    let person = line(&order.person).ok_or(AnswerError::Person)?;
    if order.file.len() > LARGEST_WALLET_FILE {
        return Err(AnswerError::TooLarge);
    }
    let file = order.file.trim_ascii();
    let now = world.clock.now();
    let checked = match check(world, file, Some(now), Reach::Network).await {
        Ok(checked) => checked,
        Err(CheckError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(AnswerError::Unreadable(error)),
    };
    let credential = Credential::parse(&checked.credential)
        .map_err(|error| AnswerError::Unreadable(error.into()))?;
    let view = credential.view();
    if !view.types.contains(&"EndorsementCredential") {
        return Err(AnswerError::NotAnEndorsement);
    }
    if view.subject.id != Some(open.request.subject.as_str()) {
        return Err(AnswerError::OtherSubject {
            found: view
                .subject
                .id
                .unwrap_or("nothing that it names")
                .to_owned(),
            wanted: open.request.subject.clone(),
        });
    }
    let issuer = view.issuer.id.ok_or(AnswerError::NoIssuer)?;
    if open.institution.did.as_deref() == Some(issuer) {
        return Err(AnswerError::OwnIssuer);
    }
    let wanted = id_to_sign(&open.request.id);
    if view.id != Some(wanted.as_str()) {
        return Err(AnswerError::OtherId {
            found: view.id.unwrap_or("none").to_owned(),
            wanted,
        });
    }
    if let Some(why) = fault(&checked.report) {
        return Err(AnswerError::NotValid(why));
    }
    let comment = view.comment.unwrap_or_default().trim().to_owned();
    if comment.chars().count() > 2_000 || has_unseen(&comment) {
        return Err(AnswerError::Comment);
    }
    // Without an end of its own it is shown for as long as any is.
    let until = view
        .valid_until
        .map_or(i64::MAX, |until| until.unix_millis());
    let given = Given {
        way: EndorsementWay::Wallet,
        said: Said {
            organization,
            person,
            comment,
            until: until.min(longest(now)),
        },
        issuer: issuer.to_owned(),
        document: checked.as_it_came().trim_ascii().to_vec(),
        evidence: None,
        key: None,
        member: None,
        now,
    };
    keep(world, token, &open, &given).await
}

/// Why it is not taken, in the order in which a reader would ask. That no register lists who signed is no reason: who was asked is known.
fn fault(report: &Report) -> Option<&'static str> {
    let outcome = |kind| report.outcome(kind);
    for (kind, failed, unknown) in [
        (
            CheckKind::Proof,
            "it was changed since it was signed, or the signature is not by its key",
            "its signature could not be checked; sign with eddsa-rdfc-2022, eddsa-jcs-2022, ecdsa-rdfc-2019 or ecdsa-jcs-2019, or as a JSON Web Token",
        ),
        (
            CheckKind::Issuer,
            "the key that signed is not a key of the issuer that it names",
            "the keys of the issuer that it names could not be looked up; try again later",
        ),
        (
            CheckKind::Validity,
            "it does not hold yet, or its time is over",
            "from when and until when it holds cannot be read",
        ),
        (
            CheckKind::Status,
            "its issuer took it back",
            "whether its issuer took it back could not be looked up; try again later",
        ),
    ] {
        match outcome(kind) {
            Some(Outcome::Fail(_)) => return Some(failed),
            Some(Outcome::Unknown(_)) => return Some(unknown),
            _ => {}
        }
    }
    // Many wallets write one proof where the schema has a list: that is no reason. What does not fit its own digest is.
    match outcome(CheckKind::Evidence) {
        Some(Outcome::Fail(_)) => Some("what it rests on is not what its digest says"),
        _ => None,
    }
}

/// A signed endorsement with a token's picture in it is still far smaller.
pub const LARGEST_WALLET_FILE: usize = 64 << 10;
