//! Employers that sign up by themselves: what waits for its mail address to be confirmed, and who came in that way.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, index, int, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(sign_up().into()),
        index("sign_up", &["email"]),
        unique("sign_up", &["token_hash"]),
        Step::Table(employer().into()),
    ]
}

fn sign_up() -> TableCreateStatement {
    table("sign_up")
        .col(text("id").primary_key().take())
        .col(maybe(text("token_hash")))
        .col(text("organization"))
        .col(text("domain"))
        .col(text("name"))
        .col(text("email"))
        .col(int("asked_at"))
        .col(int("ends_at"))
        .take()
}

fn employer() -> TableCreateStatement {
    table("employer")
        .col(text("tenant").primary_key().take())
        .col(int("signed_up_at"))
        .foreign_key(&mut refers("employer", "tenant", "institution"))
        .take()
}
