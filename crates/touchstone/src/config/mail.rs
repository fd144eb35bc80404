//! How mail leaves.

use std::path::PathBuf;

use super::concern::concern;

concern! {
    /// How mail leaves: into a folder of `.eml` files by default, or to an SMTP server.
    Mail is "mail" {
        /// An SMTP server: `smtps://USER:PASSWORD@HOST` or `smtp://HOST:587?tls=required`. Left out, mail is written to a folder.
        /// A password belongs in the environment (`TOUCHSTONE_MAIL_SMTP_URL`) rather than in the file.
        smtp_url: Option<String> = None, example "\"smtps://touchstone@mail.example.edu\"";

        /// Whom mail comes from.
        sender: String = "Touchstone <credentials@localhost>".into(), example "\"Example University <credentials@example.edu>\"";

        /// The folder mail is written to while no SMTP server is set. Left out, it is `mail` in the data folder.
        folder: Option<PathBuf> = None, example "\"/var/spool/touchstone\"";
    }
}
