//! Asking for a sign-in link.
//!
//! Asking only queues a job, for an address of a member as for any other, so that both take the same time; the job looks who
//! that is and sends the mail.

use touchstone_store::{MemberRow, StoreError};
use tracing::{info, warn};

use super::link::{forget_unmailed, make_mailed_link};
use crate::{
    World,
    operations::{Job, member::is_address},
    ports::{MailError, Message},
    text::escape,
};

/// Has a link sent to everybody who is a member under this address. Answers the same whether or not there is anybody.
#[crate::boxed]
pub async fn ask(world: &World, address: &str) -> Result<(), AskError> {
    let address = address.trim().to_lowercase();
    if !is_address(&address) {
        return Err(AskError::Address);
    }
    let now = world.clock.now();
    let job = Job::SigninMail {
        address,
        asked_at: now.unix_millis(),
    };
    let job = &job.queued(&*world.rng, now, now);
    world
        .store
        .write(|mut tx| async move { Ok(tx.enqueue(job.clone()).await?) })
        .await
}

/// Why no link was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Not a mail address.
    #[error("this is not a mail address; it looks like name@example.edu")]
    Address,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a link to everybody who is a member under this address, unless several that were sent to them are open. Given up when whoever asked
/// will have asked again.
pub(in crate::operations) async fn mail_link(
    world: &World,
    address: &str,
    asked_at: i64,
) -> Result<(), MailLinkError> {
    if world.clock.now().unix_millis() - asked_at > GIVE_UP_MS {
        warn!("a sign-in link could not be mailed in time and was given up");
        return Ok(());
    }
    let members = world.store.read().members_with_email(address).await?;
    for member in members
        .into_iter()
        .filter(|member| member.disabled_at.is_none())
    {
        let institution = world.store.read().institution(&member.tenant).await?;
        let institution = institution.map_or_else(String::new, |row| row.name);
        let Some(drawn) = make_mailed_link(world, &member).await? else {
            // Each of those that they have opens as well as this one would.
            info!("a sign-in link was not mailed: enough are open, or the member was changed");
            continue;
        };
        let letter = letter(world.rng.uuid(), &member, &institution, &drawn.link);
        let Err(error) = world.mail.send(&letter).await else {
            continue;
        };
        forget_unmailed(world, &drawn).await?;
        match error {
            // What the mail server says may name the recipient, so only the kind of failure is told.
            MailError::Refused(_) => warn!("the mail server refused a sign-in link"),
            MailError::Unavailable(_) => return Err(MailLinkError::Unavailable),
        }
    }
    Ok(())
}

/// Why no link was sent this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum MailLinkError {
    #[error("the mail server did not take a sign-in link")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn letter(id: uuid::Uuid, member: &MemberRow, institution: &str, link: &str) -> Message {
    let name = &member.name;
    let said = "It works once, for 15 minutes. If you did not ask for it, do nothing.";
    Message {
        id: format!("signin.{id}"),
        to: member.email.clone(),
        to_name: name.clone(),
        from_name: institution.to_owned(),
        reply_to: None,
        subject: format!("Your sign-in link for {institution}"),
        language: "en".into(),
        text: format!(
            "Dear {name},\n\nopen this link to sign in to {institution}:\n\n{link}\n\n{said}\n"
        ),
        html: format!(
            "<!doctype html><html lang=\"en\"><body><p>Dear {0},</p><p>open this link to sign in to {1}:</p><p><a href=\"{2}\">{2}</a></p><p>{said}</p></body></html>",
            escape(name),
            escape(institution),
            escape(link),
        ),
        unsubscribe: None,
    }
}

/// Ten minutes: nobody waits longer, and a mail out of the blue frightens.
const GIVE_UP_MS: i64 = 10 * 60 * 1_000;
