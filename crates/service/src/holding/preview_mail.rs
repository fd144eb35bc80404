//! The mail of a batch before it goes: as each language will read it, and sent to oneself to see it arrive.
//!
//! **Invariant:** what is shown is made by the words and the code that make the mail itself; only the link differs, because the real one
//! is drawn when the mail goes. It leads to a page that says so.

use std::collections::BTreeMap;

use touchstone_store::{AuditLine, InstitutionRow, LearnerRow, RowState, StoreError, TenantId};
use touchstone_vc::View;

use super::letter::{self, Letter};
use crate::{
    World,
    issuing::{Definition, Learners, RowInput},
    ports::{MailError, Message},
};

/// The last part of the claim link in a mail that was only shown or sent as a test.
pub const EXAMPLE_TOKEN: &str = "example";

/// The mails of a batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MailPreview {
    /// One mail for each language in which somebody gets it.
    pub mails: Vec<ExampleMail>,
    /// How many have no address and get a code on paper.
    pub on_paper: u64,
}

/// A mail as the first of its readers will get it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExampleMail {
    /// How many get it in this language.
    pub readers: u64,
    /// The mail.
    pub message: Message,
}

/// Shows the mails that issuing a batch's ready rows would send. `None` if the institution has no such batch.
#[crate::boxed]
pub async fn preview_mail(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<Option<MailPreview>, StoreError> {
    let reader = world.store.read();
    let Some(batch) = reader.batch(tenant, batch).await? else {
        return Ok(None);
    };
    let corrupt = |column| StoreError::Corrupt {
        table: "batch",
        column,
    };
    let institution = reader.institution(tenant).await?;
    let institution = institution.ok_or_else(|| corrupt("tenant"))?;
    let version = reader
        .achievement_version(tenant, &batch.achievement, batch.version)
        .await?;
    let version = version.ok_or_else(|| corrupt("version"))?;
    let definition = Definition::from_json(version.document.as_bytes());
    let title = definition.map_err(|_| corrupt("version"))?.name;
    let now = world.clock.now();
    let (mut found, mut on_paper, mut after) = (BTreeMap::new(), 0, -1);
    loop {
        let rows = reader
            .batch_rows(tenant, &batch.id, Some(RowState::Ready), after, CHUNK)
            .await?;
        let Some(last) = rows.last() else { break };
        after = last.line;
        let inputs = rows.iter().map(|row| RowInput::from_json(&row.input));
        let inputs: Result<Vec<RowInput>, _> = inputs.collect();
        let inputs = inputs.map_err(|_| StoreError::Corrupt {
            table: "batch_row",
            column: "input",
        })?;
        let learners = Learners::load(&reader, tenant, &inputs, &[]).await?;
        for input in &inputs {
            let learner = learners.foreseen(tenant, input, now);
            match learner.email.clone() {
                None => on_paper += 1,
                Some(address) => {
                    let language = letter::language(learner.language.as_deref());
                    let entry = found.entry(language).or_insert((0, learner, address));
                    entry.0 += 1;
                }
            }
        }
    }
    let mails = found.into_iter().map(|(language, (readers, learner, to))| {
        let message = example(world, &institution, &learner, language, &title, to);
        ExampleMail { readers, message }
    });
    Ok(Some(MailPreview {
        mails: mails.collect(),
        on_paper,
    }))
}

/// A request to send a mail of a batch to somebody who works here.
#[derive(Clone, Debug)]
pub struct TestMail {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
    /// The language of the mail: one of those in the preview.
    pub language: String,
    /// Where to: the address of a member of the institution.
    pub to: String,
}

/// Sends one mail of the preview to a member, word for word as the learner will get it.
#[crate::boxed]
pub async fn test_mail(world: &World, order: &TestMail) -> Result<(), TestMailError> {
    let preview = preview_mail(world, &order.tenant, &order.batch).await?;
    let preview = preview.ok_or(TestMailError::NoSuchBatch)?;
    let mut found = preview.mails.into_iter().map(|mail| mail.message);
    let message = found
        .find(|message| message.language == order.language)
        .ok_or(TestMailError::NoSuchMail)?;
    let members = world.store.read().members(&order.tenant).await?;
    let to = members
        .into_iter()
        .find(|member| member.disabled_at.is_none() && member.email.eq_ignore_ascii_case(&order.to))
        .ok_or(TestMailError::NoMember)?;
    let message = Message {
        id: format!("test.{}", world.rng.uuid()),
        to: to.email,
        to_name: to.name,
        ..message
    };
    world.mail.send(&message).await?;
    let line = &AuditLine {
        tenant: order.tenant.clone(),
        at: world.clock.now().unix_millis(),
        actor: order.actor.clone(),
        action: "batch.test-mail".into(),
        subject: order.batch.clone(),
        detail: serde_json::json!({"language": order.language, "member": to.id}).to_string(),
    };
    let told = world
        .store
        .write(|mut tx| async move { tx.audit([line.clone()]).await });
    Ok(told.await?)
}

/// Why no test was sent.
#[derive(Debug, thiserror::Error)]
pub enum TestMailError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// Nobody in the batch gets a mail in this language.
    #[error("nobody in this batch gets a mail in this language; choose one that is shown")]
    NoSuchMail,
    /// The address is nobody's who works here.
    #[error("tests go to members of the institution only; give the address of one")]
    NoMember,
    /// The mail was not accepted.
    #[error("the mail server did not take it: {0}")]
    Mail(#[from] MailError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn example(
    world: &World,
    institution: &InstitutionRow,
    learner: &LearnerRow,
    language: &str,
    title: &str,
    to: String,
) -> Message {
    let link = world.site.link(&format!("/claim/{EXAMPLE_TOKEN}"));
    let letter = Letter {
        id: "preview".into(),
        address: to,
        institution,
        learner,
        language: Some(language),
        view: &View {
            name: Some(title),
            ..View::default()
        },
        link: Some(&link),
    };
    letter::claim(&letter, None)
}

const CHUNK: u64 = 1_000;
