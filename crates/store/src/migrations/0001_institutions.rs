//! Institutions, their keys and the people and machines that act for them.

use sea_orm::sea_query::TableCreateStatement;

use super::{Step, blob, index, int, maybe, refers, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(institution().into()),
        unique("institution", &["slug"]),
        Step::Table(signing_key().into()),
        unique("signing_key", &["verification_method"]),
        index("signing_key", &["tenant", "state"]),
        Step::Table(member().into()),
        unique("member", &["tenant", "email"]),
        index("member", &["email"]),
        Step::Table(passkey().into()),
        index("passkey", &["member"]),
        Step::Table(signin_link().into()),
        index("signin_link", &["expires_at"]),
        Step::Table(session().into()),
        index("session", &["member"]),
        index("session", &["expires_at"]),
        Step::Table(webauthn_state().into()),
        index("webauthn_state", &["expires_at"]),
        Step::Table(api_key().into()),
        unique("api_key", &["prefix"]),
        index("api_key", &["tenant"]),
    ]
}

fn institution() -> TableCreateStatement {
    table("institution")
        .col(text("id").primary_key().take())
        .col(text("slug"))
        .col(text("name"))
        .col(maybe(text("country")))
        .col(maybe(text("legal_id")))
        .col(maybe(text("website")))
        .col(maybe(text("contact_email")))
        .col(maybe(text("mark")))
        .col(maybe(text("did")))
        .col(maybe(text("public_url")))
        .col(int("created_at"))
        .take()
}

fn signing_key() -> TableCreateStatement {
    table("signing_key")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("verification_method"))
        .col(text("public_multibase"))
        .col(text("state"))
        .col(int("created_at"))
        .col(maybe(int("retired_at")))
        .col(maybe(blob("secret")))
        .foreign_key(&mut refers("signing_key", "tenant", "institution"))
        .take()
}

fn member() -> TableCreateStatement {
    table("member")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("email"))
        .col(text("name"))
        .col(text("roles"))
        .col(int("created_at"))
        .col(maybe(int("disabled_at")))
        .foreign_key(&mut refers("member", "tenant", "institution"))
        .take()
}

fn passkey() -> TableCreateStatement {
    table("passkey")
        .col(text("id").primary_key().take())
        .col(text("member"))
        .col(text("credential"))
        .col(text("label"))
        .col(int("created_at"))
        .col(maybe(int("last_used_at")))
        .foreign_key(&mut refers("passkey", "member", "member"))
        .take()
}

fn signin_link() -> TableCreateStatement {
    table("signin_link")
        .col(text("token_hash").primary_key().take())
        .col(text("member"))
        .col(int("created_at"))
        .col(int("expires_at"))
        .col(maybe(int("used_at")))
        .foreign_key(&mut refers("signin_link", "member", "member"))
        .take()
}

fn session() -> TableCreateStatement {
    table("session")
        .col(text("token_hash").primary_key().take())
        .col(text("member"))
        .col(text("tenant"))
        .col(text("csrf_secret"))
        .col(int("created_at"))
        .col(int("expires_at"))
        .col(int("seen_at"))
        .foreign_key(&mut refers("session", "member", "member"))
        .take()
}

fn webauthn_state() -> TableCreateStatement {
    table("webauthn_state")
        .col(text("id").primary_key().take())
        .col(maybe(text("member")))
        .col(text("kind"))
        .col(text("state"))
        .col(int("expires_at"))
        .take()
}

fn api_key() -> TableCreateStatement {
    table("api_key")
        .col(text("id").primary_key().take())
        .col(text("tenant"))
        .col(text("prefix"))
        .col(text("secret_hash"))
        .col(text("name"))
        .col(text("scopes"))
        .col(int("created_at"))
        .col(maybe(int("expires_at")))
        .col(maybe(int("revoked_at")))
        .col(maybe(int("last_used_at")))
        .foreign_key(&mut refers("api_key", "tenant", "institution"))
        .take()
}
