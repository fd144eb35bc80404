//! Reads a delivery status notification: RFC 3464, in the `multipart/report` of RFC 6522 (before: RFC 3462).
//!
//! Only the parts of the report itself are looked at: what stands inside the returned mail was written by anybody.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// What a report says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// What became of the mail.
    pub action: Action,
    /// The status code, `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// What the mail server said, or the status in words; without control characters, not too long.
    pub reason: String,
    /// The name we gave the returned mail, if it came back with its headers: what stands before the `@` of its Message-ID.
    pub message_id: Option<String>,
}

/// RFC 3464 §2.3.3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// It did not arrive and will not.
    Failed,
    /// It is late, arrived, or was passed on.
    Other,
}

/// Reads a report. None if the mail is none.
pub fn read(mail: &[u8]) -> Option<Report> {
    let message = MessageParser::default().parse(mail)?;
    let root = message.parts.first()?;
    if !is(root, "multipart", "report") {
        return None;
    }
    let PartType::Multipart(children) = &root.body else {
        return None;
    };
    let parts: Vec<&MessagePart<'_>> = children
        .iter()
        .filter_map(|&place| message.part(place))
        .collect();
    let status = parts
        .iter()
        .find(|part| is(part, "message", "delivery-status"))?;
    let text = String::from_utf8_lossy(status.contents()).into_owned();
    let groups = groups(&text);
    // The first group is about the mail; each further one about a recipient. Our mails have one.
    let recipients = groups.get(1..).unwrap_or_default();
    let failed = recipients.iter().find(|group| {
        field(group, "action").is_some_and(|action| action.eq_ignore_ascii_case("failed"))
    });
    let code = failed
        .and_then(|group| field(group, "status"))
        .and_then(code);
    let said = failed.and_then(|group| field(group, "diagnostic-code"));
    Some(Report {
        action: failed.map_or(Action::Other, |_| Action::Failed),
        reason: reason(said, code.as_deref()),
        status: code,
        message_id: parts.iter().find_map(|part| returned(part)),
    })
}

/// The name of the mail that came back whole, or with its headers alone.
fn returned(part: &MessagePart<'_>) -> Option<String> {
    let id = match &part.body {
        PartType::Message(message) => message_id(message),
        _ if is(part, "text", "rfc822-headers") => {
            message_id(&MessageParser::default().parse_headers(part.contents())?)
        }
        _ => None,
    };
    let id = id?;
    let (ours, _domain) = id.split_once('@')?;
    Some(ours.to_owned())
}

fn message_id(message: &Message<'_>) -> Option<String> {
    message.message_id().map(str::to_owned)
}

fn is(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|said| {
        said.ctype().eq_ignore_ascii_case(kind)
            && said
                .subtype()
                .is_some_and(|said| said.eq_ignore_ascii_case(subtype))
    })
}

/// Groups of fields, set apart by empty lines; a line that begins with a space goes on with the one before (RFC 3464 §2.1.1).
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups = vec![Vec::new()];
    for line in text.lines() {
        let last = groups.last_mut().expect("there is one from the start");
        if line.trim().is_empty() {
            if !last.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = last.last_mut() {
                let value: &mut String = value;
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            last.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn field<'g>(group: &'g [(String, String)], name: &str) -> Option<&'g str> {
    group
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

/// `5.1.1` of `5.1.1 (bad address)`.
fn code(text: &str) -> Option<String> {
    let code = text.split([' ', '\t', '(']).next()?;
    let numbers: Vec<&str> = code.split('.').collect();
    let plain = |number: &&str| {
        (1..=3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    (numbers.len() == 3 && numbers.iter().all(plain)).then(|| code.to_owned())
}

fn reason(said: Option<&str>, code: Option<&str>) -> String {
    // `smtp; 550 5.1.1 …`: the kind of diagnostic is said before the semicolon.
    let said = said.map(|said| said.split_once(';').map_or(said, |(_, words)| words).trim());
    let words = match (said.filter(|said| !said.is_empty()), code) {
        (Some(said), _) => said.to_owned(),
        (None, Some(code)) => format!("the mail server answered {code}"),
        (None, None) => "the mail server gave no reason".to_owned(),
    };
    let printable = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    printable.take(LONGEST).collect()
}

/// As much of a mail server's words as is shown.
const LONGEST: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    /// A report as mail servers write it. `status` is the second part, `returned` the third with its headers.
    fn mail(status: &str, returned: &str) -> Vec<u8> {
        format!(
            "From: MAILER-DAEMON@mx.example.net\r\nTo: credentials@example.edu\r\nSubject: Undelivered\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nYour mail did not arrive.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b\r\n{returned}\r\n--b--\r\n"
        )
        .into_bytes()
    }

    const FAILED: &str = "Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n\r\n\
        Final-Recipient: rfc822; amara@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 <amara@example.org>: Recipient address\r\n rejected: User unknown\r\n";
    const WHOLE: &str = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <d-1.2@example.edu>\r\nSubject: Yours\r\n\r\nHello\r\n";
    const HEADERS: &str = "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <d-1.2@example.edu>\r\nSubject: Yours\r\n";

    #[test]
    fn a_failure_is_read_with_its_reason_and_the_name_of_our_mail() {
        for returned in [WHOLE, HEADERS] {
            let report = read(&mail(FAILED, returned)).unwrap();
            assert_eq!(report.action, Action::Failed);
            assert_eq!(report.status.as_deref(), Some("5.1.1"));
            assert_eq!(
                report.reason,
                "550 5.1.1 <amara@example.org>: Recipient address rejected: User unknown"
            );
            assert_eq!(report.message_id.as_deref(), Some("d-1.2"));
        }
    }

    #[test]
    fn line_ends_of_pipes_and_encoded_parts_are_read_too() {
        let bare = String::from_utf8(mail(FAILED, HEADERS))
            .unwrap()
            .replace("\r\n", "\n");
        assert_eq!(
            read(bare.as_bytes()).unwrap().message_id.as_deref(),
            Some("d-1.2")
        );
        let packed = "Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\nTWVzc2FnZS1JRDogPGQtMS4yQGV4YW1wbGUuZWR1Pg0K\r\n";
        assert_eq!(
            read(&mail(FAILED, packed)).unwrap().message_id.as_deref(),
            Some("d-1.2")
        );
    }

    #[test]
    fn a_delay_or_a_receipt_is_no_failure() {
        for action in ["delayed", "delivered", "relayed", "expanded", "lost"] {
            let status = FAILED.replace("Action: failed", &format!("Action: {action}"));
            let report = read(&mail(&status, WHOLE)).unwrap();
            assert_eq!(report.action, Action::Other, "{action}");
        }
    }

    #[test]
    fn what_is_no_report_is_none() {
        let letter = b"Subject: Hello\r\nMessage-ID: <d-1.2@example.edu>\r\n\r\nAction: failed\r\n";
        assert_eq!(read(letter), None);
        let mixed = String::from_utf8(mail(FAILED, WHOLE))
            .unwrap()
            .replace("multipart/report", "multipart/mixed");
        assert_eq!(read(mixed.as_bytes()), None);
        assert_eq!(read(b""), None);
        assert_eq!(read(&[0xff; 4_000]), None);
    }

    #[test]
    fn a_report_inside_a_forwarded_mail_is_not_believed() {
        let inner = String::from_utf8(mail(FAILED, WHOLE)).unwrap();
        let outer = format!(
            "Subject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"o\"\r\n\r\n\
             --o\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--o--\r\n"
        );
        assert_eq!(read(outer.as_bytes()), None);
    }

    #[test]
    fn without_the_returned_mail_nothing_is_named() {
        let text = "Content-Type: text/plain\r\n\r\nMessage-ID: <d-1.2@example.edu>\r\n";
        assert_eq!(read(&mail(FAILED, text)).unwrap().message_id, None);
        let odd = HEADERS.replace("<d-1.2@example.edu>", "d-1.2");
        assert_eq!(read(&mail(FAILED, &odd)).unwrap().message_id, None);
    }

    #[test]
    fn t65_what_a_mail_server_says_stays_one_short_line() {
        let status = FAILED.replace("User unknown", &format!("\u{1b}[2J{}", "x".repeat(2_000)));
        let report = read(&mail(&status, WHOLE)).unwrap();
        assert!(report.reason.len() <= LONGEST && !report.reason.contains(char::is_control));
        let silent = "Reporting-MTA: dns; a\r\n\r\nAction: failed\r\nStatus: not a code\r\n";
        let report = read(&mail(silent, WHOLE)).unwrap();
        assert_eq!(report.status, None);
        assert_eq!(report.reason, "the mail server gave no reason");
    }
}
