//! What stands at a link: a credential, or a page that shows one and says where the credential itself stands,
//! `<link rel="alternate" type="application/vc">`. People copy the address of the page, not of the file.

use crate::ports::{Fetch, FetchError, Fetched};

/// Fetches what a link leads to: the credential that the page there names, or what stands there.
#[crate::boxed]
pub async fn linked(fetch: &dyn Fetch, address: &str) -> Result<Fetched, FetchError> {
    let fetched = fetch.fetch(address).await?;
    match alternate(&fetched.bytes, address) {
        Some(credential) => fetch.fetch(&credential).await,
        None => Ok(fetched),
    }
}

/// The address of the credential that the page at `address` shows.
fn alternate(page: &[u8], address: &str) -> Option<String> {
    let head = &page[..page.len().min(LONGEST_HEAD)];
    let head = String::from_utf8_lossy(head);
    let tags = head.split("<link ").skip(1);
    let tags = tags.filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    let mut found = tags.filter(|tag| {
        attribute(tag, "rel") == Some("alternate")
            && attribute(tag, "type") == Some("application/vc")
    });
    let href = attribute(found.next()?, "href")?.replace("&amp;", "&");
    if href.starts_with("https://") || href.starts_with("http://") {
        return Some(href);
    }
    // A path from the root of the same site, which is how this program writes it.
    let plain = href.starts_with('/') && !href.starts_with("//");
    plain.then(|| format!("{}{href}", origin(address)))
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let start = format!("{name}=\"");
    let (before, rest) = tag.split_once(&start)?;
    let whole = before.is_empty() || before.ends_with(' ');
    whole.then(|| rest.split('"').next()).flatten()
}

fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |place| place + 3);
    let end = address[host..].find(['/', '?', '#']);
    end.map_or(address, |end| &address[..host + end])
}

const LONGEST_HEAD: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, expect: Option<&str>) {
        let page = format!("<!doctype html><html><head><title>x</title>{tag}</head>");
        let found = alternate(page.as_bytes(), "https://other.example:8443/v/AB-12?x=1#y");
        assert_eq!(found.as_deref(), expect, "{tag}");
    }

    #[test]
    fn a_page_of_ours_and_pages_like_it_name_their_credential() {
        check(
            r#"<link rel="alternate" type="application/vc" href="/v/AB-12/credential.json">"#,
            Some("https://other.example:8443/v/AB-12/credential.json"),
        );
        check(
            r#"<link rel="stylesheet" href="/a.css"><link href="https://files.example/c?a=1&amp;b=2" type="application/vc" rel="alternate">"#,
            Some("https://files.example/c?a=1&b=2"),
        );
    }

    #[test]
    fn other_links_are_not_followed() {
        for tag in [
            r#"<link rel="alternate" type="application/rss+xml" href="/feed">"#,
            r#"<link rel="icon" type="application/vc" href="/x">"#,
            r#"<link rel="alternate" type="application/vc" href="//evil.example/x">"#,
            r#"<link rel="alternate" type="application/vc" href="javascript:alert(1)">"#,
            r#"<link rel="alternate" type="application/vc" data-href="/x">"#,
            r#"<link rel="alternate" type="application/vc""#,
            "",
        ] {
            check(tag, None);
        }
    }
}
