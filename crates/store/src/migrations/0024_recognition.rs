//! The last good copies of registers that others keep, apart from other copies, which strangers can push out; and what each institution
//! publishes about itself in federations.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, int, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(register_copy().into()),
        Step::Table(entity_configuration().into()),
    ]
}

fn register_copy() -> TableCreateStatement {
    table("register_copy")
        .col(text("source").primary_key().take())
        .col(maybe(blob("bytes")))
        .col(maybe(int("fetched_at")))
        .col(maybe(text("error")))
        .col(maybe(int("error_at")))
        .take()
}

fn entity_configuration() -> TableCreateStatement {
    table("entity_configuration")
        .col(text("tenant").primary_key().take())
        .col(text("says"))
        .col(blob("bytes"))
        .col(int("published_at"))
        .col(int("valid_until"))
        .foreign_key(&mut refers("entity_configuration", "tenant", "institution"))
        .take()
}
