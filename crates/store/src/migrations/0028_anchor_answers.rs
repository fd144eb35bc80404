//! When an anchor answered what it was handed, and what a trust file said of it then: it may be called the same and be another one later.

use sea_orm::sea_query::Table;

use super::{Step, index, int, key, maybe, table, text};

pub(super) fn steps() -> Vec<Step> {
    let answered_at = Table::alter()
        .table("log_anchor")
        .add_column(maybe(int("answered_at")))
        .take();
    let trust = Table::alter()
        .table("log_anchor")
        .add_column(maybe(text("trust")))
        .take();
    let trusts = table("log_anchor_trust")
        .col(text("anchor"))
        .col(text("id"))
        .col(text("line"))
        .primary_key(&mut key(&["anchor", "id"]))
        .take();
    vec![
        Step::Column(answered_at.into()),
        Step::Column(trust.into()),
        Step::Table(trusts.into()),
        // Read without the proofs, which are long.
        index(
            "log_anchor",
            &["anchor", "trust", "state", "seen_by", "size"],
        ),
    ]
}
