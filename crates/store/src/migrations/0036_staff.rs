//! Roles for an employer's own people: which postings are for them, and the page where they find those.

use sea_orm::sea_query::{Table, TableCreateStatement};

use super::{Step, int, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    let staff = Table::alter()
        .table("posting")
        .add_column(maybe(int("staff")))
        .take();
    vec![
        Step::Column(staff.into()),
        Step::Table(staff_page().into()),
        unique("staff_page", &["public"]),
    ]
}

fn staff_page() -> TableCreateStatement {
    table("staff_page")
        .col(text("tenant").primary_key().take())
        .col(text("public"))
        .col(int("opened_at"))
        .col(text("opened_by"))
        .foreign_key(&mut refers("staff_page", "tenant", "institution"))
        .take()
}
