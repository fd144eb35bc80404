//! Who made each key for machines. For keys that exist already, it is taken from the audit record.

use sea_orm::sea_query::{Expr, ExprTrait, Query, Table};

use super::{Step, maybe, text};

pub(super) fn steps() -> Vec<Step> {
    let made_by = Table::alter()
        .table("api_key")
        .add_column(maybe(text("made_by")))
        .take();
    // There is one such line of a key: its prefix is its own.
    let recorded = Query::select()
        .expr(Expr::col("actor").min())
        .from("audit")
        .and_where(Expr::col(("audit", "tenant")).equals(("api_key", "tenant")))
        .and_where(Expr::col("action").eq("api-key.make"))
        .and_where(Expr::col("subject").equals(("api_key", "prefix")))
        .take();
    let known = Query::update()
        .table("api_key")
        .value("made_by", Expr::from(recorded))
        .take();
    vec![Step::Column(made_by.into()), Step::Update(known.into())]
}
