//! The transparency log: what is committed, what waits to be published, and what stands where.
//!
//! What was true before there was a log is queued for it here, once: achievement versions that were issued under, documents and keys. What
//! rests on them was queued when it happened, and is put behind them: a credential whose entry precedes its key's was never under it.

use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement,
    SimpleExpr, TableCreateStatement,
};

use super::{Step, blob, index, int, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::Table(log_tree().into()),
        Step::Table(log_staged().into()),
        Step::Table(log_entry().into()),
        unique("log_entry", &["outbox"]),
        index("log_entry", &["subject", "kind", "version"]),
        index("log_entry", &["tenant", "kind", "leaf"]),
        Step::Insert(queued(versions()).into()),
        Step::Insert(queued(documents()).into()),
        Step::Insert(queued(keys()).into()),
        Step::Insert(queued(resting_on_keys()).into()),
        Step::Delete(out_of_order().into()),
    ]
}

fn log_tree() -> TableCreateStatement {
    table("log_tree")
        .col(text("id").primary_key().take())
        .col(text("origin"))
        .col(int("size"))
        .col(blob("root"))
        .col(blob("checkpoint"))
        .col(int("outbox"))
        .col(int("committed_at"))
        .col(int("shown_size"))
        .col(blob("shown_checkpoint"))
        .col(int("shown_at"))
        .take()
}

fn log_staged() -> TableCreateStatement {
    table("log_staged")
        .col(int("first").primary_key().take())
        .col(int("count"))
        .col(blob("entries"))
        .take()
}

fn log_entry() -> TableCreateStatement {
    table("log_entry")
        .col(int("leaf").primary_key().take())
        .col(int("outbox"))
        .col(text("tenant"))
        .col(text("kind"))
        .col(text("subject"))
        .col(int("version"))
        .col(int("at"))
        .take()
}

fn queued(found: SelectStatement) -> InsertStatement {
    let mut insert = Query::insert();
    insert
        .into_table("outbox")
        .columns(["tenant", "kind", "subject", "version", "at"]);
    insert
        .select_from(found)
        .expect("five values for five columns");
    insert.take()
}

fn versions() -> SelectStatement {
    let of =
        |column: &'static str| Expr::col((Alias::new("achievement_version"), Alias::new(column)));
    Query::select()
        .expr(Expr::col((Alias::new("achievement"), Alias::new("tenant"))))
        .expr(Expr::value("achievement.published"))
        .expr(of("achievement"))
        .expr(of("version"))
        .expr(of("issued_under_at"))
        .from("achievement_version")
        .inner_join(
            "achievement",
            Expr::col((Alias::new("achievement"), Alias::new("id")))
                .equals((Alias::new("achievement_version"), Alias::new("achievement"))),
        )
        .and_where(of("issued_under_at").is_not_null())
        .order_by_expr(of("issued_under_at"), Order::Asc)
        .take()
}

fn documents() -> SelectStatement {
    Query::select()
        .column("id")
        .expr(Expr::value("did.published"))
        .column("id")
        .expr(Expr::value(1_i64))
        .column("created_at")
        .from("institution")
        .and_where(Expr::col("did").is_not_null())
        .order_by_expr(Expr::col("created_at"), Order::Asc)
        .take()
}

fn keys() -> SelectStatement {
    Query::select()
        .column("tenant")
        .expr(Expr::value("key.active"))
        .column("id")
        .expr(Expr::value(1_i64))
        .column("created_at")
        .from("signing_key")
        .order_by_expr(Expr::col("created_at"), Order::Asc)
        .take()
}

fn resting_on_keys() -> SelectStatement {
    Query::select()
        .columns(["tenant", "kind", "subject", "version", "at"])
        .from("outbox")
        .and_where(before_any_key())
        .order_by_expr(Expr::col("seq"), Order::Asc)
        .take()
}

fn out_of_order() -> DeleteStatement {
    Query::delete()
        .from_table("outbox")
        .and_where(before_any_key())
        .take()
}

fn before_any_key() -> SimpleExpr {
    let first_key = Query::select()
        .expr(Expr::col("seq").min())
        .from("outbox")
        .and_where(Expr::col("kind").eq("key.active"))
        .take();
    Expr::col("kind")
        .is_in(["credential.issued", "status.published"])
        .and(Expr::col("seq").lt(SimpleExpr::SubQuery(None, Box::new(first_key.into()))))
}
