//! Counts, copies of foreign documents, audit, outbox, jobs, answers, objects and settings.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, counter, index, int, key, maybe, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(tally().into()),
        Step::Table(remote_document().into()),
        Step::Table(audit().into()),
        index("audit", &["tenant", "seq"]),
        index("audit", &["tenant", "subject"]),
        Step::Table(outbox().into()),
        index("outbox", &["tenant", "seq"]),
        Step::Table(job().into()),
        unique("job", &["dedupe"]),
        index("job", &["state", "run_at"]),
        index("job", &["state", "lease_until"]),
        Step::Table(idempotency().into()),
        index("idempotency", &["created_at"]),
        Step::Table(object().into()),
        Step::Table(setting().into()),
    ]
}

fn tally() -> TableCreateStatement {
    table("tally")
        .col(text("tenant"))
        .col(text("achievement"))
        .col(int("day"))
        .col(text("kind"))
        .col(int("n"))
        .primary_key(&mut key(&["tenant", "achievement", "day", "kind"]))
        .take()
}

fn remote_document() -> TableCreateStatement {
    table("remote_document")
        .col(text("url").primary_key().take())
        .col(maybe(blob("bytes")))
        .col(maybe(int("fetched_at")))
        .col(maybe(text("error")))
        .col(maybe(int("error_at")))
        .take()
}

fn audit() -> TableCreateStatement {
    table("audit")
        .col(counter("seq"))
        .col(text("tenant"))
        .col(int("at"))
        .col(text("actor"))
        .col(text("action"))
        .col(text("subject"))
        .col(text("detail"))
        .take()
}

fn outbox() -> TableCreateStatement {
    table("outbox")
        .col(counter("seq"))
        .col(text("tenant"))
        .col(text("kind"))
        .col(text("subject"))
        .col(int("version"))
        .col(int("at"))
        .take()
}

fn job() -> TableCreateStatement {
    table("job")
        .col(text("id").primary_key().take())
        .col(text("kind"))
        .col(text("payload"))
        .col(maybe(text("dedupe")))
        .col(text("state"))
        .col(int("run_at"))
        .col(int("attempts"))
        .col(maybe(int("lease_until")))
        .col(int("fence"))
        .col(maybe(text("last_error")))
        .col(int("created_at"))
        .take()
}

fn idempotency() -> TableCreateStatement {
    table("idempotency")
        .col(text("tenant"))
        .col(text("key"))
        .col(text("request_hash"))
        .col(maybe(int("status")))
        .col(maybe(blob("response")))
        .col(int("created_at"))
        .primary_key(&mut key(&["tenant", "key"]))
        .take()
}

fn object() -> TableCreateStatement {
    table("object")
        .col(text("key").primary_key().take())
        .col(text("media_type"))
        .col(int("bytes_len"))
        .col(text("sha256"))
        .col(int("created_at"))
        .take()
}

fn setting() -> TableCreateStatement {
    table("setting")
        .col(text("key").primary_key().take())
        .col(text("value"))
        .take()
}
