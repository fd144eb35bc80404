//! Whether a learner wants to be reminded.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, index, int, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(reminder_choice().into()),
        index("reminder_choice", &["tenant", "learner"]),
    ]
}

fn reminder_choice() -> TableCreateStatement {
    table("reminder_choice")
        .col(text("token_hash").primary_key().take())
        .col(text("tenant"))
        .col(text("learner"))
        .col(int("created_at"))
        .col(maybe(int("off_at")))
        .foreign_key(&mut refers("reminder_choice", "learner", "learner"))
        .take()
}
