//! Who answered for a definition before, and what was said of it then.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(past_stewardship().into())]
}

fn past_stewardship() -> TableCreateStatement {
    table("past_stewardship")
        .col(text("kind"))
        .col(text("subject"))
        .col(int("number"))
        .col(text("tenant"))
        .col(text("steward"))
        .col(maybe(int("until")))
        .col(text("successor"))
        .col(maybe(int("deprecated_at")))
        .col(text("replaced_by"))
        .col(int("said_at"))
        .col(text("said_by"))
        .col(int("replaced_at"))
        .primary_key(&mut key(&["kind", "subject", "number"]))
        .foreign_key(&mut refers("past_stewardship", "tenant", "institution"))
        .take()
}
