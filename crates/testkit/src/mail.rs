//! Mail that goes nowhere and is remembered.

use std::sync::Mutex;

use async_trait::async_trait;
use touchstone_service::ports::{Mail, MailError, Message};

/// Accepts every mail, unless told to fail, and keeps it.
#[derive(Default)]
pub struct RecordingMail {
    sent: Mutex<Vec<Message>>,
    failing: Mutex<Option<MailError>>,
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
        self.sent
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .push(message.clone());
        Ok(())
    }
}
