//! Which DIDs institutions had before they moved to another domain, and where those are published.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, int, key, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(former_did().into()),
        unique("former_did", &["did"]),
    ]
}

fn former_did() -> TableCreateStatement {
    let mut former = table("former_did");
    former
        .col(text("tenant"))
        .col(int("number"))
        .col(text("did"))
        .col(text("public_url"))
        .col(int("lists_before"))
        .col(int("outbox"))
        .col(int("moved_at"))
        .col(text("succession"))
        .primary_key(&mut key(&["tenant", "number"]))
        .foreign_key(&mut refers("former_did", "tenant", "institution"));
    former.take()
}
