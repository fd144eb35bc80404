//! When the mail server refused the mail of a request for an endorsement.

use sea_orm::sea_query::Table;

use super::{Step, int, maybe};

pub(super) fn steps() -> Vec<Step> {
    let refused_at = Table::alter()
        .table("endorsement_request")
        .add_column(maybe(int("refused_at")))
        .take();
    vec![Step::Column(refused_at.into())]
}
