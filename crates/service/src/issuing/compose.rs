//! From one row of a cohort to everything that its credential says. Pure.

use jiff::{
    SignedDuration, Timestamp as Instant, ToSpan,
    civil::{Date, time},
    tz::TimeZone,
};
use touchstone_vc::{
    Timestamp, badge,
    model::{
        Assessor, Award, AwardResult, AwardStatus, EvidenceItem, HashedIdentity, Recipient,
        StatusPosition,
    },
};
use uuid::Uuid;

use super::{
    EvidenceInput, RowInput,
    cohort::Cohort,
    evidence::{Kept, address},
};
use crate::{World, digest::from_hex};

/// What is drawn for one credential before its bytes exist.
pub(crate) struct Drawn {
    pub(crate) id: Uuid,
    pub(crate) log_salt: [u8; 32],
    /// Salts of the hashed identities.
    pub(crate) salts: [String; 2],
    pub(crate) status: AwardStatus,
}

/// Puts together what one credential says. `kept` are the files that are kept here, `at` is the moment of the reservation, in
/// whole seconds.
pub(crate) fn compose(
    world: &World,
    cohort: &Cohort,
    row: &RowInput,
    kept: &Kept,
    drawn: &Drawn,
    at: Timestamp,
) -> Result<Award, ComposeError> {
    let valid_until = match cohort.definition.valid_for_months {
        Some(months) => Some(end(row.awarded_on, months).ok_or(ComposeError::NoSuchEnd)?),
        None => None,
    };
    if valid_until.is_some_and(|until| until <= at) {
        return Err(ComposeError::AlreadyEnded);
    }
    Ok(Award {
        id: credential_id(drawn.id),
        name: cohort.awarding.achievement().name.clone(),
        recipient: recipient(world, cohort, row, &drawn.salts),
        valid_from: at,
        valid_until,
        awarded_date: start(row.awarded_on),
        results: results(cohort, row),
        evidence: row
            .evidence
            .iter()
            .map(|piece| evidence(world, cohort, kept, piece))
            .collect(),
        assessor: row
            .assessor
            .as_deref()
            .map(|name| assessor(world, cohort, name)),
        narrative: None,
        status: drawn.status.clone(),
        related_resources: vec![cohort.document.clone()],
    })
}

/// Why a row's credential could not be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComposeError {
    #[error("counted from the day of the award, it would have ended already")]
    AlreadyEnded,
    #[error("the end of its validity lies outside the calendar")]
    NoSuchEnd,
    #[error(transparent)]
    Badge(#[from] badge::BadgeError),
}

/// The id of a credential in its own `id` member.
pub(crate) fn credential_id(id: Uuid) -> String {
    format!("urn:uuid:{id}")
}

fn recipient(world: &World, cohort: &Cohort, row: &RowInput, salts: &[String; 2]) -> Recipient {
    let [email_salt, identifier_salt] = salts;
    let hash = |kind, text: &str, salt| HashedIdentity::new(kind, text, salt, world.crypto.sha256);
    let email = row
        .email
        .as_deref()
        .map(|email| hash("emailAddress", &email.to_lowercase(), email_salt));
    let identifier = row
        .identifier
        .as_deref()
        .map(|id| hash("identifier", id, identifier_salt));
    let mut hashed: Vec<_> = email.into_iter().chain(identifier).collect();
    let name = row.name.clone().filter(|_| cohort.definition.names_learner);
    if hashed.is_empty()
        && row.did.is_none()
        && name.is_none()
        && let Some(name) = &row.name
    {
        hashed.push(hash("name", name, identifier_salt));
    }
    Recipient {
        id: row.did.clone(),
        hashed,
        name,
    }
}

fn results(cohort: &Cohort, row: &RowInput) -> Vec<AwardResult> {
    let level = row
        .level
        .filter(|_| cohort.definition.rubric.is_some())
        .map(|level| AwardResult {
            result_description: Some(cohort.ids.result()),
            achieved_level: Some(cohort.ids.level(level)),
            value: None,
        });
    let worded = row.result.as_ref().map(|result| AwardResult {
        result_description: None,
        achieved_level: None,
        value: Some(result.clone()),
    });
    level.into_iter().chain(worded).collect()
}

/// A piece of evidence as it stands in the credential. A file that is kept here also has its address and its kind.
fn evidence(world: &World, cohort: &Cohort, kept: &Kept, input: &EvidenceInput) -> EvidenceItem {
    let of_kind = input
        .sha256
        .as_deref()
        .filter(|_| input.url.is_none())
        .and_then(|sha256| Some((sha256, kept.media_type(sha256)?)));
    let address = of_kind.map(|(sha256, _)| address(world, &cohort.slug, sha256));
    let elsewhere = input.url.is_none() && of_kind.is_none();
    // Where one kind is asked for, that is what is given.
    let only = match cohort.definition.evidence_required.as_slice() {
        [only] => Some(&only.name),
        _ => None,
    };
    EvidenceItem {
        id: input.url.clone().or(address),
        name: input
            .name
            .clone()
            .or_else(|| elsewhere.then(|| "Kept by the issuer".to_owned())),
        sha256: input.sha256.as_deref().and_then(from_hex),
        genre: input.kind.as_ref().or(only).cloned(),
        media_type: of_kind.map(|(_, kind)| kind.to_owned()),
        ..EvidenceItem::default()
    }
}

/// The same assessor of the same institution has the same id in all credentials.
fn assessor(world: &World, cohort: &Cohort, name: &str) -> Assessor {
    let parts = serde_json::Value::from(vec!["assessor", cohort.tenant.as_str(), name]);
    let digest = (world.crypto.sha256)(parts.to_string().as_bytes());
    let half: [u8; 16] = digest[..16].try_into().expect("half of 32 bytes");
    let id = uuid::Builder::from_custom_bytes(half).into_uuid();
    Assessor {
        id: format!("urn:uuid:{id}"),
        name: name.to_owned(),
    }
}

/// The first moment of a day.
fn start(day: Date) -> Option<Timestamp> {
    instant(day, 0)
}

/// The last second of the day `months` after `day`.
fn end(day: Date, months: u32) -> Option<Timestamp> {
    let last = day.checked_add(i64::from(months).months()).ok()?;
    instant(last, 24 * 60 * 60 - 1)
}

fn instant(day: Date, seconds: i64) -> Option<Timestamp> {
    let midnight: Instant = day
        .to_datetime(time(0, 0, 0, 0))
        .to_zoned(TimeZone::UTC)
        .ok()?
        .timestamp();
    let moment = midnight
        .checked_add(SignedDuration::from_secs(seconds))
        .ok()?;
    Some(Timestamp::from_unix_seconds(moment.as_second()))
}

/// A position in a list, as the award names it.
pub(crate) fn position(list: String, index: u32) -> StatusPosition {
    StatusPosition {
        list,
        index: u64::from(index),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    #[test]
    fn validity_ends_with_the_day_and_months_are_calendar_months() {
        let end = |day, months| super::end(day, months).unwrap().to_string();
        assert_eq!(end(date(2026, 6, 30), 24), "2028-06-30T23:59:59Z");
        assert_eq!(end(date(2026, 1, 31), 1), "2026-02-28T23:59:59Z");
        assert_eq!(super::end(date(9999, 6, 1), 24), None);
    }
}
