//! Frameworks, mapping sets with what was proposed, voted and released, and roles.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, key, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(framework().into()),
        unique("framework", &["tenant", "uri", "version"]),
        Step::Table(framework_statement().into()),
        index("framework_statement", &["framework", "uri"]),
        Step::Table(mapping_set().into()),
        unique("mapping_set", &["tenant", "slug"]),
        Step::Table(mapping_party().into()),
        index("mapping_party", &["tenant"]),
        Step::Table(mapping().into()),
        index("mapping", &["mapping_set", "state"]),
        index("mapping", &["mapping_set", "subject"]),
        Step::Table(mapping_vote().into()),
        Step::Table(mapping_release().into()),
        Step::Table(role().into()),
        index("role", &["tenant"]),
    ]
}

fn framework() -> TableCreateStatement {
    table("framework")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("uri"))
        .col(text("title"))
        .col(text("version"))
        .col(text("about"))
        .col(text("form"))
        .col(int("statements"))
        .col(text("sha256"))
        .col(int("taken_at"))
        .col(text("taken_by"))
        .foreign_key(&mut refers("framework", "tenant", "institution"))
        .take()
}

fn framework_statement() -> TableCreateStatement {
    table("framework_statement")
        .col(text("framework"))
        .col(int("position"))
        .col(text("uri"))
        .col(text("kind"))
        .col(text("label"))
        .col(text("more"))
        .primary_key(&mut key(&["framework", "position"]))
        .foreign_key(&mut refers("framework_statement", "framework", "framework"))
        .take()
}

fn mapping_set() -> TableCreateStatement {
    table("mapping_set")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("slug"))
        .col(text("title"))
        .col(text("license"))
        .col(text("head"))
        .col(text("prefixes"))
        .col(int("review_days"))
        .col(int("created_at"))
        .col(text("created_by"))
        .foreign_key(&mut refers("mapping_set", "tenant", "institution"))
        .take()
}

fn mapping_party() -> TableCreateStatement {
    table("mapping_party")
        .col(text("mapping_set"))
        .col(text("tenant"))
        .col(int("invited_at"))
        .col(maybe(int("joined_at")))
        .primary_key(&mut key(&["mapping_set", "tenant"]))
        .foreign_key(&mut refers("mapping_party", "mapping_set", "mapping_set"))
        .foreign_key(&mut refers("mapping_party", "tenant", "institution"))
        .take()
}

fn mapping() -> TableCreateStatement {
    table("mapping")
        .col(text("id").primary_key().take())
        .col(text("mapping_set"))
        .col(text("organization"))
        .col(text("document"))
        .col(text("subject"))
        .col(text("subject_label"))
        .col(text("object"))
        .col(text("object_label"))
        .col(text("predicate"))
        .col(int("negated"))
        .col(text("state"))
        .col(int("round"))
        .col(text("proposed_by"))
        .col(int("proposed_at"))
        .col(maybe(int("decided_at")))
        .col(maybe(int("review_due")))
        .foreign_key(&mut refers("mapping", "mapping_set", "mapping_set"))
        .take()
}

fn mapping_vote() -> TableCreateStatement {
    table("mapping_vote")
        .col(text("mapping"))
        .col(int("round"))
        .col(text("tenant"))
        .col(text("actor"))
        .col(int("member"))
        .col(int("hundredths"))
        .col(text("comment"))
        .col(int("cast_at"))
        .primary_key(&mut key(&["mapping", "round", "tenant"]))
        .foreign_key(&mut refers("mapping_vote", "mapping", "mapping"))
        .take()
}

fn mapping_release() -> TableCreateStatement {
    table("mapping_release")
        .col(text("mapping_set"))
        .col(int("number"))
        .col(blob("file"))
        .col(text("sha256"))
        .col(blob("statement"))
        .col(int("mappings"))
        .col(int("released_at"))
        .col(text("released_by"))
        .col(int("valid_until"))
        .primary_key(&mut key(&["mapping_set", "number"]))
        .foreign_key(&mut refers("mapping_release", "mapping_set", "mapping_set"))
        .take()
}

fn role() -> TableCreateStatement {
    table("role")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("title"))
        .col(text("tasks"))
        .col(text("public"))
        .col(int("created_at"))
        .col(text("created_by"))
        .col(int("changed_at"))
        .foreign_key(&mut refers("role", "tenant", "institution"))
        .take()
}
