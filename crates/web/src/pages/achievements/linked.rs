//! Linked tasks and skills as lines of the form: framework | code | name | address | type. A bar within a part is written `\|`.

use serde_json::{Value, json};
use touchstone_service::issuing::Alignment;

use super::form::one_line;
use crate::templates::Problem;

/// The line of a link.
pub(super) fn line(one: &Alignment) -> String {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    joined([
        &some(&one.target_framework),
        &some(&one.target_code),
        &one.target_name,
        &one.target_url,
        &some(&one.target_type),
    ])
}

/// Framework, code, name, address and type as one line.
pub(super) fn joined(parts: [&str; 5]) -> String {
    let parts = parts.map(|part| one_line(part).replace('\\', r"\\").replace('|', r"\|"));
    parts.join(" | ")
}

/// The links that the lines say. A line that was not touched is the link that it was `before`; one that was keeps what no line
/// shows, if it still names the same thing.
pub(super) fn alignment(text: &str, before: &[Alignment], problems: &mut Vec<Problem>) -> Value {
    let lines = text.lines().map(str::trim).enumerate();
    let lines: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let mut left: Vec<&Alignment> = before.iter().collect();
    // First what was not touched: of two links to one address none takes what belongs to the other.
    let untouched: Vec<Option<&Alignment>> = lines
        .iter()
        .map(|(_, sent)| take(&mut left, |known| line(known).trim() == *sent))
        .collect();
    let mut list = Vec::new();
    for ((place, sent), untouched) in lines.into_iter().zip(untouched) {
        if let Some(one) = untouched {
            list.push(json!(one));
            continue;
        }
        let parts = parts(sent);
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
        let (framework, code, name, url, kind) = match parts[..] {
            [framework, code, name, url] => (framework, code, name, url, ""),
            [framework, code, name, url, kind] => (framework, code, name, url, kind),
            _ => {
                let place = place + 1;
                problems.push(Problem {
                    field: "alignment".into(),
                    words: format!(
                        r"Linked tasks, line {place}: write framework | code | name | address | type; a bar within one of them as \|."
                    ),
                });
                continue;
            }
        };
        let mut one = json!({ "targetName": name, "targetUrl": url });
        for (key, value) in [
            ("targetFramework", framework),
            ("targetCode", code),
            ("targetType", kind),
        ] {
            if !value.is_empty() {
                one[key] = Value::from(value);
            }
        }
        let same_code =
            |known: &Alignment| known.target_code.as_deref().unwrap_or_default() == code;
        let known = take(&mut left, |known| {
            known.target_url == url && same_code(known)
        })
        .or_else(|| {
            take(&mut left, |known| {
                known.target_url == url && known.target_name == name
            })
        });
        if let Some(description) = known.and_then(|known| known.target_description.as_ref()) {
            one["targetDescription"] = Value::from(description.as_str());
        }
        list.push(one);
    }
    Value::Array(list)
}

/// Takes the first that fits out of those that are left.
pub(super) fn take<'a, T>(left: &mut Vec<&'a T>, fits: impl Fn(&T) -> bool) -> Option<&'a T> {
    let place = left.iter().position(|one| fits(one))?;
    Some(left.remove(place))
}

/// A line at its bars.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        let part = parts.last_mut().expect("there is always a last part");
        match sign {
            '\\' => part.push(
                signs
                    .next_if(|next| matches!(next, '\\' | '|'))
                    .unwrap_or('\\'),
            ),
            '|' => parts.push(String::new()),
            sign => part.push(sign),
        }
    }
    parts
}

/// A task or skill that is linked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Linked {
    /// Its name.
    pub(super) name: String,
    /// Which one it is.
    pub(super) url: String,
    /// Where it is taken from.
    pub(super) framework: Option<String>,
    /// A task, which somebody can; no skill.
    pub(super) task: bool,
}

/// What is linked, as far as it can be read.
pub(super) fn linked(text: &str) -> Vec<Linked> {
    let Value::Array(list) = alignment(text, &[], &mut Vec::new()) else {
        return Vec::new();
    };
    let text = |one: &Value, key: &str| one[key].as_str().map(str::to_owned);
    let linked = list.iter().filter_map(|one| {
        Some(Linked {
            name: text(one, "targetName").filter(|name| !name.is_empty())?,
            url: text(one, "targetUrl").unwrap_or_default(),
            framework: text(one, "targetFramework"),
            task: one["targetType"] == "ext:Task",
        })
    });
    linked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(name: &str, code: Option<&str>, description: Option<&str>) -> Alignment {
        Alignment {
            target_name: name.into(),
            target_url: "https://a.example/1".into(),
            target_description: description.map(str::to_owned),
            target_framework: None,
            target_code: code.map(str::to_owned),
            target_type: None,
        }
    }

    fn read(text: &str, before: &[Alignment]) -> Value {
        let mut problems = Vec::new();
        let read = alignment(text, before, &mut problems);
        assert_eq!(problems, []);
        read
    }

    #[test]
    fn whatever_stands_in_a_name_comes_back_as_it_was() {
        for name in [
            "a | b",
            r"a \| b",
            r"\",
            r"a\\|",
            "|",
            "two\nlines",
            r"C:\x",
        ] {
            let one = link(name, Some("1|2"), None);
            assert_eq!(
                read(&line(&one), std::slice::from_ref(&one)),
                json!([one]),
                "{name}"
            );
            // And without anything to compare it with, a line break aside.
            let alone = read(&line(&one), &[]);
            assert_eq!(alone[0]["targetName"], name.replace('\n', " "));
            assert_eq!(alone[0]["targetCode"], "1|2");
        }
    }

    #[test]
    fn a_link_that_was_edited_keeps_its_description_as_long_as_it_names_the_same() {
        let before = [
            link("measure", Some("1"), Some("Parts.")),
            link("turn", Some("2"), Some("On a lathe.")),
        ];
        // Renamed, given a type, in the other order: each is still known by address and code.
        let sent = "O*NET | 2 | turning | https://a.example/1 | ext:Task\n| 1 | measure | https://a.example/1 |";
        let read_again = read(sent, &before);
        assert_eq!(read_again[0]["targetDescription"], "On a lathe.");
        assert_eq!(read_again[1], json!(before[0]));
        // Another code: known by its name. Another thing: nothing of the old one stays.
        let read_again = read("| 3 | measure | https://a.example/1", &before);
        assert_eq!(read_again[0]["targetDescription"], "Parts.");
        let read_again = read("| 3 | drill | https://a.example/1", &before);
        assert_eq!(read_again[0].get("targetDescription"), None);
    }

    #[test]
    fn what_was_not_touched_is_taken_first() {
        let before = [
            link("a", None, Some("Of a.")),
            link("b", None, Some("Of b.")),
        ];
        let read = read(
            "|  | c | https://a.example/1\n|  | a | https://a.example/1 |",
            &before,
        );
        assert_eq!(read[1]["targetDescription"], "Of a.");
        assert_eq!(read[0]["targetDescription"], "Of b.", "{read}");
    }

    #[test]
    fn a_line_with_too_few_or_too_many_parts_is_named_and_told_how() {
        let mut problems = Vec::new();
        alignment(
            "O*NET\n\nA | 1 | a | b | https://a.example/1 | ext:Task",
            &[],
            &mut problems,
        );
        let words: Vec<&str> = problems
            .iter()
            .map(|problem| problem.words.as_str())
            .collect();
        assert!(
            words[0].contains("line 1") && words[1].contains("line 3"),
            "{words:?}"
        );
        assert!(words[1].contains(r"\|"), "{words:?}");
    }
}
