//! Mail that goes nowhere and is remembered.

use std::sync::Mutex;

use async_trait::async_trait;
use touchstone_service::ports::{Mail, MailError, Message};

/// Accepts every mail, unless told to fail, and keeps it.
#[derive(Default)]
pub struct RecordingMail {
    sent: Mutex<Vec<Message>>,
    failing: Mutex<Option<MailError>>,
    refused: Mutex<Vec<String>>,
}

impl RecordingMail {
    /// What was sent so far.
    pub fn sent(&self) -> Vec<Message> {
        self.sent
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .clone()
    }

    /// Fails from now on, or no longer.
    pub fn fail_with(&self, error: Option<MailError>) {
        *self.failing.lock().unwrap_or_else(|lock| lock.into_inner()) = error;
    }

    /// Refuses what goes to these addresses, and to no other.
    pub fn refuse_to(&self, addresses: &[&str]) {
        let addresses = addresses.iter().map(|one| (*one).to_owned());
        *self.refused.lock().unwrap_or_else(|lock| lock.into_inner()) = addresses.collect();
    }
}

#[async_trait]
impl Mail for RecordingMail {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        if let Some(error) = self
            .failing
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .clone()
        {
            return Err(error);
        }
        let refused = self.refused.lock().unwrap_or_else(|lock| lock.into_inner());
        if refused.contains(&message.to) {
            return Err(MailError::Refused("550 no such mailbox".into()));
        }
        drop(refused);
        self.sent
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .push(message.clone());
        Ok(())
    }
}
