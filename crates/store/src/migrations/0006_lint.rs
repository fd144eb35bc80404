//! For which profile achievements have to be ready before they are issued.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, int, key, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![Step::Table(lint_choice().into())]
}

fn lint_choice() -> TableCreateStatement {
    table("lint_choice")
        .col(text("tenant"))
        .col(text("achievement"))
        .col(text("profile"))
        .col(int("chosen_at"))
        .primary_key(&mut key(&["tenant", "achievement"]))
        .take()
}
