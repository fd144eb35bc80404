//! Mappings that were taken over from a release before it was kept until when that is good: their end stands where all look for one.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::Step;

pub(super) fn steps() -> Vec<Step> {
    // 1 is what people state in a file, which does not end; everything above it is a moment.
    let ends = Query::update()
        .table("mapping")
        .value("review_due", Expr::col("stated"))
        .and_where(Expr::col("state").eq("stated"))
        .and_where(Expr::col("stated").gt(1_i64))
        .and_where(Expr::col("review_due").is_null())
        .take();
    vec![Step::Update(ends.into())]
}
