//! Roles that are open for applications, and what applicants sent: theirs until they withdraw it or its time ends.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, key, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(posting().into()),
        unique("posting", &["public"]),
        index("posting", &["tenant", "role"]),
        Step::Table(application().into()),
        unique("application", &["token_hash"]),
        index("application", &["posting", "id"]),
        index("application", &["ends_at"]),
        Step::Table(application_file().into()),
    ]
}

fn posting() -> TableCreateStatement {
    table("posting")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("role"))
        .col(text("public"))
        .col(text("note"))
        .col(int("blind"))
        .col(int("keep_days"))
        .col(int("opened_at"))
        .col(text("opened_by"))
        .col(maybe(int("closes_at")))
        .col(maybe(int("closed_at")))
        .foreign_key(&mut refers("posting", "tenant", "institution"))
        .foreign_key(&mut refers("posting", "role", "role"))
        .take()
}

fn application() -> TableCreateStatement {
    table("application")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("posting"))
        .col(text("token_hash"))
        .col(text("name"))
        .col(text("contact"))
        .col(int("sent_at"))
        .col(int("ends_at"))
        .col(maybe(int("uncovered_at")))
        .foreign_key(&mut refers("application", "tenant", "institution"))
        .foreign_key(&mut refers("application", "posting", "posting"))
        .take()
}

fn application_file() -> TableCreateStatement {
    table("application_file")
        .col(text("application"))
        .col(int("position"))
        .col(blob("credential"))
        .primary_key(&mut key(&["application", "position"]))
        .foreign_key(&mut refers(
            "application_file",
            "application",
            "application",
        ))
        .take()
}
