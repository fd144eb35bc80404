//! Fields of exported spreadsheets that a spreadsheet program must not run.

use std::borrow::Cow;

/// Makes a field safe to open in a spreadsheet program: what would start a formula gets an apostrophe in front.
///
/// Applies to every field of every CSV export; quoting is the CSV writer's business.
pub fn escape_formula(field: &str) -> Cow<'_, str> {
    match field.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{field}"))
        }
        _ => Cow::Borrowed(field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t57_no_export_starts_a_formula() {
        for bad in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1",
        ] {
            assert_eq!(escape_formula(bad), format!("'{bad}"));
        }
        for good in ["", "Amara", "a=b", "'=1", "3", "王"] {
            assert_eq!(escape_formula(good), good);
        }
    }
}
