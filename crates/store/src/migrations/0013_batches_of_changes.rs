//! Which batches a change of many credentials is about, so that the page of a batch can name its changes.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, key, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(bulk_change_batch().into())]
}

fn bulk_change_batch() -> TableCreateStatement {
    table("bulk_change_batch")
        .col(text("batch"))
        .col(text("change"))
        .primary_key(&mut key(&["batch", "change"]))
        .foreign_key(&mut refers("bulk_change_batch", "change", "bulk_change"))
        .take()
}
