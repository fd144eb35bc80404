//! Mail over SMTP, and the one place where a message becomes MIME.
//!
//! **Invariant:** nothing that a person typed reaches a header unencoded; `lettre` encodes every header value, and addresses
//! that are not addresses are refused before anything is sent (threat 65).

use std::time::Duration;

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
    patience: Duration,
    long_patience: Duration,
}

impl MailSmtp {
    /// Takes a server by URL, `smtps://user:password@host` or `smtp://host:port?tls=required`.
    pub fn new(url: &str, sender: Mailbox) -> Result<Self, MailSmtpError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build();
        Ok(Self {
            server,
            sender,
            patience: PATIENCE,
            long_patience: LONG_PATIENCE,
        })
    }

    async fn send_within(&self, message: &Message, patience: Duration) -> Result<(), MailError> {
        let composed = compose(&self.sender, message)?;
        // `lettre` limits connecting alone: a server that falls silent after that would be waited for without end.
        let Ok(sent) = tokio::time::timeout(patience, self.server.send(composed)).await else {
            let seconds = patience.as_secs();
            let said = format!("the mail server did not answer within {seconds} seconds");
            return Err(MailError::Unavailable(said));
        };
        match sent {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.status().filter(|_| error.is_permanent());
                let said = one_line(&error.to_string());
                let sender = self.sender.email.as_ref();
                match code.is_some_and(|code| is_about_recipient(code.into(), &said, sender)) {
                    true => Err(MailError::Refused(said)),
                    false => Err(MailError::Unavailable(said)),
                }
            }
        }
    }
}

/// Why an SMTP server could not be configured.
#[derive(Debug, thiserror::Error)]
pub enum MailSmtpError {
    /// The URL does not describe an SMTP server.
    #[error("not the address of a mail server: {0}")]
    Url(#[from] smtp::Error),
}

#[async_trait]
impl Mail for MailSmtp {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.send_within(message, self.patience).await
    }

    async fn send_patiently(&self, message: &Message) -> Result<(), MailError> {
        self.send_within(message, self.long_patience).await
    }
}

/// Whether a server that will never take this mail means its recipient, and not our password, our sender or itself: those somebody mends, and
/// the mail goes out then.
///
/// The enhanced code says it, with which its words begin (RFC 3463: 5.1 addresses, 5.2 mailboxes). Without one, a code of mailboxes says it
/// (RFC 5321, section 4.2.3), which answers a sender as well, where the words speak of a recipient.
fn is_about_recipient(code: u16, said: &str, sender: &str) -> bool {
    let words = said.split_once("): ").map_or(said, |(_, words)| words);
    let first = words.split_whitespace().next().unwrap_or_default();
    if first.starts_with("5.") && first.split('.').count() == 3 {
        let of_sender = ["5.1.7", "5.1.8"].contains(&first);
        return !of_sender && (first.starts_with("5.1.") || first.starts_with("5.2."));
    }
    let words = words.to_lowercase();
    let of_sender = words.contains("sender") || words.contains(&sender.to_lowercase());
    let of_recipient = ["user", "mailbox", "recipient", "address", "account"];
    (550..=553).contains(&code)
        && !of_sender
        && of_recipient.iter().any(|word| words.contains(word))
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

/// How long one mail may take, connecting and all: less than the lease of the job that sends it.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same for who keeps its job while it waits. RFC 5321 (section 4.5.3.2) has a client wait up to ten minutes, or a slow server gets copies; a
/// worker cannot be held up for so long.
const LONG_PATIENCE: Duration = Duration::from_secs(120);

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
        net::TcpListener,
    };

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

    #[test]
    fn only_what_is_said_of_the_recipient_ends_a_mail() {
        let sender = "credentials@localhost";
        for (code, said) in [
            (550, "permanent error (550): 5.1.1 No such user here"),
            (550, "permanent error (550): no such user"),
            (551, "permanent error (551): user not local"),
            (552, "permanent error (552): 5.2.2 mailbox full"),
            (554, "permanent error (554): 5.2.1 mailbox disabled"),
        ] {
            assert!(is_about_recipient(code, said, sender), "{said}");
        }
        for (code, said) in [
            (535, "permanent error (535): 5.7.8 bad credentials"),
            (535, "permanent error (535): authentication failed"),
            (530, "permanent error (530): log in first"),
            (550, "permanent error (550): 5.7.1 relaying denied"),
            (550, "permanent error (550): 5.1.8 bad sender"),
            (550, "permanent error (550): denied"),
            (554, "permanent error (554): refused by filter 5.2.3"),
            (
                550,
                "permanent error (550): <credentials@localhost>: not yours",
            ),
            (553, "permanent error (553): sender address rejected"),
            (554, "permanent error (554): no service here"),
            (502, "permanent error (502): command not implemented"),
        ] {
            assert!(!is_about_recipient(code, said, sender), "{said}");
        }
    }

    /// A server that answers a command with a line of the script, and everything else with yes.
    async fn server(command: &'static str, answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (reads, mut writes) = stream.into_split();
            let mut lines = BufReader::new(reads).lines();
            let mut data = false;
            writes.write_all(b"220 here\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let says = match line.as_str() {
                    "." => {
                        data = false;
                        "250 taken"
                    }
                    _ if data => continue,
                    line if line.starts_with(command) => answer,
                    line if line.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN",
                    "DATA" => {
                        data = true;
                        "354 go on"
                    }
                    _ => "250 yes",
                };
                let says = format!("{says}\r\n");
                if writes.write_all(says.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        format!("smtp://ann:wrong@127.0.0.1:{port}")
    }

    #[tokio::test]
    async fn a_password_or_a_sender_that_is_refused_is_no_fault_of_the_recipient() {
        let send = async |command, answer| {
            let url = server(command, answer).await;
            let mail = MailSmtp::new(&url, sender()).unwrap();
            mail.send(&message("ada@example.org", "Ada", "Hello")).await
        };
        assert_eq!(send("AUTH", "235 2.7.0 welcome").await, Ok(()));
        for (command, answer) in [
            ("AUTH", "535 5.7.8 wrong password"),
            ("MAIL", "550 5.7.1 not your address"),
            ("MAIL", "550 denied"),
            ("EHLO", "554 no service"),
            ("RCPT", "451 4.7.1 try later"),
        ] {
            let failed = send(command, answer).await;
            assert!(
                matches!(failed, Err(MailError::Unavailable(_))),
                "{command}: {failed:?}"
            );
        }
        let refused = send("RCPT", "550 5.1.1 no such user").await;
        assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_is_not_waited_for() {
        for greeting in ["", "220 here\r\n"] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.write_all(greeting.as_bytes()).await.unwrap();
                std::future::pending::<()>().await;
            });
            let mut mail = MailSmtp::new(&format!("smtp://127.0.0.1:{port}"), sender()).unwrap();
            assert_eq!(
                (mail.patience, mail.long_patience),
                (PATIENCE, LONG_PATIENCE)
            );
            mail.patience = Duration::from_millis(100);
            let message = message("ada@example.org", "Ada", "Hello");
            let sent = tokio::time::timeout(Duration::from_secs(10), mail.send(&message)).await;
            let sent = sent.expect("it ends by itself");
            assert!(matches!(sent, Err(MailError::Unavailable(_))), "{sent:?}");
        }
    }

    #[tokio::test]
    async fn who_can_wait_longer_does() {
        let message = message("ada@example.org", "Ada", "Hello");
        let hasty = async || {
            let url = server("AUTH", "235 2.7.0 welcome").await;
            let mut mail = MailSmtp::new(&url, sender()).unwrap();
            mail.patience = Duration::ZERO;
            mail
        };
        let sent = hasty().await.send(&message).await;
        assert!(matches!(sent, Err(MailError::Unavailable(_))), "{sent:?}");
        assert_eq!(hasty().await.send_patiently(&message).await, Ok(()));
    }
}
