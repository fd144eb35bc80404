//! The histories of institutions whose DID is a `did:webvh`: each version of the document, and its signed line once it is published.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(did_version().into())]
}

fn did_version() -> TableCreateStatement {
    table("did_version")
        .col(text("tenant"))
        .col(int("number"))
        .col(int("at"))
        .col(text("document"))
        .col(maybe(blob("line")))
        .primary_key(&mut key(&["tenant", "number"]))
        .foreign_key(&mut refers("did_version", "tenant", "institution"))
        .take()
}
