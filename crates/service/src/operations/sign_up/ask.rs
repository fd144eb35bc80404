//! Asking to sign up: a mail goes to the address that was given.
//!
//! Asking writes down what was typed and queues a job, whatever else there is, so that every answer is the same and takes the same time.

use touchstone_store::{SignUpRow, StoreError};
use touchstone_vc::DAY_MS;
use tracing::warn;

use crate::{
    World,
    operations::{Job, domain, member::is_address},
    ports::{MailError, Message},
    secret,
    text::{escape, line},
};

/// What somebody types who signs up.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// What the organization is called.
    pub organization: String,
    /// The domain that is its own.
    pub domain: String,
    /// Who signs up.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// Has a link sent to the address. Answers the same whoever is here.
#[crate::boxed]
pub async fn ask_sign_up(world: &World, order: &SignUp) -> Result<(), AskSignUpError> {
    if !world.employers.sign_up {
        return Err(AskSignUpError::Off);
    }
    let organization = line(&order.organization).ok_or(AskSignUpError::Organization)?;
    let name = line(&order.name).ok_or(AskSignUpError::Name)?;
    let domain = domain::parse(&order.domain).ok_or(AskSignUpError::Domain)?;
    let email = order.email.trim().to_lowercase();
    if !is_address(&email) {
        return Err(AskSignUpError::Address);
    }
    let now = world.clock.now();
    let row = &SignUpRow {
        id: world.rng.uuid().to_string(),
        token_hash: None,
        organization,
        domain,
        name,
        email,
        asked_at: now.unix_millis(),
        ends_at: now.unix_millis() + WAITS_MS,
    };
    let job = Job::SignUpMail {
        sign_up: row.id.clone(),
    };
    let job = &job.queued(&*world.rng, now, now);
    world
        .store
        .write(|mut tx| async move {
            tx.forget_sign_ups(row.asked_at).await?;
            let of_address = tx.sign_ups_waiting(Some(&row.email)).await?;
            if of_address >= MOST_OF_ADDRESS || tx.sign_ups_waiting(None).await? >= MOST_WAITING {
                // Nobody is mailed again and again by others; the answer does not tell.
                return Ok(());
            }
            tx.add_sign_up(row.clone()).await?;
            Ok(tx.enqueue(job.clone()).await?)
        })
        .await
}

/// Why nothing was asked for.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum AskSignUpError {
    #[error("employers do not sign up by themselves here: ask whoever runs this installation")]
    Off,
    #[error("say what your organization is called, in at most 200 characters")]
    Organization,
    #[error("give your name, in at most 200 characters")]
    Name,
    #[error("write the domain of your organization, such as example.com")]
    Domain,
    #[error("this is not a mail address; it looks like name@example.com")]
    Address,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mails the link of a sign-up. One whose time is over is let go by.
pub(in crate::operations) async fn mail_sign_up(
    world: &World,
    id: &str,
) -> Result<(), MailSignUpError> {
    let now = world.clock.now().unix_millis();
    let row = world.store.read().sign_up(id).await?;
    let Some(row) = row.filter(|row| row.ends_at > now) else {
        return Ok(());
    };
    let token = secret::draw(&*world.rng);
    let (id, hash) = (&row.id, &secret::hash(world.crypto, &token));
    let given = world
        .store
        .write(|mut tx| async move { tx.give_sign_up_token(id, hash).await });
    match given.await {
        Err(StoreError::Conflict { .. }) => return Ok(()),
        given => given?,
    }
    let link = world.site.link(&format!("/employers/confirm/{token}"));
    match world.mail.send(&letter(world, &row, &link)).await {
        Ok(()) => Ok(()),
        // What the mail server says may name the recipient, so only the kind of failure is told.
        Err(MailError::Refused(_)) => {
            warn!("the mail server refused the mail of a sign-up");
            Ok(())
        }
        Err(MailError::Unavailable(_)) => Err(MailSignUpError::Unavailable),
    }
}

/// Why no link was sent this time.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum MailSignUpError {
    #[error("the mail server did not take the mail of a sign-up")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// It says nothing that whoever asked typed: a stranger's words would go to whomever they name.
fn letter(world: &World, row: &SignUpRow, link: &str) -> Message {
    let host = world.site.public_url.host_str().unwrap_or_default();
    let asked = format!("Somebody asked to set an organization up on {host} with this address.");
    let said =
        "It works once, for a day. If you did not ask for it, do nothing: nothing was set up.";
    Message {
        id: format!("sign-up.{}", row.id),
        to: row.email.clone(),
        to_name: String::new(),
        from_name: host.to_owned(),
        reply_to: None,
        subject: format!("Confirm your address for {host}"),
        language: "en".into(),
        text: format!("{asked} If that was you, open this link:\n\n{link}\n\n{said}\n"),
        html: format!(
            "<!doctype html><html lang=\"en\"><body><p>{0} If that was you, open this link:</p><p><a href=\"{1}\">{1}</a></p><p>{said}</p></body></html>",
            escape(&asked),
            escape(link),
        ),
        unsubscribe: None,
    }
}

/// A day, after which nothing of it is kept.
const WAITS_MS: i64 = DAY_MS;
/// Mails that one address gets in that time.
const MOST_OF_ADDRESS: u64 = 3;
/// Sign-ups that wait at once, of everybody.
const MOST_WAITING: u64 = 2_000;
