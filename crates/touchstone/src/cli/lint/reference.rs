//! The page of the rules, made from the rules themselves.

use std::fmt::Write;

use touchstone_vc::lint::{
    Profile, RULES,
    statement::{Formula, Language},
};

/// The page `docs/lint.md`, as `touchstone lint --rules` prints it.
pub(super) fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for profile in Profile::ALL {
        let rules = RULES.iter().filter(|rule| rule.profiles.contains(&profile));
        let ids: Vec<_> = rules
            .map(|rule| rule.id.trim_start_matches("TS-"))
            .collect();
        writeln!(
            page,
            "| `{profile}` | {} | {} |",
            profile.about(),
            ids.join(" ")
        )
        .expect(INFALLIBLE);
    }
    page.push_str(RULES_HEAD);
    for rule in RULES {
        writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            rule.id,
            rule.severity.letter(),
            rule.claim,
            rule.source,
            rule.mend,
        )
        .expect(INFALLIBLE);
    }
    page.push_str(ENDORSEMENTS);
    page.push_str(LANGUAGES_HEAD);
    for language in Language::ALL {
        let formula = Formula::of(language);
        writeln!(
            page,
            "| {} | {} | {} |",
            language.code(),
            formula.source,
            formula.floor
        )
        .expect(INFALLIBLE);
    }
    page
}

const INFALLIBLE: &str = "writing to a string does not fail";

const INTRODUCTION: &str = "\
# Lint

This page is made from the program: `touchstone lint --rules` prints it, and a test keeps the two the same.

A credential can be genuine and still say nothing to whoever must act on it. These rules look at what an achievement and a credential
say: `touchstone lint FILE|URL|-` for any file, `touchstone achievement lint SLUG` for your own, `POST /api/v1/lint` and
`GET /api/v1/achievements/ID/lint` for programs, and beside the form in which an achievement is written.

The answer is *ready for* a profile, *not ready*, or *could not be decided*; it is never a certificate. Broken errors (E) decide; warnings
(W) and information (I) are for the reader. What was not given is unknown, and a rule that needs it says so: a credential without the
document of its version does not say how it was assessed, and neither passes nor fails for it.

An institution can choose a profile for all its achievements, or for one (`touchstone achievement profile`, the achievement’s page, the
institution’s page, `PUT /api/v1/institution/lint`, `PUT /api/v1/achievements/ID/lint`). From then on a list is neither taken in nor
confirmed while a rule that must hold is broken; the answer names each finding and how to mend it. Until somebody chooses, nothing is
refused. Corrections of credentials that were issued are never held up. What is chosen is public: the log has the hash of the
rules ([log.md](formats/log.md#policy-change)).

## Profiles

| Profile | For | Rules |
|---|---|---|
";

const RULES_HEAD: &str = "
## Rules

| Rule | | What must hold | Source | How to mend it |
|---|---|---|---|---|
";

const ENDORSEMENTS: &str = "
## TS-018 and endorsements

It holds with an endorsement by another organization that stands now, in this installation for exactly this version (`/endorsements`,
[formats/endorsement.md](formats/endorsement.md)). One that has ended, was taken back, is not shown any more or comes from the issuer's own organization does not count, and a new
version has none. So the warning comes back when the last one ends. The same holds for a mapping that another organization reviewed and agrees to. What a document alone says of
endorsers or reviewers is unknown: the lint checks no proof. So is what a passkey, or a DID that is only a key (did:key, did:jwk), signed under an address that anybody gets, as at gmail.com: nothing shows whose it is.
";

const LANGUAGES_HEAD: &str = "
## TS-002 in six languages

Whether a description states an observable action is judged by lists of words and the forms of verbs, one set for each language; the
answer names the word. Another language is not judged. A sentence has at most 60 words, a description 200. Reading ease is computed by the
formula that was published for the language; the floor is low, because one sentence full of terms of a trade comes out low: it stops
what only its author can read.

How often it is right is counted on labelled statements of our own (`crates/vc/tests/vectors/lint/statements.tsv`), by language, those that were looked at while the rules were written
apart from those that were held back: `cargo run -p touchstone-bench --release -- lint` prints precision, recall and the number of statements, and fails below .9, or .75 of those that were held back.

| Language | Formula | Floor |
|---|---|---|
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_the_program_prints() {
        let page = include_str!("../../../../../docs/lint.md");
        assert!(
            page == reference(),
            "write it anew: cargo run -- lint --rules > docs/lint.md"
        );
    }
}
