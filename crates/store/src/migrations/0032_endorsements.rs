//! Endorsements: whom an institution asked for one, what they said, and who wants to be asked no more.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(request().into()),
        index("endorsement_request", &["tenant", "asked_at"]),
        index("endorsement_request", &["email"]),
        unique("endorsement_request", &["token_hash"]),
        Step::Table(endorsement().into()),
        index("endorsement", &["tenant", "thing", "version"]),
        Step::Table(refusal().into()),
    ]
}

fn request() -> TableCreateStatement {
    table("endorsement_request")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("kind"))
        .col(text("thing"))
        .col(int("version"))
        .col(text("subject"))
        .col(text("title"))
        .col(text("sha256"))
        .col(text("email"))
        .col(text("language"))
        .col(text("message"))
        .col(int("asked_at"))
        .col(text("asked_by"))
        .col(int("ends_at"))
        .col(maybe(text("token_hash")))
        .col(int("mails"))
        .col(int("mailed_at"))
        .col(maybe(int("answered_at")))
        .col(maybe(text("declined")))
        .foreign_key(&mut refers("endorsement_request", "tenant", "institution"))
        .take()
}

fn endorsement() -> TableCreateStatement {
    table("endorsement")
        .col(text("request").primary_key().take())
        .col(text("tenant"))
        .col(text("kind"))
        .col(text("thing"))
        .col(int("version"))
        .col(text("way"))
        .col(text("organization"))
        .col(text("person"))
        .col(text("comment"))
        .col(text("issuer"))
        .col(text("domain"))
        .col(maybe(text("endorser_tenant")))
        .col(int("own"))
        .col(int("valid_from"))
        .col(int("valid_until"))
        .col(blob("document"))
        .col(text("sha256"))
        .col(maybe(blob("evidence")))
        .col(int("answered_at"))
        .col(maybe(int("hidden_at")))
        .col(maybe(int("withdrawn_at")))
        .col(text("withdrawn_why"))
        .foreign_key(&mut refers("endorsement", "request", "endorsement_request"))
        .foreign_key(&mut refers("endorsement", "tenant", "institution"))
        .take()
}

fn refusal() -> TableCreateStatement {
    table("endorsement_refusal")
        .col(text("address_hash").primary_key().take())
        .col(int("refused_at"))
        .take()
}
