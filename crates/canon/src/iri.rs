//! IRIs: telling whether text is one, and resolving references.
//!
//! RFC 3987 for what an IRI is made of, RFC 3986 §5.2 for resolution.

use crate::bytes::any;
use alloc::string::String;

/// Whether `text` is an absolute IRI: a scheme, and no character that N-Quads forbids inside `<>`.
pub(crate) fn is_absolute(text: &str) -> bool {
    let bytes = text.as_bytes();
    scheme_length(text).is_some()
        && !any(bytes, is_forbidden)
        && !(any(bytes, |byte| byte == b'#') && has_two_fragments(bytes))
}

fn has_two_fragments(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| **byte == b'#').nth(1).is_some()
}

/// Whether a byte may not stand inside `<>`. Without branches.
fn is_forbidden(byte: u8) -> bool {
    (byte <= b' ')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'"')
        | (byte == b'\\')
        | (byte == b'^')
        | (byte == b'`')
        | matches!(byte, b'{'..=b'}')
        | (byte == 0x7f)
}

/// Whether `text` has the form of an IRI: it begins with a scheme.
pub(crate) fn has_scheme(text: &str) -> bool {
    scheme_length(text).is_some()
}

/// Whether `text` begins like a blank node label.
pub(crate) fn is_blank(text: &str) -> bool {
    text.starts_with("_:")
}

/// Whether `text` is a well-formed language tag (BCP 47 §2.2.9, by its shape).
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let plausible = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    plausible(primary)
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(plausible)
}

/// Resolves `reference` against `base`, without normalizing anything else.
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    let target = Parts::of(reference);
    let base = Parts::of(base);
    let mut out = Parts {
        fragment: target.fragment,
        ..target
    };
    let path;
    if target.scheme.is_some() {
        path = remove_dots(target.path);
    } else {
        out.scheme = base.scheme;
        if target.authority.is_some() {
            path = remove_dots(target.path);
        } else {
            out.authority = base.authority;
            if target.path.is_empty() {
                path = base.path.into();
                out.query = target.query.or(base.query);
            } else if target.path.starts_with('/') {
                path = remove_dots(target.path);
            } else {
                path = remove_dots(&merge(&base, target.path));
            }
        }
    }
    out.path = &path;
    out.join()
}

#[derive(Clone, Copy)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match scheme_length(rest) {
            Some(length) => (Some(&rest[..length]), &rest[length + 1..]),
            None => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                (Some(&rest[..end]), &rest[end..])
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            path,
            query,
            fragment,
        }
    }

    fn join(&self) -> String {
        let mut out = String::new();
        if let Some(scheme) = self.scheme {
            out.push_str(scheme);
            out.push(':');
        }
        if let Some(authority) = self.authority {
            out.push_str("//");
            out.push_str(authority);
        }
        out.push_str(self.path);
        if let Some(query) = self.query {
            out.push('?');
            out.push_str(query);
        }
        if let Some(fragment) = self.fragment {
            out.push('#');
            out.push_str(fragment);
        }
        out
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(front, back)| (front, Some(back)))
}

fn merge(base: &Parts<'_>, path: &str) -> String {
    if base.authority.is_some() && base.path.is_empty() {
        return ["/", path].concat();
    }
    let keep = base.path.rfind('/').map_or(0, |slash| slash + 1);
    [&base.path[..keep], path].concat()
}

/// RFC 3986 §5.2.4.
fn remove_dots(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("../").or_else(|| rest.strip_prefix("./")) {
            rest = after;
        } else if rest.starts_with("/./") {
            rest = &rest[2..];
        } else if rest == "/." {
            rest = "/";
        } else if rest.starts_with("/../") || rest == "/.." {
            rest = if rest == "/.." { "/" } else { &rest[3..] };
            out.truncate(out.rfind('/').unwrap_or(0));
        } else if rest == "." || rest == ".." {
            rest = "";
        } else {
            // The first character may be wider than a byte: look at bytes, not at characters.
            let slash = rest.bytes().skip(1).position(|byte| byte == b'/');
            let end = slash.map_or(rest.len(), |slash| slash + 1);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out
}

/// Length of the scheme in front of the first colon, if there is one.
fn scheme_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    let end = bytes
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))?;
    (bytes[end] == b':').then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_rfc_3986_shows() {
        let base = "http://a/b/c/d;p?q";
        for (reference, expect) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
        ] {
            assert_eq!(resolve(base, reference), expect, "{reference}");
        }
        assert_eq!(resolve("http://a", "g"), "http://a/g");
        assert_eq!(resolve("http://a/b", "é/../ü"), "http://a/ü");
    }

    #[test]
    fn an_iri_has_a_scheme_and_no_forbidden_character() {
        for iri in [
            "urn:uuid:1",
            "did:key:z6M",
            "https://é.example/?a#b",
            "a+b-c.d:x",
        ] {
            assert!(is_absolute(iri), "{iri}");
        }
        for text in [
            "",
            "a",
            "/a",
            "1a:b",
            ":a",
            "_:b",
            "http://a b",
            "http://a<",
            "http://a\"",
            "http://a\u{0}",
            "http:\\a",
            "h ttp:a",
            "http://a#b#c",
        ] {
            assert!(!is_absolute(text), "{text}");
        }
    }

    #[test]
    fn language_tags_are_known_by_their_shape() {
        assert!(is_language("en") && is_language("zh-Hant-TW") && is_language("de-1996"));
        assert!(
            !is_language("")
                && !is_language("e_n")
                && !is_language("a b")
                && !is_language("en-")
                && !is_language("1a")
        );
    }
}
