//! Mail that comes back, piped in as a mail server does.

use std::fs;

use super::run::Folder;

/// A mail that the demo wrote, as a mail server would send it back.
fn came_back(folder: &Folder) -> String {
    let mails = fs::read_dir(folder.path("touchstone-demo/mail")).unwrap();
    let sent = mails
        .map(|mail| fs::read_to_string(mail.unwrap().path()).unwrap())
        .find(|mail| mail.contains("/claim/"))
        .unwrap();
    let headers = sent.replace("\r\n", "\n");
    let headers = headers.split_once("\n\n").unwrap().0;
    format!(
        "From: MAILER-DAEMON@localhost\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nSorry.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; localhost\n\n\
         Final-Recipient: rfc822; somebody@example.org\nAction: failed\nStatus: 5.2.2\n\
         Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n\n\
         --b\nContent-Type: text/rfc822-headers\n\n{headers}\n\n--b--\n"
    )
}

#[test]
fn a_report_on_standard_input_marks_the_delivery_once() {
    let folder = Folder::new();
    folder
        .run(&["demo", "--exit", "--listen", "127.0.0.1:0"])
        .exits(0);
    let mail = came_back(&folder);
    let pipe = ["--data", "touchstone-demo", "mail", "bounced"];
    folder
        .run_with(&pipe, &[], mail.as_bytes())
        .exits(0)
        .says("came back: 552 5.2.2 Mailbox full");
    let file = folder.write("again.eml", &mail);
    let again = [
        "--json",
        "--data",
        "touchstone-demo",
        "mail",
        "bounced",
        file.to_str().unwrap(),
    ];
    let told = folder.run(&again).exits(0).json();
    assert_eq!(told["messages"][0]["outcome"], "unchanged");

    // Whatever else arrives is no error: an error would be sent back to whoever wrote it.
    for other in [&b"Subject: Hello\n\nThank you!\n"[..], b"", &[0xff; 100]] {
        folder
            .run_with(&pipe, &[], other)
            .exits(0)
            .says("nothing changes");
    }
}

#[test]
fn what_cannot_be_written_down_is_to_be_sent_again() {
    let folder = Folder::new();
    folder
        .run_with(&["mail", "bounced"], &[], b"Subject: Hello\n\n")
        .exits(75)
        .warns("there is no installation");
}
