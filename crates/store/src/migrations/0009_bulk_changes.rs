//! Changes of many credentials with one reason, and what became of each.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, index, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(bulk_change().into()),
        index("bulk_change", &["tenant", "created_at"]),
        index("bulk_change", &["state", "created_at"]),
        Step::Table(bulk_item().into()),
        index("bulk_item", &["change", "outcome", "position"]),
    ]
}

fn bulk_change() -> TableCreateStatement {
    table("bulk_change")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("actor"))
        .col(text("fate"))
        .col(text("reason"))
        .col(text("state"))
        .col(int("total"))
        .col(int("changed"))
        .col(int("stayed"))
        .col(int("created_at"))
        .col(maybe(int("ended_at")))
        .foreign_key(&mut refers("bulk_change", "tenant", "institution"))
        .take()
}

fn bulk_item() -> TableCreateStatement {
    table("bulk_item")
        .col(text("change"))
        .col(int("position"))
        .col(text("credential"))
        .col(text("outcome"))
        .primary_key(&mut key(&["change", "position"]))
        .foreign_key(&mut refers("bulk_item", "change", "bulk_change"))
        .take()
}
