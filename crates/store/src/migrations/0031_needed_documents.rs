//! Which documents of others applications rest on, so that their copies are not forgotten for copies that strangers cause; and how much
//! applications take that came before anybody counted.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, TableCreateStatement};

use super::{Step, index, int, key, refers, table, text};

pub(super) fn steps() -> Vec<Step> {
    let taken = Query::select()
        .expr(Func::coalesce([
            Expr::from(Func::sum(Func::cust("length").arg(Expr::col("credential")))),
            Expr::value(0_i64),
        ]))
        .from("application_file")
        .and_where(Expr::col(("application_file", "application")).equals(("application", "id")))
        .take();
    let count = Query::update()
        .table("application")
        .value("bytes", Expr::from(taken))
        .and_where(Expr::col("bytes").is_null())
        .take();
    vec![
        Step::Table(needed_document().into()),
        index("needed_document", &["url"]),
        Step::Update(count.into()),
    ]
}

fn needed_document() -> TableCreateStatement {
    let mut needed = table("needed_document");
    needed
        .col(text("tenant"))
        .col(text("url"))
        .col(int("until"))
        .primary_key(&mut key(&["tenant", "url"]))
        .foreign_key(&mut refers("needed_document", "tenant", "institution"));
    needed.take()
}
