//! Mail over SMTP, and the one place where a message becomes MIME.
//!
//! **Invariant:** nothing that a person typed reaches a header unencoded; `lettre` encodes every header value, and addresses
//! that are not addresses are refused before anything is sent (threat 65).

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    address::AddressError,
    message::{Mailbox, MultiPart, header},
    transport::smtp,
};
use touchstone_service::ports::{Mail, MailError, Message};

/// An SMTP server that takes our mail.
pub struct MailSmtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

impl MailSmtp {
    /// Takes a server by URL, `smtps://user:password@host` or `smtp://host:port?tls=required`.
    pub fn new(url: &str, sender: Mailbox) -> Result<Self, MailSmtpError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build();
        Ok(Self { server, sender })
    }
}

/// Why an SMTP server could not be configured.
#[derive(Debug, thiserror::Error)]
pub enum MailSmtpError {
    /// The URL does not describe an SMTP server.
    #[error("mail.smtp_url: {0}")]
    Url(#[from] smtp::Error),
}

#[async_trait]
impl Mail for MailSmtp {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let composed = compose(&self.sender, message)?;
        match self.server.send(composed).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => {
                Err(MailError::Refused(one_line(&error.to_string())))
            }
            Err(error) => Err(MailError::Unavailable(one_line(&error.to_string()))),
        }
    }
}

/// Makes a MIME message with a text part and an HTML part that say the same.
pub(crate) fn compose(sender: &Mailbox, message: &Message) -> Result<lettre::Message, MailError> {
    let refused = |error: AddressError| MailError::Refused(error.to_string());
    let to = Mailbox::new(
        named(&message.to_name),
        message.to.parse().map_err(refused)?,
    );
    let from = Mailbox::new(named(&message.from_name), sender.email.clone());
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!(
            "<{}@{}>",
            one_line(&message.id),
            sender.email.domain()
        )))
        .from(from)
        .to(to)
        .subject(one_line(&message.subject))
        .header(header::MIME_VERSION_1_0);
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(Mailbox::new(None, reply_to.parse().map_err(refused)?));
    }
    let mut composed = builder
        .multipart(MultiPart::alternative_plain_html(
            message.text.clone(),
            message.html.clone(),
        ))
        .map_err(|error| MailError::Refused(error.to_string()))?;
    if let Some(address) = &message.unsubscribe {
        let headers = composed.headers_mut();
        headers.insert_raw(plain(
            "List-Unsubscribe",
            format!("<{}>", one_line(address)),
        ));
        headers.insert_raw(plain(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".into(),
        ));
    }
    Ok(composed)
}

/// A header of our own words, which need no encoding.
fn plain(name: &'static str, value: String) -> header::HeaderValue {
    header::HeaderValue::new(header::HeaderName::new_from_ascii_str(name), value)
}

fn named(name: &str) -> Option<String> {
    Some(one_line(name)).filter(|name| !name.is_empty())
}

/// The text on one line, without control characters.
fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(to: &str, name: &str, subject: &str) -> Message {
        Message {
            id: "m1".into(),
            to: to.into(),
            to_name: name.into(),
            from_name: "Riverside Polytechnic".into(),
            reply_to: None,
            subject: subject.into(),
            language: "en".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
            unsubscribe: None,
        }
    }

    fn sender() -> Mailbox {
        "Touchstone <credentials@localhost>".parse().unwrap()
    }

    #[test]
    fn t65_line_breaks_in_names_and_subjects_make_no_headers() {
        for evil in [
            "A\r\nBcc: x@evil.example",
            "A\nBcc: x@evil.example",
            "A\rBcc: x@evil.example",
        ] {
            let bytes = compose(&sender(), &message("a@b.example", evil, evil))
                .unwrap()
                .formatted();
            let text = String::from_utf8(bytes).unwrap();
            let headers = text.split("\r\n\r\n").next().unwrap();
            assert!(
                !headers.lines().any(|line| line.starts_with("Bcc:")),
                "{headers}"
            );
        }
    }

    #[test]
    fn mail_programs_are_told_how_to_switch_it_off() {
        let mut message = message("a@b.example", "A", "S");
        let headers = |message: &Message| {
            let bytes = compose(&sender(), message).unwrap().formatted();
            let text = String::from_utf8(bytes).unwrap();
            text.split("\r\n\r\n").next().unwrap().to_owned()
        };
        assert!(!headers(&message).contains("List-Unsubscribe"));
        message.unsubscribe = Some("https://v.example/reminders/x\r\nBcc: a@b".into());
        let told = headers(&message);
        assert!(
            told.contains("\r\nList-Unsubscribe: <https://v.example/reminders/x  Bcc: a@b>\r\n"),
            "{told}"
        );
        assert!(told.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    }

    #[test]
    fn t65_an_address_with_a_line_break_is_refused() {
        let refused = compose(
            &sender(),
            &message("a@b.example\r\nBcc: x@evil.example", "A", "S"),
        );
        assert!(matches!(refused, Err(MailError::Refused(_))));
    }
}
