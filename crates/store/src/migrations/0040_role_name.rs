//! The public name of a role, kept while nobody outside may read it, so that its links come back.

use sea_orm::sea_query::{Expr, ExprTrait, Query, Table};

use super::{Step, maybe, text};

pub(super) fn steps() -> Vec<Step> {
    let name = Table::alter()
        .table("role")
        .add_column(maybe(text("name")))
        .take();
    let known = Query::update()
        .table("role")
        .value("name", Expr::col("public"))
        .and_where(Expr::col("public").ne(""))
        .take();
    vec![Step::Column(name.into()), Step::Update(known.into())]
}
