//! Reminding holders of credentials that are about to end: by day, once long before and once shortly before, and only those who
//! have an address and did not switch it off.
//!
//! **Invariant:** that a reminder went out is durable before it leaves, so nobody is reminded twice; one that gets lost on the way
//! is a smaller harm than two. Only where the mail server did not take it, or was not there, it is tried again an hour later; who is reminded
//! twice is whose mail was taken over a connection that broke before the server said so. What was renewed, withdrawn or replaced is not
//! reminded of.

use touchstone_store::{AuditLine, CredentialRow, Cursor, ReminderChoiceRow, StoreError, TenantId};
use touchstone_vc::{Credential, DAY_MS, Timestamp};
use tracing::warn;

use super::letter;
use crate::{World, issuing::Definition, operations::Lease, ports::MailError, secret, text::day};

/// When reminders go out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reminders {
    /// Whether any do.
    pub enabled: bool,
    /// How many days before the end the first goes out: time enough to renew.
    pub first_days: u16,
    /// How many days before the end the last goes out; 0 for none.
    pub last_days: u16,
    /// When nobody is disturbed.
    pub quiet: Quiet,
}

/// Hours in which nobody is disturbed, by the clock at the institution.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quiet {
    /// The hour from which it is quiet, 0 to 23.
    pub from_hour: u8,
    /// The hour until which it is quiet, 0 to 23. The same as `from_hour`: it is never quiet.
    pub until_hour: u8,
    /// How far that clock is ahead of UTC, in minutes.
    pub offset_minutes: i16,
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            enabled: true,
            first_days: 30,
            last_days: 7,
            quiet: Quiet {
                from_hour: 21,
                until_hour: 8,
                offset_minutes: 0,
            },
        }
    }
}

impl Quiet {
    /// Whether it is quiet.
    pub fn at(self, now: Timestamp) -> bool {
        let local = now.unix_millis() + i64::from(self.offset_minutes) * 60_000;
        let hour = local.div_euclid(3_600_000).rem_euclid(24);
        let (from, until) = (i64::from(self.from_hour), i64::from(self.until_hour));
        if from <= until {
            (from..until).contains(&hour)
        } else {
            hour >= from || hour < until // It is quiet over midnight.
        }
    }
}

/// Sends the reminders that are due. Does nothing in the quiet hours.
#[crate::boxed]
pub async fn remind(world: &World, lease: &Lease<'_>) -> Result<(), RemindError> {
    let now = world.clock.now();
    let reminders = world.reminders;
    if !reminders.enabled || reminders.quiet.at(now) {
        return Ok(());
    }
    let from = now.unix_millis();
    let ahead = i64::from(reminders.first_days.max(reminders.last_days)) * DAY_MS;
    let (mut after, mut not_taken) = (None, 0);
    loop {
        let due = world
            .store
            .read()
            .credentials_expiring(from, from + ahead, after.as_ref(), CHUNK)
            .await?;
        let Some(last) = due.last() else {
            return Ok(());
        };
        after = Some(Cursor {
            at: last.valid_until.unwrap_or(i64::MAX),
            id: last.id.clone(),
        });
        for credential in due {
            let now = world.clock.now();
            lease.extend(&world.store, now).await?;
            // What is not sent before the night is sent in the morning.
            if reminders.quiet.at(now) {
                return Ok(());
            }
            let reminding = remind_one(world, &credential);
            match lease.keep_while(world, reminding).await? {
                Sent::Nothing => {}
                Sent::Taken => not_taken = 0,
                Sent::NotTaken => not_taken += 1,
            }
            // One may be refused for now because of its address; all of them, because the server is.
            if not_taken == MOST_NOT_TAKEN {
                return Ok(());
            }
        }
    }
}

/// Which of the two reminders is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Which {
    First,
    Last,
}

impl Which {
    fn of(reminders: Reminders, row: &CredentialRow, now: Timestamp) -> Option<Self> {
        let left = row.valid_until? - now.unix_millis();
        let within = |days: u16| days > 0 && left <= i64::from(days) * DAY_MS;
        if within(reminders.last_days) {
            return Some(Self::Last);
        }
        within(reminders.first_days).then_some(Self::First)
    }

    /// Under which it is noted that it went out.
    fn key(self, credential: &str) -> String {
        match self {
            Self::First => format!("reminded:{credential}"),
            Self::Last => format!("reminded-last:{credential}"),
        }
    }
}

/// What came of one reminder.
enum Sent {
    /// None was due.
    Nothing,
    /// It is out, or was refused for good.
    Taken,
    /// The mail server did not take it now.
    NotTaken,
}

async fn remind_one(world: &World, row: &CredentialRow) -> Result<Sent, RemindError> {
    let now = world.clock.now();
    let Some(which) = Which::of(world.reminders, row, now) else {
        return Ok(Sent::Nothing);
    };
    let key = &which.key(&row.id);
    let reader = world.store.read();
    let noted = reader.setting(key).await?;
    if noted.is_some_and(|noted| !is_due_again(&noted, now))
        || reader.reminders_off(&row.tenant, &row.learner).await?
        || reader.is_renewed(row).await?
    {
        return Ok(Sent::Nothing);
    }
    let Some(institution) = reader.institution(&row.tenant).await? else {
        return Ok(Sent::Nothing);
    };
    let Some(learner) = reader.learner(&row.tenant, &row.learner).await? else {
        return Ok(Sent::Nothing);
    };
    let Some(address) = learner.email.clone() else {
        return Ok(Sent::Nothing);
    };
    // One credential that cannot be read must not hold up everybody else's reminders.
    let Ok(credential) = Credential::parse(&row.bytes) else {
        return Ok(Sent::Nothing);
    };
    let renewal = renewal(world, row).await?;
    let token = secret::draw(&*world.rng);
    let choice = &ReminderChoiceRow {
        token_hash: secret::hash(world.crypto, &token),
        tenant: row.tenant.clone(),
        learner: row.learner.clone(),
        created_at: now.unix_millis(),
        off_at: None,
    };
    let at = &now.to_string();
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            tx.add_reminder_choice(choice.clone()).await?;
            tx.set_setting(key, at).await
        })
        .await?;
    let letter = letter::Letter {
        id: match which {
            Which::First => format!("ending.{}", row.id),
            Which::Last => format!("ending-last.{}", row.id),
        },
        address,
        institution: &institution,
        learner: &learner,
        language: learner.language.as_deref(),
        view: &credential.view(),
        link: None,
    };
    let until = row
        .valid_until
        .map(|until| day(Timestamp::from_unix_millis(until)))
        .unwrap_or_default();
    let off = world.site.link(&format!("/reminders/{token}"));
    let ending = letter::Ending {
        until: &until,
        renewal: renewal.as_deref(),
        off: &off,
    };
    // What the mail server says may name the recipient, so only the kind of failure is told.
    let letter = letter::ending(&letter, &ending);
    match world.mail.send_patiently(&letter).await {
        Ok(()) => {}
        Err(MailError::Refused(_)) => warn!("the mail server refused a reminder"),
        Err(MailError::Unavailable(_)) => {
            warn!("the mail server did not take a reminder: it is tried again in an hour");
            let again = &format!("{AGAIN}{}", now.plus_millis(AGAIN_MS).unix_millis());
            world
                .store
                .write(|mut tx| async move {
                    let tx = &mut tx;
                    tx.remove_reminder_choice(&row.tenant, &choice.token_hash)
                        .await?;
                    tx.set_setting(key, again).await
                })
                .await?;
            return Ok(Sent::NotTaken);
        }
    }
    Ok(Sent::Taken)
}

/// Whether what is noted of a reminder is that it was not taken, and its time has come again.
fn is_due_again(noted: &str, now: Timestamp) -> bool {
    let at = noted.strip_prefix(AGAIN).and_then(|at| at.parse().ok());
    at.is_some_and(|at: i64| at <= now.unix_millis())
}

/// How it is renewed, in the words of the achievement.
async fn renewal(world: &World, row: &CredentialRow) -> Result<Option<String>, StoreError> {
    let version = world
        .store
        .read()
        .achievement_version(&row.tenant, &row.achievement, row.version)
        .await?;
    let definition =
        version.and_then(|version| Definition::from_json(version.document.as_bytes()).ok());
    Ok(definition.and_then(|definition| definition.renewal))
}

/// What a link in a reminder leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReminderChoice {
    /// The institution that reminds.
    pub tenant: TenantId,
    /// Who reminds.
    pub institution_name: String,
    /// Whether reminders are on.
    pub on: bool,
    /// The language in which they are written: `en`, `de`, `es` or `fr`.
    pub language: &'static str,
}

/// What the link says now. Looking changes nothing: mail scanners open links too (threat 30).
#[crate::boxed]
pub async fn reminder_choice(
    world: &World,
    token: &str,
) -> Result<Option<ReminderChoice>, StoreError> {
    let reader = world.store.read();
    let hash = secret::hash(world.crypto, token);
    let Some(row) = reader.reminder_choice(&hash).await? else {
        return Ok(None);
    };
    let institution = reader.institution(&row.tenant).await?;
    let learner = reader.learner(&row.tenant, &row.learner).await?;
    let language = learner.and_then(|learner| learner.language);
    Ok(institution.map(|institution| ReminderChoice {
        language: letter::language(language.as_deref()),
        tenant: row.tenant,
        institution_name: institution.name,
        on: row.off_at.is_none(),
    }))
}

/// Switches the reminders of the learner who was sent this link on or off. False if there is no such link.
#[crate::boxed]
pub async fn choose_reminders(world: &World, token: &str, on: bool) -> Result<bool, StoreError> {
    let (hash, now) = (
        &secret::hash(world.crypto, token),
        world.clock.now().unix_millis(),
    );
    world
        .store
        .write(|mut tx| async move {
            let Some(row) = tx.reminder_choice(hash).await? else {
                return Ok(false);
            };
            if row.off_at.is_none() == on {
                return Ok(true);
            }
            tx.choose_reminders(&row.tenant, &row.learner, (!on).then_some(now))
                .await?;
            tx.audit([AuditLine {
                tenant: row.tenant,
                at: now,
                actor: "holder".into(),
                action: if on { "reminders.on" } else { "reminders.off" }.into(),
                subject: row.learner,
                detail: "{}".into(),
            }])
            .await?;
            Ok(true)
        })
        .await
}

/// Why reminding stopped.
#[derive(Debug, thiserror::Error)]
pub enum RemindError {
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const CHUNK: u64 = 1_000;
/// Before the moment from which a reminder that was not taken is tried again, in milliseconds since 1970.
const AGAIN: &str = "again:";
const AGAIN_MS: i64 = 60 * 60 * 1_000;
/// After so many in a row that were not taken, the mail server is left alone until the next turn.
const MOST_NOT_TAKEN: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from_hour: u8, until_hour: u8, offset_minutes: i16, at: &str, quiet: bool) {
        let hours = Quiet {
            from_hour,
            until_hour,
            offset_minutes,
        };
        assert_eq!(hours.at(Timestamp::parse(at).unwrap()), quiet, "{at}");
    }

    #[test]
    fn nobody_is_reminded_at_night() {
        check(21, 8, 0, "2026-11-21T23:00:00Z", true);
        check(21, 8, 0, "2026-11-21T07:59:59Z", true);
        check(21, 8, 0, "2026-11-21T08:00:00Z", false);
        check(21, 8, 0, "2026-11-21T20:59:59Z", false);
    }

    #[test]
    fn night_is_by_the_clock_of_the_institution() {
        check(21, 8, 330, "2026-11-21T02:29:59Z", true); // 07:59 in India.
        check(21, 8, 330, "2026-11-21T02:30:00Z", false);
        check(21, 8, -480, "2026-11-21T05:00:00Z", true); // 21:00 the day before in California.
        check(12, 14, 60, "2026-11-21T11:30:00Z", true); // A rest at noon.
        check(12, 14, 60, "2026-11-21T13:00:00Z", false);
        check(0, 0, 0, "2026-11-21T00:00:00Z", false);
    }
}
