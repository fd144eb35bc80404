//! How much of its issuer's keys each publication of a status list knew of.

use sea_orm::sea_query::Table;

use super::{Step, int};

pub(super) fn steps() -> Vec<Step> {
    // Of none, as far as is known: what was published before is published anew the next time that anybody looks.
    let key_changes = int("key_changes").default(0).take();
    let added = Table::alter()
        .table("status_publication")
        .add_column(key_changes)
        .take();
    vec![Step::Column(added.into())]
}
