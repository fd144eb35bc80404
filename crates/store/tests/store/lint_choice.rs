//! What was chosen, and whose choice it is.

use touchstone_store::{LintChoiceRow, Store};

use crate::{
    on_both,
    rows::{NOON, found, institution},
};

on_both! {
    async fn a_choice_replaces_the_one_before_and_belongs_to_its_tenant(store: Store) {
        let tenant = found(&store).await;
        let other = institution("hill").id;
        let row = |achievement: &str, profile: &str| LintChoiceRow {
            tenant: tenant.clone(),
            achievement: achievement.into(),
            profile: profile.into(),
            chosen_at: NOON,
        };
        let mut tx = store.begin().await.unwrap();
        tx.choose_lint(row("", "eu-mc")).await.unwrap();
        tx.choose_lint(row("", "ctdl-min")).await.unwrap();
        tx.choose_lint(row("a1", "")).await.unwrap();
        tx.commit().await.unwrap();
        let read = store.read();
        let profile = async |tenant, achievement| {
            read.lint_choice(tenant, achievement).await.unwrap().map(|row| row.profile)
        };
        assert_eq!(profile(&tenant, "").await.as_deref(), Some("ctdl-min"));
        assert_eq!(profile(&tenant, "a1").await.as_deref(), Some(""));
        assert_eq!(profile(&other, "").await, None);
        let mut tx = store.begin().await.unwrap();
        tx.forget_lint_choice(&other, "").await.unwrap();
        tx.forget_lint_choice(&tenant, "a1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(profile(&tenant, "a1").await, None);
        assert_eq!(profile(&tenant, "").await.as_deref(), Some("ctdl-min"));
    }
}
