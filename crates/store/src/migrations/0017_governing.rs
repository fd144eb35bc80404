//! Domains that institutions proved to be theirs; conflicts of interest that reviewers declared; what roles said before.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, index, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(domain_proof().into()),
        Step::Table(mapping_conflict().into()),
        Step::Table(role_version().into()),
        Step::Table(stewardship().into()),
        index("stewardship", &["tenant", "until"]),
    ]
}

fn domain_proof() -> TableCreateStatement {
    table("domain_proof")
        .col(text("tenant").primary_key().take())
        .col(text("domain"))
        .col(text("token"))
        .col(int("asked_at"))
        .col(maybe(int("verified_at")))
        .foreign_key(&mut refers("domain_proof", "tenant", "institution"))
        .take()
}

fn mapping_conflict() -> TableCreateStatement {
    table("mapping_conflict")
        .col(text("mapping"))
        .col(int("round"))
        .col(text("tenant"))
        .col(text("actor"))
        .col(text("comment"))
        .col(int("declared_at"))
        .primary_key(&mut key(&["mapping", "round", "tenant", "actor"]))
        .foreign_key(&mut refers("mapping_conflict", "mapping", "mapping"))
        .take()
}

fn role_version() -> TableCreateStatement {
    table("role_version")
        .col(text("role"))
        .col(int("number"))
        .col(text("tenant"))
        .col(text("title"))
        .col(text("tasks"))
        .col(int("since"))
        .col(text("written_by"))
        .primary_key(&mut key(&["role", "number"]))
        .foreign_key(&mut refers("role_version", "role", "role"))
        .take()
}

fn stewardship() -> TableCreateStatement {
    table("stewardship")
        .col(text("kind"))
        .col(text("subject"))
        .col(text("tenant"))
        .col(text("steward"))
        .col(maybe(int("until")))
        .col(text("successor"))
        .col(maybe(int("deprecated_at")))
        .col(text("replaced_by"))
        .col(int("changed_at"))
        .col(text("changed_by"))
        .primary_key(&mut key(&["kind", "subject"]))
        .foreign_key(&mut refers("stewardship", "tenant", "institution"))
        .take()
}
