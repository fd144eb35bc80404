//! Achievements, learners, batches, credentials and status lists.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, key, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(achievement().into()),
        unique("achievement", &["tenant", "slug"]),
        Step::Table(achievement_version().into()),
        Step::Table(learner().into()),
        index("learner", &["tenant", "email"]),
        index("learner", &["tenant", "identifier"]),
        index("learner", &["tenant", "created_at", "id"]),
        Step::Table(batch().into()),
        index("batch", &["tenant", "created_at", "id"]),
        index("batch", &["tenant", "source_sha256"]),
        index("batch", &["state", "hold_until"]),
        Step::Table(batch_row().into()),
        index("batch_row", &["batch", "state", "line"]),
        Step::Table(intent().into()),
        unique("intent", &["tenant", "dedupe"]),
        index("intent", &["batch", "state", "line"]),
        index("intent", &["batch", "line"]),
        Step::Table(credential().into()),
        unique("credential", &["intent"]),
        index("credential", &["tenant", "issued_at", "id"]),
        index("credential", &["tenant", "achievement", "issued_at"]),
        index("credential", &["batch"]),
        index("credential", &["learner"]),
        index("credential", &["status_list", "revoked_at"]),
        index("credential", &["suspension_list", "suspended_at"]),
        index("credential", &["valid_until"]),
        Step::Table(status_list().into()),
        unique("status_list", &["tenant", "number"]),
        index("status_list", &["tenant", "purpose", "abandoned_at"]),
        Step::Table(status_entry().into()),
        index("status_entry", &["credential"]),
        Step::Table(status_publication().into()),
        index("status_publication", &["valid_until"]),
    ]
}

fn achievement() -> TableCreateStatement {
    table("achievement")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("slug"))
        .col(text("name"))
        .col(int("latest_version"))
        .col(int("created_at"))
        .col(maybe(int("archived_at")))
        .foreign_key(&mut refers("achievement", "tenant", "institution"))
        .take()
}

fn achievement_version() -> TableCreateStatement {
    table("achievement_version")
        .col(text("achievement"))
        .col(int("version"))
        .col(text("document"))
        .col(blob("published"))
        .col(text("sha256"))
        .col(int("created_at"))
        .col(text("created_by"))
        .col(maybe(int("issued_under_at")))
        .primary_key(&mut key(&["achievement", "version"]))
        .foreign_key(&mut refers(
            "achievement_version",
            "achievement",
            "achievement",
        ))
        .take()
}

fn learner() -> TableCreateStatement {
    table("learner")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("name"))
        .col(maybe(text("email")))
        .col(maybe(text("identifier")))
        .col(maybe(text("language")))
        .col(text("search"))
        .col(int("created_at"))
        .foreign_key(&mut refers("learner", "tenant", "institution"))
        .take()
}

fn batch() -> TableCreateStatement {
    table("batch")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("achievement"))
        .col(int("version"))
        .col(text("name"))
        .col(text("state"))
        .col(maybe(text("source_name")))
        .col(maybe(text("source_sha256")))
        .col(maybe(int("hold_until")))
        .col(int("created_at"))
        .col(text("created_by"))
        .col(maybe(int("approved_at")))
        .col(maybe(text("approved_by")))
        .col(maybe(text("approved_sha256")))
        .col(maybe(int("sealed_at")))
        .col(int("rows_total"))
        .col(int("rows_ready"))
        .col(int("rows_faulty"))
        .foreign_key(&mut refers("batch", "tenant", "institution"))
        .foreign_key(&mut refers("batch", "achievement", "achievement"))
        .take()
}

fn batch_row() -> TableCreateStatement {
    table("batch_row")
        .col(text("batch"))
        .col(int("line"))
        .col(text("state"))
        .col(text("input"))
        .col(text("faults"))
        .col(maybe(text("intent")))
        .primary_key(&mut key(&["batch", "line"]))
        .foreign_key(&mut refers("batch_row", "batch", "batch"))
        .take()
}

fn intent() -> TableCreateStatement {
    table("intent")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(maybe(text("batch")))
        .col(maybe(int("line")))
        .col(text("learner"))
        .col(maybe(text("dedupe")))
        .col(blob("unsigned"))
        .col(text("unsigned_sha256"))
        .col(text("created"))
        .col(maybe(text("status_list")))
        .col(maybe(int("status_index")))
        .col(maybe(text("suspension_list")))
        .col(maybe(int("suspension_index")))
        .col(blob("log_salt"))
        .col(text("salts"))
        .col(text("state"))
        .col(text("key_id"))
        .col(int("reserved_at"))
        .col(maybe(text("replaces")))
        .foreign_key(&mut refers("intent", "tenant", "institution"))
        .foreign_key(&mut refers("intent", "batch", "batch"))
        .foreign_key(&mut refers("intent", "learner", "learner"))
        .take()
}

fn credential() -> TableCreateStatement {
    table("credential")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("intent"))
        .col(maybe(text("batch")))
        .col(text("achievement"))
        .col(int("version"))
        .col(text("learner"))
        .col(blob("bytes"))
        .col(text("sha256"))
        .col(blob("log_salt"))
        .col(text("key_id"))
        .col(maybe(text("rubric_sha256")))
        .col(maybe(text("status_list")))
        .col(maybe(int("status_index")))
        .col(maybe(text("suspension_list")))
        .col(maybe(int("suspension_index")))
        .col(int("issued_at"))
        .col(maybe(int("valid_until")))
        .col(maybe(int("revoked_at")))
        .col(maybe(text("revoked_by")))
        .col(maybe(text("revoke_reason")))
        .col(maybe(int("suspended_at")))
        .col(maybe(text("suspended_by")))
        .col(maybe(text("suspend_reason")))
        .col(maybe(text("replaces")))
        .col(maybe(text("replaced_by")))
        .foreign_key(&mut refers("credential", "tenant", "institution"))
        .foreign_key(&mut refers("credential", "intent", "intent"))
        .foreign_key(&mut refers("credential", "learner", "learner"))
        .foreign_key(&mut refers("credential", "achievement", "achievement"))
        .take()
}

fn status_list() -> TableCreateStatement {
    table("status_list")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(int("number"))
        .col(text("purpose"))
        .col(int("length"))
        .col(blob("used"))
        .col(int("used_count"))
        .col(int("version"))
        .col(int("created_at"))
        .col(maybe(int("abandoned_at")))
        .foreign_key(&mut refers("status_list", "tenant", "institution"))
        .take()
}

fn status_entry() -> TableCreateStatement {
    table("status_entry")
        .col(text("list"))
        .col(int("idx"))
        .col(maybe(text("credential")))
        .col(maybe(int("forced_at")))
        .primary_key(&mut key(&["list", "idx"]))
        .foreign_key(&mut refers("status_entry", "list", "status_list"))
        .take()
}

fn status_publication() -> TableCreateStatement {
    table("status_publication")
        .col(text("list"))
        .col(int("version"))
        .col(blob("bytes"))
        .col(int("published_at"))
        .col(int("valid_until"))
        .primary_key(&mut key(&["list", "version"]))
        .foreign_key(&mut refers("status_publication", "list", "status_list"))
        .take()
}
