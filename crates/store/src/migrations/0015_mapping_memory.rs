//! What a mapping stood as before votes decided, so that an undone decision leads back to it; and the way from an object to its mappings.

use sea_orm::sea_query::Table;

use super::{Step, index, int, maybe};

pub(super) fn steps() -> Vec<Step> {
    let stated = Table::alter()
        .table("mapping")
        .add_column(maybe(int("stated")))
        .take();
    vec![
        Step::Column(stated.into()),
        index("mapping", &["mapping_set", "object"]),
    ]
}
