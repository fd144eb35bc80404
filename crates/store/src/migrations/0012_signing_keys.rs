//! What became of every signing key, who has it, and since when it may be in other hands.

use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, InsertStatement, Order, Query, SimpleExpr, Table, TableAlterStatement,
    TableCreateStatement,
};

use super::{Step, index, int, key, maybe, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    let column = |column| Step::Column(added(column).into());
    vec![
        column(text("custody").default("").take()),
        column(maybe(int("activates_at"))),
        column(maybe(int("compromised_since"))),
        Step::Table(key_change().into()),
        index("key_change", &["tenant", "at"]),
        Step::Insert(founded().into()),
    ]
}

fn added(column: sea_orm::sea_query::ColumnDef) -> TableAlterStatement {
    Table::alter()
        .table("signing_key")
        .add_column(column)
        .take()
}

fn key_change() -> TableCreateStatement {
    table("key_change")
        .col(text("key"))
        .col(int("number"))
        .col(text("tenant"))
        .col(text("state"))
        .col(int("at"))
        .col(int("since"))
        .col(text("actor"))
        .col(text("reason"))
        .col(maybe(int("outbox")))
        .primary_key(&mut key(&["key", "number"]))
        .foreign_key(&mut refers("key_change", "key", "signing_key"))
        .foreign_key(&mut refers("key_change", "tenant", "institution"))
        .take()
}

/// Until now a key was made with its institution, and signed from then on.
fn founded() -> InsertStatement {
    let line = Query::select()
        .expr(Expr::col("seq").min())
        .from("outbox")
        .and_where(Expr::col("kind").eq("key.active"))
        .and_where(Expr::col("subject").equals((Alias::new("signing_key"), Alias::new("id"))))
        .take();
    let found = Query::select()
        .column("id")
        .expr(Expr::value(1_i64))
        .column("tenant")
        .expr(Expr::value("active"))
        .column("created_at")
        .column("created_at")
        .expr(Expr::value("touchstone"))
        .expr(Expr::value(""))
        .expr(SimpleExpr::SubQuery(None, Box::new(line.into())))
        .from(Alias::new("signing_key"))
        .order_by_expr(Expr::col("created_at"), Order::Asc)
        .take();
    let mut insert = Query::insert();
    insert.into_table("key_change").columns([
        "key", "number", "tenant", "state", "at", "since", "actor", "reason", "outbox",
    ]);
    insert
        .select_from(found)
        .expect("nine values for nine columns");
    insert.take()
}
