//! Many applications to one posting: how much each takes, the documents on which they rest, and whom an employer has told of them.

use sea_orm::sea_query::{Table, TableCreateStatement};

use super::{Step, blob, index, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    let bytes = Table::alter()
        .table("application")
        .add_column(maybe(int("bytes")))
        .take();
    let refreshed = Table::alter()
        .table("posting")
        .add_column(maybe(int("refreshed_at")))
        .take();
    vec![
        Step::Column(bytes.into()),
        Step::Column(refreshed.into()),
        index("application", &["sent_at"]),
        Step::Table(application_copy().into()),
        Step::Table(webhook().into()),
        index("webhook", &["tenant"]),
        Step::Table(webhook_message().into()),
        index("webhook_message", &["state", "next_at"]),
        index("webhook_message", &["webhook", "at"]),
    ]
}

fn application_copy() -> TableCreateStatement {
    table("application_copy")
        .col(text("application"))
        .col(text("url"))
        .col(maybe(blob("bytes")))
        .col(maybe(int("fetched_at")))
        .col(maybe(text("error")))
        .col(maybe(int("error_at")))
        .primary_key(&mut key(&["application", "url"]))
        .foreign_key(&mut refers(
            "application_copy",
            "application",
            "application",
        ))
        .take()
}

fn webhook() -> TableCreateStatement {
    table("webhook")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("address"))
        .col(text("secret"))
        .col(int("made_at"))
        .col(text("made_by"))
        .col(maybe(int("disabled_at")))
        .foreign_key(&mut refers("webhook", "tenant", "institution"))
        .take()
}

fn webhook_message() -> TableCreateStatement {
    table("webhook_message")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("webhook"))
        .col(text("kind"))
        .col(text("subject"))
        .col(text("posting"))
        .col(int("at"))
        .col(text("state"))
        .col(int("attempts"))
        .col(maybe(int("next_at")))
        .col(maybe(text("last_error")))
        .col(maybe(int("delivered_at")))
        .foreign_key(&mut refers("webhook_message", "tenant", "institution"))
        .foreign_key(&mut refers("webhook_message", "webhook", "webhook"))
        .take()
}
