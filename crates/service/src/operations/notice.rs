//! A short mail to somebody who works here: what happened, and what to do about it.

use tracing::warn;

use crate::{
    World,
    ports::{MailError, Message},
    text::escape,
};

/// What is told, and to whom.
pub(crate) struct Notice<'n> {
    /// Sent again under the same id, it is the same mail.
    pub(crate) id: String,
    /// The address and the name of whom it goes to.
    pub(crate) to: (&'n str, &'n str),
    /// Who tells it.
    pub(crate) institution: &'n str,
    pub(crate) subject: String,
    pub(crate) said: &'n str,
    /// The way out.
    pub(crate) out: &'n str,
    /// What it is about, for the program's log: nothing of whom it goes to.
    pub(crate) about: &'static str,
}

/// Mails it. What the server refuses is not tried again.
pub(crate) async fn mail(world: &World, notice: Notice<'_>) -> Result<(), Unavailable> {
    let (address, name) = notice.to;
    let (said, out) = (notice.said, notice.out);
    let letter = Message {
        id: notice.id,
        to: address.to_owned(),
        to_name: name.to_owned(),
        from_name: notice.institution.to_owned(),
        reply_to: None,
        subject: notice.subject,
        language: "en".into(),
        text: format!("Dear {name},\n\n{said}\n\n{out}\n"),
        html: format!(
            "<!doctype html><html lang=\"en\"><body><p>Dear {},</p><p>{}</p><p>{}</p></body></html>",
            escape(name),
            escape(said),
            escape(out),
        ),
        unsubscribe: None,
    };
    match world.mail.send(&letter).await {
        Ok(()) => Ok(()),
        // What the mail server says may name the recipient, so only the kind of failure is told.
        Err(MailError::Refused(_)) => {
            warn!(about = notice.about, "the mail server refused a mail");
            Ok(())
        }
        Err(MailError::Unavailable(_)) => Err(Unavailable(notice.about)),
    }
}

/// The mail server took nothing this time.
#[derive(Debug, thiserror::Error)]
#[error("the mail server did not take a mail about {0}")]
pub(crate) struct Unavailable(&'static str);
