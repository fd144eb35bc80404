//! That something is no longer to be used, for people and for programs.

use maud::{Markup, html};
use serde_json::{Value, json};
use touchstone_vc::Timestamp;

use crate::templates::{Tone, day_text, moment, note};
use crate::text::clean;

/// Since when, and what takes its place; empty: nothing.
pub(super) type NoLongerUsed = Option<(i64, String)>;

/// The words; none for what is used.
pub(super) fn told(no_longer_used: &NoLongerUsed) -> Markup {
    html! { @if let Some((since, by)) = no_longer_used {
        (note(Some(Tone::Warn), None, "It is no longer to be used", &html! {
            p { "Since " (day_text(moment(*since))) ". " @if by.is_empty() { "Nothing takes its place." } @else { "In its place: " bdi { (clean(by)) } } }
        }))
    } }
}

/// The member `deprecated`.
pub(super) fn written(no_longer_used: &NoLongerUsed) -> Value {
    let time = |at: i64| Timestamp::from_unix_millis(at).whole_seconds().to_string();
    match no_longer_used {
        None => Value::Null,
        Some((since, by)) => json!({ "since": time(*since), "replacedBy": by }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_its_place_is_named_and_never_read_as_markup() {
        let with = |by: &str| Some((1_795_000_000_000, by.to_owned()));
        assert_eq!(told(&None).into_string(), "");
        assert_eq!(written(&None), Value::Null);
        let words = told(&with("<b>Metrology")).into_string();
        assert!(
            words.contains("In its place: <bdi>&lt;b&gt;Metrology"),
            "{words}"
        );
        assert!(
            told(&with(""))
                .into_string()
                .contains("Nothing takes its place.")
        );
        let json = written(&with(""));
        assert_eq!(
            json,
            json!({ "since": "2026-11-18T11:06:40Z", "replacedBy": "" })
        );
    }
}
