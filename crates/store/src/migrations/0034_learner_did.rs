//! The DID by which a learner is known, where there is one.

use sea_orm::sea_query::Table;

use super::{Step, index, maybe, text};

pub(super) fn steps() -> Vec<Step> {
    let did = Table::alter()
        .table("learner")
        .add_column(maybe(text("did")))
        .take();
    vec![
        Step::Column(did.into()),
        index("learner", &["tenant", "did"]),
    ]
}
