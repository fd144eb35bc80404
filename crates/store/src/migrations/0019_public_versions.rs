//! Whether everybody could read a role in each of its versions; and the way from a role's public name to the role.

use sea_orm::sea_query::Table;

use super::{Step, index, int, maybe};

pub(super) fn steps() -> Vec<Step> {
    let public = Table::alter()
        .table("role_version")
        .add_column(maybe(int("public")))
        .take();
    vec![Step::Column(public.into()), index("role", &["public"])]
}
