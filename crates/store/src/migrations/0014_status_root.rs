//! What the issuer states about each publication of a status list, signed, for the log and for proofs of one entry.

use sea_orm::sea_query::Table;

use super::{Step, blob, maybe};

pub(super) fn steps() -> Vec<Step> {
    let statement = maybe(blob("statement"));
    let added = Table::alter()
        .table("status_publication")
        .add_column(statement)
        .take();
    vec![Step::Column(added.into())]
}
