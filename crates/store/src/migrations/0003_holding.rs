//! Deliveries, claims and public pages.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, index, int, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(delivery().into()),
        index("delivery", &["state", "next_at"]),
        index("delivery", &["tenant", "state"]),
        index("delivery", &["credential"]),
        index("delivery", &["message_id"]),
        Step::Table(claim().into()),
        unique("claim", &["code_hash"]),
        index("claim", &["credential"]),
        Step::Table(public_link().into()),
        index("public_link", &["credential"]),
    ]
}

fn delivery() -> TableCreateStatement {
    table("delivery")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("credential"))
        .col(text("kind"))
        .col(maybe(text("address")))
        .col(maybe(text("language")))
        .col(text("state"))
        .col(int("attempts"))
        .col(maybe(int("next_at")))
        .col(maybe(text("last_error")))
        .col(maybe(text("message_id")))
        .col(maybe(int("sent_at")))
        .col(int("created_at"))
        .foreign_key(&mut refers("delivery", "credential", "credential"))
        .take()
}

fn claim() -> TableCreateStatement {
    table("claim")
        .col(text("token_hash").primary_key().take())
        .col(text("tenant"))
        .col(text("credential"))
        .col(maybe(text("code_hash")))
        .col(int("created_at"))
        .col(int("expires_at"))
        .col(maybe(int("claimed_at")))
        .col(maybe(int("superseded_at")))
        .foreign_key(&mut refers("claim", "credential", "credential"))
        .take()
}

fn public_link() -> TableCreateStatement {
    table("public_link")
        .col(text("link").primary_key().take())
        .col(text("tenant"))
        .col(text("credential"))
        .col(int("opened_at"))
        .col(maybe(int("closed_at")))
        .foreign_key(&mut refers("public_link", "credential", "credential"))
        .take()
}
