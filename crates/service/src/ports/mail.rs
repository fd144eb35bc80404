//! Mail.

use async_trait::async_trait;

/// Hands mail on: to an SMTP server, or into a folder.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands `message` on. Success means accepted for delivery, not read.
    async fn send(&self, message: &Message) -> Result<(), MailError>;

    /// The same for who can wait longer: a slow server that is left too early may have taken the mail, and gets it twice.
    async fn send_patiently(&self, message: &Message) -> Result<(), MailError> {
        self.send(message).await
    }
}

/// One mail to one person, with a text part that says the same as the HTML part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Names this mail, so that sending it again can be recognised; becomes the Message-ID.
    pub id: String,
    /// Address of the recipient, already checked to be one.
    pub to: String,
    /// The recipient's name, as shown; may be empty.
    pub to_name: String,
    /// Whom the mail speaks for, as shown beside the installation's own sender address.
    pub from_name: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Subject line.
    pub subject: String,
    /// BCP 47 language of the text.
    pub language: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Where such mail is switched off, by a GET that asks and a POST that does it (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Why a mail was not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MailError {
    /// The other side refused for good; sending again will not help. Carries what it said, without control characters.
    #[error("refused: {0}")]
    Refused(String),
    /// It may work later. Carries what was said, without control characters.
    #[error("not accepted for now: {0}")]
    Unavailable(String),
}
