//! Checkpoints that were handed to an anchor, so that others than we state when they were there.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, key, maybe, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(log_anchor().into()),
        index("log_anchor", &["state", "next_at"]),
    ]
}

fn log_anchor() -> TableCreateStatement {
    table("log_anchor")
        .col(text("anchor"))
        .col(int("size"))
        .col(text("kind"))
        .col(blob("note"))
        .col(text("state"))
        .col(int("tries"))
        .col(int("next_at"))
        .col(int("submitted_at"))
        .col(maybe(int("confirmed_at")))
        .col(maybe(int("seen_by")))
        .col(maybe(blob("proof")))
        .col(maybe(text("why")))
        .primary_key(&mut key(&["anchor", "size"]))
        .take()
}
