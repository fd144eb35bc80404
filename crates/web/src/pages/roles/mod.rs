//! Roles: what somebody does all day, as tasks; and what credentials show of them.

pub(super) mod form;
mod list;
pub(in crate::pages) mod paper;
mod public;
pub(super) mod reading;
pub(super) mod words;
mod write;

pub use form::{ask, open};
pub use list::all;
pub(super) use public::line;
pub use public::{answer, answer_on_paper, handed_in, of_page, of_page_on_paper, page};
pub(crate) use reading::ask as ask_for_role;
pub use write::{dcql, rewrite, write};

/// The public name in what was typed: a name, or the address of a role's page.
fn name_of(typed: &str) -> &str {
    let path = typed.trim().split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_role_is_named_by_its_name_or_its_address() {
        for typed in [
            "ab12",
            " ab12 ",
            "https://a.example/r/ab12",
            "/r/ab12/",
            "https://a.example/r/ab12?x#y",
        ] {
            assert_eq!(name_of(typed), "ab12", "{typed}");
        }
        assert_eq!(name_of(""), "");
    }
}
