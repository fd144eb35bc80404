//! Competencies that employers and an issuer write together: versions, what the bloc says of them, pilots and releases.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, key, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(competency().into()),
        index("competency", &["mapping_set"]),
        unique("competency", &["issuer", "slug"]),
        Step::Table(version().into()),
        Step::Table(comment().into()),
        index("competency_comment", &["competency"]),
        Step::Table(vote().into()),
        Step::Table(conflict().into()),
        Step::Table(pilot().into()),
        Step::Table(release().into()),
    ]
}

fn competency() -> TableCreateStatement {
    table("competency")
        .col(text("id").primary_key().take())
        .col(text("mapping_set"))
        .col(text("employer"))
        .col(text("issuer"))
        .col(text("slug"))
        .col(text("title"))
        .col(int("created_at"))
        .col(text("created_by"))
        .foreign_key(&mut refers("competency", "mapping_set", "mapping_set"))
        .foreign_key(&mut refers("competency", "employer", "institution"))
        .foreign_key(&mut refers("competency", "issuer", "institution"))
        .take()
}

fn version() -> TableCreateStatement {
    table("competency_version")
        .col(text("competency"))
        .col(int("number"))
        .col(text("organization"))
        .col(text("written_by"))
        .col(text("part"))
        .col(text("tasks"))
        .col(text("rubric"))
        .col(text("why"))
        .col(int("written_at"))
        .col(text("state"))
        .col(int("round"))
        .col(maybe(int("decided_at")))
        .col(maybe(int("review_due")))
        .primary_key(&mut key(&["competency", "number"]))
        .foreign_key(&mut refers(
            "competency_version",
            "competency",
            "competency",
        ))
        .take()
}

fn comment() -> TableCreateStatement {
    table("competency_comment")
        .col(text("id").primary_key().take())
        .col(text("competency"))
        .col(int("version"))
        .col(text("organization"))
        .col(text("said_by"))
        .col(text("said"))
        .col(int("said_at"))
        .foreign_key(&mut refers(
            "competency_comment",
            "competency",
            "competency",
        ))
        .take()
}

fn vote() -> TableCreateStatement {
    table("competency_vote")
        .col(text("competency"))
        .col(int("version"))
        .col(int("round"))
        .col(text("tenant"))
        .col(text("actor"))
        .col(int("member"))
        .col(int("hundredths"))
        .col(text("comment"))
        .col(int("cast_at"))
        .primary_key(&mut key(&["competency", "version", "round", "tenant"]))
        .foreign_key(&mut refers("competency_vote", "competency", "competency"))
        .take()
}

fn conflict() -> TableCreateStatement {
    table("competency_conflict")
        .col(text("competency"))
        .col(int("version"))
        .col(int("round"))
        .col(text("tenant"))
        .col(text("actor"))
        .col(text("comment"))
        .col(int("declared_at"))
        .primary_key(&mut key(&[
            "competency",
            "version",
            "round",
            "tenant",
            "actor",
        ]))
        .foreign_key(&mut refers(
            "competency_conflict",
            "competency",
            "competency",
        ))
        .take()
}

fn pilot() -> TableCreateStatement {
    table("competency_pilot")
        .col(text("competency"))
        .col(int("version"))
        .col(text("achievement"))
        .col(text("until"))
        .col(text("why"))
        .col(int("begun_at"))
        .col(text("begun_by"))
        .primary_key(&mut key(&["competency", "version"]))
        .foreign_key(&mut refers("competency_pilot", "competency", "competency"))
        .foreign_key(&mut refers(
            "competency_pilot",
            "achievement",
            "achievement",
        ))
        .take()
}

fn release() -> TableCreateStatement {
    table("competency_release")
        .col(text("competency"))
        .col(int("number"))
        .col(int("version"))
        .col(int("round"))
        .col(blob("file"))
        .col(text("sha256"))
        .col(blob("statement"))
        .col(text("why"))
        .col(int("released_at"))
        .col(text("released_by"))
        .col(int("valid_until"))
        .primary_key(&mut key(&["competency", "number"]))
        .foreign_key(&mut refers(
            "competency_release",
            "competency",
            "competency",
        ))
        .take()
}
