//! Which witnesses signed each checkpoint that is kept: so that those are told apart that show nothing more than a later one does.

use sea_orm::sea_query::Table;

use super::{Step, index, int, maybe, text};

pub(super) fn steps() -> Vec<Step> {
    let cosigners = Table::alter()
        .table("log_witnessed")
        .add_column(maybe(text("cosigners")))
        .take();
    let last = Table::alter()
        .table("log_witnessed")
        .add_column(maybe(int("last_at")))
        .take();
    vec![
        Step::Column(cosigners.into()),
        Step::Column(last.into()),
        // Read without the checkpoints themselves, which are long.
        index("log_witnessed", &["at", "size", "cosigners", "last_at"]),
    ]
}
