//! Checkpoints that witnesses had seen, kept for credentials whose key is given up later.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, int, table};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(log_witnessed().into())]
}

fn log_witnessed() -> TableCreateStatement {
    table("log_witnessed")
        .col(int("size").primary_key().take())
        .col(blob("checkpoint"))
        .col(int("at"))
        .take()
}
