//! The YAML of a metadata block: block mappings and sequences, flow sequences, all styles of scalars; no tags, no anchors.
//!
//! [YAML 1.2](https://yaml.org/spec/1.2.2/), as far as SSSOM/TSV ("Metadata block") lets a file use it. Every scalar stays text.

/// A node, and the line on which it begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value {
    Absent,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Why a block is not read as YAML.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum YamlError {
    /// A line is neither `key: value` nor `- value`.
    #[error("this is neither `name: value` nor `- value`")]
    NoEntry,
    /// A line stands further left or right than its neighbours allow.
    #[error("the indentation fits no line above it")]
    Indentation,
    /// A quote or a bracket does not end.
    #[error("a quote or a bracket begins here and does not end")]
    Open,
    /// Tags, anchors, aliases and directives, which SSSOM forbids.
    #[error("tags, anchors, aliases and directives have no place in SSSOM")]
    Forbidden,
    /// Deeper than a metadata block can sensibly be.
    #[error("nested too deeply")]
    TooDeep,
}

#[derive(Clone, Debug)]
struct Line<'t> {
    number: usize,
    indent: usize,
    text: &'t str,
}

/// Reads a block whose lines are given with their numbers. An empty block is an empty mapping.
pub(super) fn read(block: &[(usize, &str)]) -> Result<Node, (usize, YamlError)> {
    let mut lines = Vec::new();
    for &(number, text) in block {
        let bare = text.trim_start_matches(' ');
        lines.push(Line {
            number,
            indent: text.len() - bare.len(),
            text: bare.trim_end(),
        });
    }
    let mut reader = Reader { lines, at: 0 };
    reader.pass_blank();
    let Some(first) = reader.lines.get(reader.at) else {
        let line = block.first().map_or(1, |line| line.0);
        return Ok(Node {
            line,
            value: Value::Map(Vec::new()),
        });
    };
    let indent = first.indent;
    let node = reader.node(indent, 0)?;
    reader.pass_blank();
    match reader.lines.get(reader.at) {
        Some(line) => Err((line.number, YamlError::Indentation)),
        None => Ok(node),
    }
}

struct Reader<'t> {
    lines: Vec<Line<'t>>,
    at: usize,
}

const DEEPEST: usize = 8;

impl<'t> Reader<'t> {
    fn pass_blank(&mut self) {
        while let Some(line) = self.lines.get(self.at) {
            if !line.text.is_empty() && !line.text.starts_with('#') {
                break;
            }
            self.at += 1;
        }
    }

    /// The mapping, sequence or scalar whose lines begin at `indent`.
    fn node(&mut self, indent: usize, depth: usize) -> Result<Node, (usize, YamlError)> {
        let line = self.lines[self.at].clone();
        if depth > DEEPEST {
            return Err((line.number, YamlError::TooDeep));
        }
        let value = if is_item(line.text) {
            self.list(indent, depth)?
        } else if key(line.text).is_some() {
            self.map(indent, depth)?
        } else {
            self.scalar(line.text, indent.saturating_sub(1))?
        };
        Ok(Node {
            line: line.number,
            value,
        })
    }

    fn list(&mut self, indent: usize, depth: usize) -> Result<Value, (usize, YamlError)> {
        let mut items = Vec::new();
        loop {
            self.pass_blank();
            let Some(line) = self.lines.get(self.at).cloned() else {
                break;
            };
            if line.indent != indent || !is_item(line.text) {
                if line.indent > indent {
                    return Err((line.number, YamlError::Indentation));
                }
                break;
            }
            let rest = line.text[1..].trim_start();
            if rest.is_empty() {
                self.at += 1;
                items.push(self.child(&line, indent, depth)?);
                continue;
            }
            // What follows the dash stands where it stands: a line of its own, further right.
            let inner = indent + line.text.len() - rest.len();
            if is_item(rest) || key(rest).is_some() {
                self.lines[self.at].indent = inner;
                self.lines[self.at].text = rest;
                items.push(self.node(inner, depth + 1)?);
            } else {
                let value = self.scalar(rest, indent)?;
                items.push(Node {
                    line: line.number,
                    value,
                });
            }
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, indent: usize, depth: usize) -> Result<Value, (usize, YamlError)> {
        let mut entries = Vec::new();
        loop {
            self.pass_blank();
            let Some(line) = self.lines.get(self.at).cloned() else {
                break;
            };
            if line.indent < indent {
                break;
            }
            if line.indent > indent {
                return Err((line.number, YamlError::Indentation));
            }
            if is_item(line.text) {
                break;
            }
            let Some((name, rest)) = key(line.text) else {
                return Err((line.number, YamlError::NoEntry));
            };
            let node = if rest.is_empty() {
                self.at += 1;
                self.child(&line, indent, depth)?
            } else {
                let value = self.scalar(rest, indent)?;
                Node {
                    line: line.number,
                    value,
                }
            };
            entries.push((name, node));
        }
        Ok(Value::Map(entries))
    }

    /// What stands below `parent`: further right, or, for a sequence, in the same column.
    fn child(
        &mut self,
        parent: &Line<'t>,
        indent: usize,
        depth: usize,
    ) -> Result<Node, (usize, YamlError)> {
        self.pass_blank();
        let next = self.lines.get(self.at).cloned();
        match next {
            Some(next)
                if next.indent > indent
                    || (next.indent == indent && is_item(next.text) && !is_item(parent.text)) =>
            {
                self.node(next.indent, depth + 1)
            }
            _ => Ok(Node {
                line: parent.number,
                value: Value::Absent,
            }),
        }
    }

    /// A scalar or a flow sequence that begins with `text` and goes on in lines further right than `indent`.
    fn scalar(&mut self, text: &'t str, indent: usize) -> Result<Value, (usize, YamlError)> {
        let number = self.lines[self.at].number;
        self.at += 1;
        let first = text.chars().next().unwrap_or(' ');
        match first {
            '&' | '*' | '!' | '%' | '@' | '`' | '{' => Err((number, YamlError::Forbidden)),
            '|' | '>' => Ok(Value::Scalar(self.block(text, indent))),
            '"' | '\'' | '[' => self.closed(text, indent, number),
            _ => {
                let mut value = without_comment(text).to_owned();
                while let Some(line) = self.lines.get(self.at) {
                    let blank = line.text.is_empty();
                    if !blank && line.indent <= indent {
                        break;
                    }
                    if blank && !self.goes_on(indent) {
                        break;
                    }
                    if !blank {
                        value.push(' ');
                        value.push_str(without_comment(line.text));
                    }
                    self.at += 1;
                }
                Ok(Value::Scalar(value))
            }
        }
    }

    fn goes_on(&self, indent: usize) -> bool {
        let mut later = self.lines[self.at..].iter();
        later
            .find(|line| !line.text.is_empty())
            .is_some_and(|line| line.indent > indent)
    }

    /// `|` keeps line breaks, `>` folds them; `-` drops the last one, which no value of SSSOM needs either.
    fn block(&mut self, head: &str, indent: usize) -> String {
        let mut lines: Vec<(usize, &str)> = Vec::new();
        while let Some(line) = self.lines.get(self.at) {
            if !line.text.is_empty() && line.indent <= indent {
                break;
            }
            lines.push((line.indent, line.text));
            self.at += 1;
        }
        let margin = lines
            .iter()
            .filter(|line| !line.1.is_empty())
            .map(|line| line.0)
            .min()
            .unwrap_or(0);
        let mut value = String::new();
        for (place, (indent, text)) in lines.iter().enumerate() {
            let blank_before = place > 0 && lines[place - 1].1.is_empty();
            if place > 0 && head.starts_with('>') {
                // Folded: a line break is a space, and of blank lines each is one line break.
                match (text.is_empty(), blank_before) {
                    (true, _) => value.push('\n'),
                    (false, true) => {}
                    (false, false) => value.push(' '),
                }
            } else if place > 0 {
                value.push('\n');
            }
            value.extend(std::iter::repeat_n(' ', indent.saturating_sub(margin)));
            value.push_str(text);
        }
        value.trim_end_matches('\n').to_owned()
    }

    /// A value that ends with the quote or bracket that it began with, perhaps some lines further.
    fn closed(
        &mut self,
        text: &str,
        indent: usize,
        number: usize,
    ) -> Result<Value, (usize, YamlError)> {
        let mut whole = text.to_owned();
        loop {
            match flow(&whole, 0) {
                Some((value, rest)) => {
                    let rest = rest.trim();
                    return match rest.is_empty() || rest.starts_with('#') {
                        true => Ok(with_line(value, number)),
                        false => Err((number, YamlError::NoEntry)),
                    };
                }
                None => match self.lines.get(self.at) {
                    Some(line) if line.text.is_empty() || line.indent > indent => {
                        whole.push(' ');
                        whole.push_str(line.text);
                        self.at += 1;
                    }
                    _ => return Err((number, YamlError::Open)),
                },
            }
        }
    }
}

fn with_line(value: Flow, line: usize) -> Value {
    match value {
        Flow::Scalar(text) => Value::Scalar(text),
        Flow::List(items) => Value::List(
            items
                .into_iter()
                .map(|item| Node {
                    line,
                    value: with_line(item, line),
                })
                .collect(),
        ),
    }
}

enum Flow {
    Scalar(String),
    List(Vec<Flow>),
}

/// A flow value at the start of `text`, and what follows; nothing if it does not end.
fn flow(text: &str, depth: usize) -> Option<(Flow, &str)> {
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('"') {
        return double_quoted(inside).map(|(value, rest)| (Flow::Scalar(value), rest));
    }
    if let Some(inside) = text.strip_prefix('\'') {
        return single_quoted(inside).map(|(value, rest)| (Flow::Scalar(value), rest));
    }
    if let Some(mut rest) = text.strip_prefix('[').filter(|_| depth < DEEPEST) {
        let mut items = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(end) = rest.strip_prefix(']') {
                return Some((Flow::List(items), end));
            }
            let (item, next) = flow(rest, depth + 1)?;
            items.push(item);
            let next = next.trim_start();
            rest = next.strip_prefix(',').unwrap_or(next);
            if rest.is_empty() || rest.len() == next.len() && !rest.starts_with(']') {
                return None;
            }
        }
    }
    let end = text.find([',', ']'])?;
    (end > 0).then(|| (Flow::Scalar(text[..end].trim().to_owned()), &text[end..]))
}

fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                '0' => value.push('\0'),
                size @ ('x' | 'u' | 'U') => {
                    let digits = match size {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let mut code = 0u32;
                    for _ in 0..digits {
                        code = code << 4 | letters.next()?.1.to_digit(16)?;
                    }
                    value.push(char::from_u32(code)?);
                }
                other => value.push(other),
            },
            _ => value.push(letter),
        }
    }
    None
}

fn single_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        value.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(next) => {
                value.push('\'');
                rest = next;
            }
            None => return Some((value, rest)),
        }
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// `key: rest`, where the key may be quoted.
fn key(text: &str) -> Option<(String, &str)> {
    let quoted = match text.chars().next()? {
        '"' => Some(double_quoted(&text[1..])?),
        '\'' => Some(single_quoted(&text[1..])?),
        '[' | '{' | '#' | '|' | '>' => return None,
        _ => None,
    };
    if let Some((name, rest)) = quoted {
        let rest = rest.strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (name, rest.trim()));
    }
    let end = match text.find(": ") {
        Some(end) => end,
        None => text.strip_suffix(':')?.len(),
    };
    let rest = text[end + 1..].trim();
    let rest = if rest.starts_with('#') { "" } else { rest };
    Some((text[..end].trim_end().to_owned(), rest))
}

fn without_comment(text: &str) -> &str {
    match text.find(" #") {
        Some(end) => text[..end].trim_end(),
        None => text,
    }
}

/// Appends a scalar: plain where YAML reads it back as this very text, otherwise in double quotes.
pub(super) fn write_scalar(out: &mut String, text: &str, is_text: bool) {
    if is_plain(text) && !(is_text && is_other_type(text)) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// YAML 1.2 §7.3.3, for a scalar in block context.
fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return false;
    };
    let second = letters.next();
    let starts = match first {
        '-' | '?' | ':' => second.is_some_and(|next| next != ' '),
        _ => !",[]{}#&*!|>'\"%@` ".contains(first),
    };
    starts
        // Reading trims every kind of space.
        && text.trim() == text
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(char::is_control)
        && !text.starts_with("---")
}

/// Whether YAML's core schema (§10.3.2) would take the plain text for something that is no text.
fn is_other_type(text: &str) -> bool {
    let word = [
        "null", "Null", "NULL", "~", "true", "True", "TRUE", "false", "False", "FALSE",
    ]
    .contains(&text);
    word || text.parse::<f64>().is_ok()
        || text.starts_with("0x") && u64::from_str_radix(&text[2..], 16).is_ok()
        || text.starts_with("0o") && u64::from_str_radix(&text[2..], 8).is_ok()
        || [".inf", "-.inf", ".nan", ".NaN", ".Inf"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Value {
        let lines: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
            .collect();
        read(&lines).unwrap().value
    }

    fn scalar_of(text: &str) -> String {
        let Value::Map(entries) = read_text(text) else {
            panic!("no mapping");
        };
        match entries.into_iter().next().unwrap().1.value {
            Value::Scalar(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_styles_of_scalars_give_their_text() {
        assert_eq!(scalar_of("a: one\n  two # no\n"), "one two");
        assert_eq!(scalar_of("a: 'it''s'\n"), "it's");
        assert_eq!(scalar_of("a: \"x\\ty \\u00e9\"\n"), "x\ty é");
        assert_eq!(
            scalar_of("a: >-\n  one\n  two\n\n  three\n"),
            "one two\nthree"
        );
        assert_eq!(scalar_of("a: |\n  one\n    two\n"), "one\n  two");
        assert_eq!(scalar_of("a: \"one\n  two\"\n"), "one two");
        assert_eq!(
            scalar_of("a: https://x.example/#y\n"),
            "https://x.example/#y"
        );
    }

    #[test]
    fn lists_may_stand_under_their_key_or_in_brackets() {
        let same = read_text("a:\n- x\n- y\n");
        let deeper = read_text("a:\n  - x\n  - y\n");
        let flow = read_text("a: [ \"x\", y ]\n");
        for value in [same, deeper, flow] {
            let Value::Map(entries) = value else {
                panic!("no mapping");
            };
            let Value::List(items) = &entries[0].1.value else {
                panic!("no list");
            };
            let items: Vec<&Value> = items.iter().map(|item| &item.value).collect();
            assert_eq!(
                items,
                [&Value::Scalar("x".into()), &Value::Scalar("y".into())]
            );
        }
    }

    #[test]
    fn what_the_format_forbids_is_refused_with_its_line() {
        for (text, expect) in [
            ("a: b\nc: &x d", (2, YamlError::Forbidden)),
            ("a: b\njust words", (2, YamlError::NoEntry)),
            ("a: \"b", (1, YamlError::Open)),
        ] {
            let lines: Vec<(usize, &str)> = text
                .lines()
                .enumerate()
                .map(|(at, line)| (at + 1, line))
                .collect();
            assert_eq!(read(&lines), Err(expect), "{text}");
        }
    }

    #[test]
    fn a_scalar_is_plain_where_it_can_be() {
        for (text, expect) in [
            ("plain words", "plain words"),
            ("1.1", "\"1.1\""),
            ("2022-05-01", "2022-05-01"),
            ("a: b", "\"a: b\""),
            ("- a", "\"- a\""),
            ("https://w3id.org/x", "https://w3id.org/x"),
            ("two\nlines", "\"two\\nlines\""),
            ("", "\"\""),
            ("true", "\"true\""),
        ] {
            let mut out = String::new();
            write_scalar(&mut out, text, true);
            assert_eq!(out, expect);
        }
    }
}
