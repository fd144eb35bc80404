//! That an institution no longer uses what a credential certifies: beside the credential, and no part of the verdict.

use maud::{Markup, html};
use touchstone_service::governing::NoLongerAwarded;

use crate::templates::{day_text, moment};
use crate::text::clean;

/// The section below a credential, which is called `credential` there; nothing for what is used.
pub(in crate::pages) fn no_longer_awarded(
    credential: &str,
    told: Option<&NoLongerAwarded>,
) -> Markup {
    html! { @if let Some(told) = told { section {
        h2 { "What " (credential) " certifies is no longer to be used" }
        p {
            "The issuer says so since " (day_text(moment(told.since))) ". That changes nothing about this credential. "
            @match &told.page {
                Some(page) => { "In its place: " a href=(page) { bdi { (clean(&told.replaced_by)) } } "." }
                None if told.replaced_by.is_empty() => { "Nothing takes its place." }
                None => { "In its place: " bdi { (clean(&told.replaced_by)) } "." }
            }
        }
    } } }
}

/// The same in one line, where there is no room for more.
pub(in crate::pages) fn no_longer_awarded_line(told: &NoLongerAwarded) -> String {
    let since = day_text(moment(told.since));
    let place = match told.replaced_by.as_str() {
        "" => "nothing takes its place".to_owned(),
        by => format!("in its place: {}", clean(by)),
    };
    format!("Its issuer no longer uses what it certifies, since {since}; {place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_its_place_is_linked_where_there_is_a_page_and_never_read_as_markup() {
        let told = |replaced_by: &str, page: Option<&str>| {
            let told = NoLongerAwarded {
                since: 1_795_000_000_000,
                replaced_by: replaced_by.into(),
                page: page.map(str::to_owned),
                address: None,
            };
            no_longer_awarded("it", Some(&told)).into_string()
        };
        assert_eq!(no_longer_awarded("it", None).into_string(), "");
        let linked = told("<b>Metrology", Some("/i/riverside/a/metrology"));
        let link = "<a href=\"/i/riverside/a/metrology\"><bdi>&lt;b&gt;Metrology</bdi></a>";
        assert!(linked.contains(link), "{linked}");
        let named = told("https://elsewhere.example", None);
        assert!(named.contains("https://elsewhere.example") && !named.contains("href"));
        assert!(told("", None).contains("Nothing takes its place."));
    }
}
