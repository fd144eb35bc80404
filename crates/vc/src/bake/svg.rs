//! A badge inside an SVG: `<openbadges:credential>`, or `<openbadges:assertion>` for version 2.0, as the first child of
//! `<svg>`.
//!
//! [Open Badges 3.0 §5.3.2](https://www.imsglobal.org/spec/ob/v3p0#svg),
//! [2.0 baking §3](https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/baking/index.html#svgs). Of a file with
//! both versions the newer is read. The file is scanned once, front to back, never rendered. Entity declarations are refused: with them the same file reads differently in different programs,
//! or grows without end.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{BakeError, Edition, MAX_CREDENTIAL};

const PREFIX: &str = "openbadges";

/// The namespace and the element of a version.
const fn names(edition: Edition) -> (&'static str, &'static str) {
    match edition {
        Edition::Three => ("https://purl.imsglobal.org/ob/v3p0", "credential"),
        Edition::Two => ("http://openbadges.org", "assertion"),
    }
}

/// Puts a credential of Open Badges 3.0 into `svg`; one that is there already is replaced.
pub fn bake(svg: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    bake_as(svg, Some(credential), "", Edition::Three)
}

/// Puts a badge that is a JSON Web Signature into `svg`: it stands in the attribute `verify`, and the element is empty.
pub fn bake_token(svg: &[u8], token: &str, edition: Edition) -> Result<Vec<u8>, BakeError> {
    bake_as(svg, None, token, edition)
}

/// Puts a badge of Open Badges 2.0 into `svg`; `verify` is its address, or its signed form.
pub fn bake_2(svg: &[u8], assertion: &str, verify: &str) -> Result<Vec<u8>, BakeError> {
    bake_as(svg, Some(assertion), verify, Edition::Two)
}

fn bake_as(
    svg: &[u8],
    content: Option<&str>,
    verify: &str,
    edition: Edition,
) -> Result<Vec<u8>, BakeError> {
    let (namespace, element) = names(edition);
    let length = content.map_or(0, str::len) + verify.len();
    if length > MAX_CREDENTIAL {
        return Err(BakeError::TooLarge);
    }
    let text = core::str::from_utf8(svg).map_err(|_| BakeError::Malformed)?;
    let found = scan(text)?;
    let used = text.contains(&alloc::format!("<{PREFIX}:"));
    let (prefix_on_root, element_namespace) = match found.root_prefix {
        // Bound to nothing, or further in: bound on the root, it would make ours what is not.
        None if used => (
            String::new(),
            alloc::format!(" xmlns:{PREFIX}=\"{namespace}\""),
        ),
        None => (
            alloc::format!(" xmlns:{PREFIX}=\"{namespace}\""),
            String::new(),
        ),
        Some(known) if known == namespace => (String::new(), String::new()),
        // The prefix means something else in this file; ours holds inside our element only.
        Some(_) => (
            String::new(),
            alloc::format!(" xmlns:{PREFIX}=\"{namespace}\""),
        ),
    };
    let verify = match verify {
        "" => String::new(),
        verify => {
            let quoted = verify.replace('&', "&amp;").replace('<', "&lt;");
            alloc::format!(" verify=\"{}\"", quoted.replace('"', "&quot;"))
        }
    };
    let mut out = String::with_capacity(text.len() + length + 200);
    out.push_str(&text[..found.root_name_end]);
    out.push_str(&prefix_on_root);
    out.push_str(&text[found.root_name_end..found.root_end]);
    out.push_str(&alloc::format!(
        "<{PREFIX}:{element}{element_namespace}{verify}"
    ));
    match content {
        None => out.push_str("/>"),
        Some(content) => {
            out.push_str("><![CDATA[");
            // The end mark of a CDATA section inside the text is split over two sections.
            out.push_str(&content.replace("]]>", "]]]]><![CDATA[>"));
            out.push_str(&alloc::format!("]]></{PREFIX}:{element}>"));
        }
    }
    let mut from = found.root_end;
    let olds = found.badges.into_iter();
    for (_, old) in olds.filter(|(known, _)| *known == edition) {
        out.push_str(&text[from..old.range.start]);
        from = old.range.end;
    }
    out.push_str(&text[from..]);
    Ok(out.into_bytes())
}

/// Takes the badge out of `svg`: that of version 3.0, or else that of 2.0.
pub fn unbake(svg: &[u8]) -> Result<Cow<'_, [u8]>, BakeError> {
    let text = core::str::from_utf8(svg).map_err(|_| BakeError::Malformed)?;
    let mut found = scan(text.strip_prefix('\u{feff}').unwrap_or(text))?.badges;
    if found.iter().any(|(edition, _)| *edition == Edition::Three) {
        found.retain(|(edition, _)| *edition == Edition::Three);
    }
    let mut found = found.into_iter().map(|(_, element)| element);
    match (found.next(), found.next()) {
        (None, _) => Err(BakeError::Nothing),
        (Some(_), Some(_)) => Err(BakeError::Ambiguous),
        (Some(one), None) if one.content.len() > MAX_CREDENTIAL => Err(BakeError::TooLarge),
        (Some(one), None) => Ok(Cow::Owned(one.content.into_bytes())),
    }
}

/// What one pass over the file finds.
struct Found<'a> {
    /// Just after `<svg`.
    root_name_end: usize,
    /// Just after the `>` of the root's start tag.
    root_end: usize,
    /// What the root binds our prefix to.
    root_prefix: Option<&'a str>,
    badges: Vec<(Edition, Element)>,
}

struct Element {
    range: Range<usize>,
    /// The text inside, or else the `verify` attribute, which holds a JWS or, in version 2.0, an address.
    content: String,
}

fn scan(text: &str) -> Result<Found<'_>, BakeError> {
    let mut root: Option<(usize, usize, Option<&str>)> = None;
    let mut scope = Scope::default();
    let mut badges = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|i| at + i) {
        let rest = &text[open..];
        if rest.starts_with("<!--") {
            at = after(text, open + 4, "-->")?;
        } else if rest.starts_with("<![CDATA[") {
            at = after(text, open + 9, "]]>")?;
        } else if rest.starts_with("<!") {
            at = document_type(text, open)?;
        } else if rest.starts_with("<?") {
            at = after(text, open + 2, "?>")?;
        } else if rest.starts_with("</") {
            at = after(text, open + 2, ">")?;
            scope.leave();
        } else {
            let tag = Tag::read(text, open)?;
            at = tag.end;
            if root.is_none() {
                if local(tag.name) != "svg" || tag.closed {
                    return Err(BakeError::Malformed);
                }
                root = Some((
                    open + 1 + tag.name.len(),
                    tag.end,
                    tag.attribute("xmlns:openbadges"),
                ));
            }
            scope.enter(&tag)?;
            if let Some(edition) = scope.edition(tag.name) {
                let element = element(text, open, &tag)?;
                at = element.range.end;
                scope.leave();
                badges.push((edition, element));
                if badges.len() > 4 {
                    return Err(BakeError::Ambiguous);
                }
            } else if tag.closed {
                scope.leave();
            }
        }
    }
    let (root_name_end, root_end, root_prefix) = root.ok_or(BakeError::Malformed)?;
    Ok(Found {
        root_name_end,
        root_end,
        root_prefix,
        badges,
    })
}

/// What prefixes stand for, each in the element that binds it (Namespaces in XML 1.0 §6.1).
#[derive(Default)]
struct Scope<'a> {
    /// How many elements are open.
    depth: usize,
    /// Prefixes that stand for a version, or hide one that does outside; each with the depth of its element.
    bound: Vec<(usize, &'a str, Option<Edition>)>,
}

impl<'a> Scope<'a> {
    fn enter(&mut self, tag: &Tag<'a>) -> Result<(), BakeError> {
        self.depth += 1;
        for (name, value) in &tag.attributes {
            let Some(prefix) = name.strip_prefix("xmlns:") else {
                continue;
            };
            let mut editions = [Edition::Three, Edition::Two].into_iter();
            let edition = editions.find(|edition| names(*edition).0 == *value);
            if edition.is_some() || self.meaning(prefix).is_some() {
                self.bound.push((self.depth, prefix, edition));
            }
        }
        match self.bound.len() > MAX_PREFIXES {
            true => Err(BakeError::Malformed),
            false => Ok(()),
        }
    }

    fn leave(&mut self) {
        self.bound.retain(|(depth, ..)| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
    }

    fn meaning(&self, prefix: &str) -> Option<Edition> {
        let mut innermost = self.bound.iter().rev();
        innermost.find(|(_, known, _)| *known == prefix)?.2
    }

    /// The version whose element this is.
    fn edition(&self, name: &str) -> Option<Edition> {
        let (prefix, local) = name.split_once(':')?;
        self.meaning(prefix)
            .filter(|edition| names(*edition).1 == local)
    }
}

/// Passes a document type that only names an external one, which nobody here fetches.
fn document_type(text: &str, open: usize) -> Result<usize, BakeError> {
    let end = after(text, open, ">")?;
    let plain = text[open..end].starts_with("<!DOCTYPE") && !text[open..end].contains('[');
    if plain {
        Ok(end)
    } else {
        Err(BakeError::DocumentType)
    }
}

/// Reads our element: text and CDATA up to its end tag, nothing else inside.
fn element(text: &str, open: usize, tag: &Tag<'_>) -> Result<Element, BakeError> {
    let mut content = String::new();
    if let Some(jws) = tag.attribute("verify") {
        content.push_str(jws);
    }
    let mut at = tag.end;
    if tag.closed {
        return Ok(Element {
            range: open..at,
            content,
        });
    }
    let mut inside = String::new();
    loop {
        let next = text[at..]
            .find('<')
            .map(|i| at + i)
            .ok_or(BakeError::Malformed)?;
        unescape(&text[at..next], &mut inside)?;
        if let Some(cdata) = text[next..].strip_prefix("<![CDATA[") {
            let length = cdata.find("]]>").ok_or(BakeError::Malformed)?;
            inside.push_str(&cdata[..length]);
            at = next + 9 + length + 3;
        } else if text[next..].starts_with("<!--") {
            at = after(text, next + 4, "-->")?;
        } else if let Some(end) = text[next..].strip_prefix("</") {
            if !end.starts_with(tag.name) {
                return Err(BakeError::Malformed);
            }
            at = after(text, next, ">")?;
            break;
        } else {
            return Err(BakeError::Malformed);
        }
        if inside.len() > MAX_CREDENTIAL {
            return Err(BakeError::TooLarge);
        }
    }
    if !inside.trim().is_empty() {
        content = inside.trim().into();
    }
    Ok(Element {
        range: open..at,
        content,
    })
}

struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    closed: bool,
    /// Just after `>`.
    end: usize,
}

impl<'a> Tag<'a> {
    fn read(text: &'a str, open: usize) -> Result<Self, BakeError> {
        let body = &text[open + 1..];
        let name_end = body
            .find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')
            .ok_or(BakeError::Malformed)?;
        let name = &body[..name_end];
        if name.is_empty() {
            return Err(BakeError::Malformed);
        }
        let mut attributes = Vec::new();
        let mut rest = body[name_end..].trim_ascii_start();
        loop {
            let here = text.len() - rest.len();
            if rest.starts_with('>') {
                return Ok(Self {
                    name,
                    attributes,
                    closed: false,
                    end: here + 1,
                });
            }
            if rest.starts_with("/>") {
                return Ok(Self {
                    name,
                    attributes,
                    closed: true,
                    end: here + 2,
                });
            }
            let (key, tail) = rest.split_once('=').ok_or(BakeError::Malformed)?;
            let tail = tail.trim_ascii_start();
            let quote = tail
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\''))
                .ok_or(BakeError::Malformed)?;
            let (value, tail) = tail[1..].split_once(quote).ok_or(BakeError::Malformed)?;
            let key = key.trim_ascii();
            if key.is_empty()
                || key.contains(['<', '>', '"', '\'', '/'])
                || key.contains(char::is_whitespace)
                // XML 1.0, section 3.1: none twice. Of two that name a space, others would believe the other one.
                || attributes.iter().any(|(known, _)| *known == key)
            {
                return Err(BakeError::Malformed);
            }
            attributes.push((key, value));
            if attributes.len() > MAX_ATTRIBUTES {
                return Err(BakeError::Malformed);
            }
            rest = tail.trim_ascii_start();
        }
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| *value)
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

fn after(text: &str, from: usize, mark: &str) -> Result<usize, BakeError> {
    let at = text
        .get(from..)
        .and_then(|rest| rest.find(mark))
        .ok_or(BakeError::Malformed)?;
    Ok(from + at + mark.len())
}

/// Resolves the five predefined references and numeric ones; no others can exist without a document type.
fn unescape(text: &str, out: &mut String) -> Result<(), BakeError> {
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, tail) = part.split_once(';').ok_or(BakeError::Malformed)?;
        out.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => numeric(name).ok_or(BakeError::Malformed)?,
        });
        out.push_str(tail);
    }
    Ok(())
}

fn numeric(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

const MAX_ATTRIBUTES: usize = 256;
const MAX_PREFIXES: usize = 16;
