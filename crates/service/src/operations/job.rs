//! Work that a transaction leaves behind for later: what it is called, what it needs, when it runs.
//!
//! Every job may run twice: each reads where things stand and goes on from there.

use std::{pin::pin, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use touchstone_store::{JobRow, NewJob, Store, StoreError, TenantId, Tx};
use touchstone_vc::Timestamp;
use tracing::warn;

use crate::{World, ports::Rng};

/// A job, in the words that are stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Job {
    /// Carries a confirmed batch through: reserved, approved, sealed.
    IssueBatch {
        /// The institution.
        tenant: String,
        /// The batch.
        batch: String,
        /// The member who confirmed it.
        actor: String,
    },
    /// Signs and publishes a status list as it stands.
    PublishStatus {
        /// The institution.
        tenant: String,
        /// The list.
        list: String,
    },
    /// Goes on with a change of many credentials.
    ChangeMany {
        /// The institution.
        tenant: String,
        /// The change.
        change: String,
    },
    /// Sends what is due to be sent to learners.
    Deliver {},
    /// Reminds holders of credentials that are about to end.
    Remind {},
    /// Mails a sign-in link to whoever is a member under an address.
    SigninMail {
        /// The address, which may be nobody's.
        address: String,
        /// When it was asked for.
        asked_at: i64,
    },
    /// Mails the link of a sign-up.
    SignUpMail {
        /// The sign-up.
        sign_up: String,
    },
    /// Mails the link of a request for an endorsement.
    EndorsementMail {
        /// The institution.
        tenant: String,
        /// The request.
        request: String,
    },
    /// Tells whoever asked for an endorsement what came of it.
    AskerMail {
        /// The institution.
        tenant: String,
        /// The request.
        request: String,
        /// That the mail was refused, and not what was answered.
        #[serde(default)]
        refused: bool,
    },
    /// Tells a member's old address that it is theirs no more.
    MovedMail {
        /// The institution.
        tenant: String,
        /// The member's name.
        name: String,
        /// The old address.
        address: String,
        /// When it was changed.
        moved_at: i64,
    },
    /// Has a signing key sign whose time has come.
    ActivateKey {
        /// The institution.
        tenant: String,
        /// The key.
        key: String,
    },
    /// Retires a signing key once nothing waits for it.
    RetireKey {
        /// The institution.
        tenant: String,
        /// The key.
        key: String,
    },
    /// Has the signer refuse or forget a key that was given up.
    EndKey {
        /// The institution.
        tenant: String,
        /// The key.
        key: String,
        /// Nobody knows in whose hands it is: wherever it might be.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        everywhere: bool,
    },
    /// Makes the key that is to sign after one that was given up, where that could not be done at once.
    ReplaceKey {
        /// The institution.
        tenant: String,
        /// The key that was given up.
        key: String,
    },
    /// Tells an owner that a signing key was given up.
    KeyMail {
        /// The institution.
        tenant: String,
        /// The key.
        key: String,
        /// The owner, as a member. A version before told all of them in one job: it is taken apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<String>,
    },
    /// Looks which employer is the next with applications that hold what names a key that was given up, has it told, and goes on with those after it.
    TellEmployers {
        /// The institution whose key it was.
        tenant: String,
        /// The key.
        key: String,
        /// The employer that was told last, by id; at first none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        after: String,
    },
    /// Tells a member of an employer of a key that was given up.
    EmployerMail {
        /// The employer.
        tenant: String,
        /// The institution whose key it was.
        issuer: String,
        /// The key.
        key: String,
        /// The member.
        member: String,
        /// Of which roles, as they were found.
        roles: Vec<RoleInDoubt>,
    },
    /// Rotates signing keys that have signed for long enough.
    RotateKeys {},
    /// Deletes applications whose time has ended.
    ForgetApplications {},
    /// Reads the registers whose copies are due to be read anew.
    ReadRegisters {},
    /// Signs what institutions say about themselves in federations, where that is due.
    PublishEntities {},
    /// Looks whether DIDs resolve to the documents that were published.
    CompareDocuments {},
    /// Looks for what others publish about the credentials of applications.
    RefreshApplications {
        /// The institution.
        tenant: String,
        /// The posting.
        posting: String,
        /// One application; empty: all of them.
        only: String,
        /// Those after this id.
        after: String,
    },
    /// Goes on with deleting the applications to a posting.
    RemoveApplications {
        /// The institution.
        tenant: String,
        /// The posting.
        posting: String,
        /// The member who deletes them.
        actor: String,
        /// Those that came no later.
        until: i64,
    },
    /// Tells programs of institutions what became of applications.
    TellWebhooks {},
    /// Signs and publishes what waits of the history of a DID.
    SignHistory {
        /// The institution.
        tenant: String,
    },
}

/// A role of an employer, of which there are applications with a credential that names a key that was given up.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleInDoubt {
    /// The posting.
    pub posting: String,
    /// What the role is called.
    pub title: String,
    /// How many applications.
    pub applications: usize,
}

impl Job {
    /// The kind that carries a confirmed batch through.
    pub const ISSUE_BATCH: &str = "issue-batch";

    /// The kind that signs and publishes a status list.
    pub const PUBLISH_STATUS: &str = "publish-status";

    /// Every kind there is, as stored.
    pub const KINDS: [&str; 26] = [
        Self::ISSUE_BATCH,
        Self::PUBLISH_STATUS,
        "change-many",
        "deliver",
        "remind",
        "signin-mail",
        "moved-mail",
        "activate-key",
        "retire-key",
        "end-key",
        "key-mail",
        "rotate-keys",
        "forget-applications",
        "read-registers",
        "publish-entities",
        "compare-documents",
        "refresh-applications",
        "remove-applications",
        "tell-webhooks",
        "sign-up-mail",
        "sign-history",
        "endorsement-mail",
        "replace-key",
        "tell-employers",
        "employer-mail",
        "asker-mail",
    ];

    /// Kinds that are done in a moment and that somebody waits for: they do not stand in line behind a large cohort.
    pub const PROMPT: [&str; 13] = [
        Self::PUBLISH_STATUS,
        "publish-entities",
        "change-many",
        "signin-mail",
        "activate-key",
        "end-key",
        "replace-key",
        "key-mail",
        "sign-up-mail",
        "sign-history",
        "endorsement-mail",
        "employer-mail",
        "asker-mail",
    ];

    /// Kinds that are tried until they are done. What was confirmed is issued once the cause is mended, however long that takes; while a status
    /// list is not published, what was withdrawn still stands for everybody who checks; until a key is what it is to become, it might sign.
    /// `doctor` and the metrics show them meanwhile.
    pub const NEVER_GIVEN_UP: [&str; 8] = [
        Self::ISSUE_BATCH,
        Self::PUBLISH_STATUS,
        "change-many",
        "activate-key",
        "retire-key",
        "end-key",
        "replace-key",
        "sign-history",
    ];

    /// Kinds that wait for the servers of strangers: workers of their own do them, so that nobody's slowness holds up what is done here.
    pub const OUTWARD: [&str; 4] = [
        "refresh-applications",
        "tell-webhooks",
        "read-registers",
        "compare-documents",
    ];

    /// The name under which it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IssueBatch { .. } => Self::ISSUE_BATCH,
            Self::PublishStatus { .. } => Self::PUBLISH_STATUS,
            Self::ChangeMany { .. } => "change-many",
            Self::Deliver {} => "deliver",
            Self::Remind {} => "remind",
            Self::SigninMail { .. } => "signin-mail",
            Self::MovedMail { .. } => "moved-mail",
            Self::ActivateKey { .. } => "activate-key",
            Self::RetireKey { .. } => "retire-key",
            Self::EndKey { .. } => "end-key",
            Self::KeyMail { .. } => "key-mail",
            Self::RotateKeys {} => "rotate-keys",
            Self::ForgetApplications {} => "forget-applications",
            Self::ReadRegisters {} => "read-registers",
            Self::PublishEntities {} => "publish-entities",
            Self::CompareDocuments {} => "compare-documents",
            Self::RefreshApplications { .. } => "refresh-applications",
            Self::RemoveApplications { .. } => "remove-applications",
            Self::TellWebhooks {} => "tell-webhooks",
            Self::SignUpMail { .. } => "sign-up-mail",
            Self::SignHistory { .. } => "sign-history",
            Self::EndorsementMail { .. } => "endorsement-mail",
            Self::ReplaceKey { .. } => "replace-key",
            Self::TellEmployers { .. } => "tell-employers",
            Self::EmployerMail { .. } => "employer-mail",
            Self::AskerMail { .. } => "asker-mail",
        }
    }

    /// Reads a stored job.
    pub fn from_row(row: &JobRow) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&row.payload)
    }

    /// Under what it waits: while one like it does, queueing it again changes nothing.
    pub(crate) fn dedupe(&self) -> String {
        let subject = match self {
            Self::IssueBatch { batch, .. } => batch,
            Self::PublishStatus { list, .. } => list,
            Self::ChangeMany { change, .. } => change,
            Self::SigninMail { address, .. } => address,
            Self::SignUpMail { sign_up } => sign_up,
            Self::SignHistory { tenant } => tenant,
            // What was answered is told whatever became of another mail with the link.
            Self::AskerMail {
                request,
                refused: true,
                ..
            } => &format!("{request} refused"),
            Self::EndorsementMail { request, .. } | Self::AskerMail { request, .. } => request,
            // Two institutions that move one person's address tell of it each.
            Self::MovedMail {
                tenant, address, ..
            } => &format!("{tenant} {address}"),
            // One that is to be ended everywhere is not ended by one that waits already.
            Self::EndKey {
                key,
                everywhere: true,
                ..
            } => &format!("{key} everywhere"),
            // One for each owner: a mail that is refused holds up no other.
            Self::KeyMail {
                key,
                member: Some(member),
                ..
            } => &format!("{key} {member}"),
            // One for each of them as well.
            Self::EmployerMail { key, member, .. } => &format!("{key} {member}"),
            Self::TellEmployers { key, after, .. } => &format!("{key} {after}"),
            Self::ActivateKey { key, .. }
            | Self::RetireKey { key, .. }
            | Self::EndKey { key, .. }
            | Self::ReplaceKey { key, .. }
            | Self::KeyMail { key, .. } => key,
            Self::RefreshApplications {
                posting,
                only,
                after,
                ..
            } => &format!("{posting} {only} {after}"),
            Self::RemoveApplications { posting, until, .. } => &format!("{posting} {until}"),
            Self::Deliver {}
            | Self::Remind {}
            | Self::RotateKeys {}
            | Self::ForgetApplications {}
            | Self::ReadRegisters {}
            | Self::PublishEntities {}
            | Self::CompareDocuments {}
            | Self::TellWebhooks {} => "",
        };
        format!("{}:{subject}", self.kind())
    }

    /// The job as a row to be queued. While one like it waits, queueing it again changes nothing.
    pub fn queued(&self, rng: &dyn Rng, now: Timestamp, run_at: Timestamp) -> NewJob {
        NewJob {
            id: rng.ordered_uuid(now).to_string(),
            kind: self.kind().to_owned(),
            payload: serde_json::to_string(self).expect("texts always become JSON"),
            dedupe: Some(self.dedupe()),
            run_at: run_at.unix_millis(),
            created_at: now.unix_millis(),
        }
    }
}

/// A job that this worker holds until its lease runs out.
pub struct Lease<'a> {
    row: &'a JobRow,
}

impl<'a> Lease<'a> {
    /// The lease that came with a claimed job.
    pub(crate) fn new(row: &'a JobRow) -> Self {
        Self { row }
    }

    /// Makes `tx` commit only if the job is still ours, and keeps the job for another while.
    #[crate::boxed]
    pub async fn hold(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        tx.keep_job(self.row, lease_end(now)).await
    }

    /// Ends the job in `tx`, which commits only if it is still ours.
    pub(crate) async fn end(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.complete_job(self.row).await
    }

    /// Keeps the job for another while, outside any transaction.
    #[crate::boxed]
    pub async fn extend(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        store.extend_lease(self.row, lease_end(now)).await
    }

    /// Waits for what somebody else has to answer, and keeps the job meanwhile. What is under way comes to its end even where the job cannot be kept: who
    /// commits notices.
    pub(crate) async fn keep_while<T>(&self, world: &World, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = timeout(KEPT_EVERY, work.as_mut()).await {
                return done;
            }
            if let Err(error) = self.extend(&world.store, world.clock.now()).await {
                warn!(%error, "a job could not be kept while it waits");
            }
        }
    }
}

/// Until when a job claimed at `now` is ours.
pub(crate) fn lease_end(now: Timestamp) -> i64 {
    now.unix_millis() + LEASE_MS
}

/// Names a tenant that a job was queued for.
pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::new(id)
}

/// How long a job stays ours without a sign of life.
const LEASE_MS: i64 = 30_000;
/// How often a job that waits gives one.
const KEPT_EVERY: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_kinds_are_the_kinds_that_workers_claim() {
        let jobs = [
            Job::IssueBatch {
                tenant: "t".into(),
                batch: "b".into(),
                actor: "a".into(),
            },
            Job::PublishStatus {
                tenant: "t".into(),
                list: "l".into(),
            },
            Job::ChangeMany {
                tenant: "t".into(),
                change: "c".into(),
            },
            Job::Deliver {},
            Job::Remind {},
            Job::SigninMail {
                address: "a@b.example".into(),
                asked_at: 0,
            },
            Job::MovedMail {
                tenant: "t".into(),
                name: "Noor".into(),
                address: "a@b.example".into(),
                moved_at: 0,
            },
            Job::ActivateKey {
                tenant: "t".into(),
                key: "k".into(),
            },
            Job::RetireKey {
                tenant: "t".into(),
                key: "k".into(),
            },
            Job::EndKey {
                tenant: "t".into(),
                key: "k".into(),
                everywhere: false,
            },
            Job::KeyMail {
                tenant: "t".into(),
                key: "k".into(),
                member: Some("m".into()),
            },
            Job::RotateKeys {},
            Job::ForgetApplications {},
            Job::ReadRegisters {},
            Job::PublishEntities {},
            Job::CompareDocuments {},
            Job::RefreshApplications {
                tenant: "t".into(),
                posting: "p".into(),
                only: "a".into(),
                after: String::new(),
            },
            Job::RemoveApplications {
                tenant: "t".into(),
                posting: "p".into(),
                actor: "a".into(),
                until: 0,
            },
            Job::TellWebhooks {},
            Job::SignUpMail {
                sign_up: "s".into(),
            },
            Job::SignHistory { tenant: "t".into() },
            Job::EndorsementMail {
                tenant: "t".into(),
                request: "e".into(),
            },
            Job::ReplaceKey {
                tenant: "t".into(),
                key: "k".into(),
            },
            Job::TellEmployers {
                tenant: "t".into(),
                key: "k".into(),
                after: "e".into(),
            },
            Job::EmployerMail {
                tenant: "t".into(),
                issuer: "i".into(),
                key: "k".into(),
                member: "m".into(),
                roles: vec![RoleInDoubt {
                    posting: "p".into(),
                    title: "Machinist".into(),
                    applications: 2,
                }],
            },
            Job::AskerMail {
                tenant: "t".into(),
                request: "e".into(),
                refused: true,
            },
        ];
        assert_eq!(jobs.len(), Job::KINDS.len());
        for (job, kind) in jobs.iter().zip(Job::KINDS) {
            let stored = serde_json::to_value(job).unwrap();
            assert_eq!(stored["kind"], kind);
            assert_eq!(job.kind(), kind);
            assert_eq!(&serde_json::from_value::<Job>(stored).unwrap(), job);
        }
        for kind in Job::PROMPT.iter().chain(&Job::NEVER_GIVEN_UP) {
            assert!(Job::KINDS.contains(kind), "{kind}");
        }
    }
}
