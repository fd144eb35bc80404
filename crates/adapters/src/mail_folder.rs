//! Mail as files: one `.eml` per message, for trials and for looking before sending.

use std::path::PathBuf;

use async_trait::async_trait;
use lettre::message::Mailbox;
use touchstone_service::ports::{Mail, MailError, Message};

use crate::{
    durable::{self, Readers},
    mail_smtp::compose,
};

/// A folder into which mail is written instead of being sent.
#[derive(Clone, Debug)]
pub struct MailFolder {
    folder: PathBuf,
    sender: Mailbox,
}

impl MailFolder {
    /// Writes into `folder`, which is made when the first mail is written.
    pub fn new(folder: impl Into<PathBuf>, sender: Mailbox) -> Self {
        Self {
            folder: folder.into(),
            sender,
        }
    }
}

#[async_trait]
impl Mail for MailFolder {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let composed = compose(&self.sender, message)?.formatted();
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        };
        let name: String = message.id.chars().map(plain).collect();
        let path = self.folder.join(format!("{name}.eml"));
        tokio::task::spawn_blocking(move || durable::write(&path, &composed, Readers::Owner))
            .await
            .map_err(|error| MailError::Unavailable(error.to_string()))?
            .map_err(|error| MailError::Unavailable(error.to_string()))
    }
}
