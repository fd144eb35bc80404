//! Roots of the trees over audit lines.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, int, key, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(audit_root().into())]
}

fn audit_root() -> TableCreateStatement {
    table("audit_root")
        .col(text("tenant"))
        .col(int("size"))
        .col(int("seq"))
        .col(blob("peaks"))
        .col(int("at"))
        .primary_key(&mut key(&["tenant", "size"]))
        .take()
}
