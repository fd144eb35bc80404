//! Differences whose reason is known. Each is a rule: who is wrong, and which section says so.
//!
//! A rule is not a guess from what a document looks like: it makes one particular change to an answer, and explains a
//! difference only if the two answers are then the same dataset, blank nodes matched one to one (RDFC-1.0 decides that). So
//! each rule covers exactly what it names. Several may be needed for one document; all that were are counted.

use serde_json::Value;
use touchstone_canon::{Limits, canonicalize_nquads, jcs, json};

use crate::{sha256, statements};

/// Why an answer differs.
pub struct Rule {
    /// Whose answer.
    pub oracle: &'static str,
    /// What it is counted as.
    pub name: &'static str,
    /// What they do, what should be done, and where that stands.
    pub why: &'static str,
    /// What must stand in the document.
    holds: fn(&str) -> bool,
    /// What is changed in both answers.
    change: fn(&str) -> String,
}

/// Every rule about answers.
pub const RULES: [Rule; 11] = [
    Rule {
        oracle: "oxjsonld",
        name: "direction",
        why: "oxjsonld is wrong: it drops base directions. JSON-LD 1.1 API §8.2 step 13, with `i18n-datatype`, makes a datatype",
        holds: |document| document.contains("\"@direction\""),
        change: without_directions,
    },
    Rule {
        oracle: "json_ld",
        name: "direction",
        why: "json-ld is wrong: it writes `i18n#rtl` and keeps the case of the language. JSON-LD 1.1 API §8.2 step 13.2 puts an \
              underscore before the direction, and step 13.1 takes the language in lower case",
        holds: |document| document.contains("\"@direction\""),
        change: same_directions,
    },
    Rule {
        oracle: "oxjsonld",
        name: "array_in_list",
        why: "oxjsonld is wrong: it puts the items of an array or set in a list into that list. JSON-LD 1.1 API §5.1.2 step 5.2.2 makes a list \
              of what expands to an array, where the property is one of lists",
        holds: |document| document.contains("\"@list\""),
        change: statements::flat_lists,
    },
    Rule {
        oracle: "oxjsonld",
        name: "untyped_language",
        why: "oxjsonld is wrong: under a property with the type `@none` it drops the default language. JSON-LD 1.1 API §5.3.2 \
              steps 4 and 5 let only other types keep it away",
        holds: |document| {
            document.contains("\"@type\":\"@none\"") && document.contains("\"@language\"")
        },
        change: without_languages,
    },
    Rule {
        oracle: "json_ld",
        name: "language_case",
        why: "neither is wrong: json-ld keeps the case of language tags. JSON-LD 1.1 API §8.2 step 13.1 lets processors take them in \
              lower case, as jsonld.js and its signatures do",
        holds: |document| document.contains("\"@language\""),
        change: lower_languages,
    },
    Rule {
        oracle: "json_ld",
        name: "double",
        why: "json-ld is wrong: it takes 150.0 for a double. JSON-LD 1.1 API §8.2 step 10 asks for a fraction that is not zero, \
              and step 11 makes an integer of all other numbers",
        holds: always,
        change: whole_doubles,
    },
    Rule {
        oracle: "json_ld",
        name: "json_form",
        why: "neither is wrong: json-ld keeps the members of JSON literals as they came. JSON-LD 1.1 API §8.2 step 8 suggests \
              RFC 8785, and VC Data Integrity needs one form",
        holds: always,
        change: canonical_json,
    },
    Rule {
        oracle: "oxjsonld",
        name: "null_beside_graph",
        why: "oxjsonld is wrong: it names the graph of an object whose other entries are null. JSON-LD 1.1 API §5.1.2 step 13.10 drops \
              those, and step 8.1 of `expand` (§9.1) takes the content of what has only `@graph`",
        holds: |document| document.contains("null") && document.contains("\"@graph\""),
        change: statements::without_unnamed_graphs,
    },
    Rule {
        oracle: "json_ld",
        name: "alike_nodes",
        why: "json-ld is wrong: of node objects without `@id` that are alike it keeps one where they stand in a graph or are included. \
              JSON-LD 1.1 API §7.2 step 6.2 gives each a blank node of its own",
        holds: |document| document.contains("\"@graph\"") || document.contains("\"@included\""),
        change: statements::alike_nodes_once,
    },
    Rule {
        oracle: "json_ld",
        name: "set_in_list",
        why: "json-ld is wrong: it puts the items of a set in a list into that list, where the context of the list ends inside the set. \
              JSON-LD 1.1 API §5.1.2 step 5.2.2 asks the context around the set whether the property is one of lists",
        holds: |document| document.contains("{\"@set\":[") && document.contains("\"@list\""),
        change: statements::flat_lists,
    },
    Rule {
        oracle: "json_ld",
        name: "null_for_list",
        why: "json-ld is wrong: it takes null under a property of lists for an empty list. JSON-LD 1.1 API §5.1.2 step 13.10 passes \
              over the entry before step 13.11 makes lists",
        holds: |document| document.contains("null") && document.contains("\"@list\""),
        change: statements::without_empty_lists,
    },
];

/// The rules that make `theirs` the same dataset as `ours`, none of them in vain; `None` if none do.
pub fn answer(
    oracle: &str,
    document: &str,
    ours: &str,
    theirs: &str,
) -> Option<Vec<&'static Rule>> {
    let fits = |rule: &&Rule| rule.oracle == oracle && (rule.holds)(document);
    let rules: Vec<&Rule> = RULES.iter().filter(fits).collect();
    // What is not needed explains nothing, and leaves less to tell blank nodes apart by.
    choices(&rules).find(|chosen| {
        let changed = |form: &str| {
            chosen
                .iter()
                .fold(form.to_owned(), |form, rule| (rule.change)(&form))
        };
        same_dataset(&changed(ours), &changed(theirs))
    })
}

/// Every choice of one or more, the fewest first.
pub fn choices<'r, T>(all: &[&'r T]) -> impl Iterator<Item = Vec<&'r T>> {
    let mut choices: Vec<usize> = (1..1 << all.len()).collect();
    choices.sort_by_key(|choice| choice.count_ones());
    choices.into_iter().map(move |choice| {
        let chosen = all.iter().enumerate();
        chosen
            .filter(|(at, _)| choice >> at & 1 == 1)
            .map(|(_, one)| *one)
            .collect()
    })
}

/// Whether two texts are the same statements, blank nodes matched one to one.
pub fn same_dataset(one: &str, two: &str) -> bool {
    // A change may leave blank nodes that are harder to tell apart.
    let limits = Limits {
        rdfc_work: 10_000_000,
        ..Limits::default()
    };
    let form = |text: &str| canonicalize_nquads(text, sha256(), &limits);
    form(one).is_ok_and(|one| form(two).is_ok_and(|two| one == two))
}

/// Why an answer differs in a document that uses something a processor gets wrong in more ways than a change to the answer could
/// tell.
pub struct Feature {
    /// Whose answer.
    pub oracle: &'static str,
    /// What it is counted as.
    pub name: &'static str,
    /// What they do, what should be done, and where that stands.
    pub why: &'static str,
    /// Whether the other processor in Rust, asked by itself, has to find the statements that we find.
    outvoted: bool,
    /// What must stand in the document.
    holds: fn(&str) -> bool,
}

/// Every rule about features.
pub const FEATURES: [Feature; 10] = [
    Feature {
        oracle: "oxjsonld",
        name: "scope_in_nest",
        why: "oxjsonld is wrong: inside `@nest` it lets a context that does not propagate go on, or ends it. JSON-LD 1.1 API §5.1.2 \
              step 14 reads nested entries as those of the object around",
        outvoted: false,
        holds: |document| {
            document.contains("\"@propagate\":false") && document.contains("\"@nest\"")
        },
    },
    Feature {
        oracle: "oxjsonld",
        name: "set_of_null",
        why: SET_OF_NULL,
        outvoted: false,
        holds: |document| document.contains("{\"@set\":null}"),
    },
    Feature {
        oracle: "json_ld",
        name: "set_of_null",
        why: SET_OF_NULL,
        outvoted: false,
        holds: |document| document.contains("{\"@set\":null}"),
    },
    Feature {
        oracle: "oxjsonld",
        name: "several_types",
        why: "oxjsonld is wrong: of several types it takes the context of the last only. JSON-LD 1.1 API §5.1.2 step 11 takes those of \
              all types, in the order of their names",
        outvoted: true,
        holds: several_types,
    },
    Feature {
        oracle: "oxjsonld",
        name: "scope",
        why: "oxjsonld is wrong: it ends the context of a type or term at maps, nested properties and sets, or lets it go on behind \
              them. JSON-LD 1.1 API §5.1.2 steps 7 to 9, 13.8.3 and 14",
        outvoted: true,
        holds: scoped,
    },
    Feature {
        oracle: "oxjsonld",
        name: "set",
        why: "oxjsonld is wrong: it reads the values of a set as if the object around them were not there. JSON-LD 1.1 API §5.1.2 \
              steps 7, 8 and 13.4.10",
        outvoted: true,
        holds: |document| document.contains("\"@set\""),
    },
    Feature {
        oracle: "oxjsonld",
        name: "array_for_map",
        why: "oxjsonld is wrong: it takes an array under a property of maps for a map, or for types. JSON-LD 1.1 API §5.1.2 step 13.8 is about \
              maps only",
        outvoted: true,
        holds: |document| {
            let maps = ["\"@type\"", "[\"@graph\",\"@id\"]", "[\"@id\",\"@set\"]"];
            maps.iter()
                .any(|map| document.contains(&format!("\"@container\":{map}")))
        },
    },
    Feature {
        oracle: "json_ld",
        name: "scope",
        why: "json-ld is wrong: it takes the context before the term's for the values of a map, or keeps the language or direction of \
              a context that has ended. JSON-LD 1.1 API §5.1.2 steps 7 to 9 and 13.8.3",
        outvoted: true,
        holds: scoped,
    },
    Feature {
        oracle: "json_ld",
        name: "json_number",
        why: "json-ld is wrong: it writes numbers of JSON literals as they came. RFC 8785 §3.2.2.3",
        outvoted: true,
        holds: |document| document.contains("\"@json\""),
    },
    Feature {
        oracle: "json_ld",
        name: "null_in_list",
        why: "json-ld is wrong: a null in a list leaves a cell behind. JSON-LD 1.1 API §5.1.2 step 5.2.3",
        outvoted: true,
        holds: |document| document.contains("null"),
    },
];

/// The rule about a feature that covers a document. `outvoted`: the other processor finds the statements that we find.
pub fn feature(oracle: &str, document: &str, outvoted: bool) -> Option<&'static Feature> {
    let fits = |rule: &&Feature| rule.oracle == oracle && (outvoted || !rule.outvoted);
    FEATURES
        .iter()
        .filter(fits)
        .find(|rule| (rule.holds)(document))
}

const SET_OF_NULL: &str = "they are wrong: they drop the value `{\"@set\": null}`. By JSON-LD 1.1 API §5.1.2 step 13.4.17 the \
     entry is not set, and what is left is a node without entries, as jsonld.js has it";
const SCOPED_SCALAR: &str = "the text has a gap: under a term whose context redefines a protected term they refuse a scalar. JSON-LD 1.1 \
     API §5.1.2 step 4.2 does not pass `true` for override protected, as step 8 does for objects";

const NULL_IN_VALUE: &str = "they are wrong: they refuse a value object for an entry that is null. JSON-LD 1.1 API §5.1.2 step 13.10 drops that \
     entry, and step 15.1 looks at what is left";

/// Whether something beside a value is null.
fn null_in_value(document: &Value) -> bool {
    match document {
        Value::Array(items) => items.iter().any(null_in_value),
        Value::Object(object) => {
            let mut keys = object.keys();
            let beside = || object.iter().any(|(_, value)| value.is_null());
            keys.any(|key| key == "@value" || key == "value") && beside()
                || object.values().any(null_in_value)
        }
        _ => false,
    }
}

/// Whether an object has two types.
fn several_types(document: &str) -> bool {
    ["\"type\":[\"", "\"@type\":[\""].iter().any(|start| {
        document.match_indices(start).any(|(at, _)| {
            let types = document[at..].split(']').next().unwrap_or_default();
            types.contains("\",\"")
        })
    })
}

/// Whether a term has a context of its own, in the document or in a context by URL.
fn scoped(document: &str) -> bool {
    document.contains(",\"@context\":{")
        || document.contains("\"@context\":[\"https://")
        || document.contains("\"@context\":\"https://")
}

/// Why a processor refuses a document, or panics over it.
pub struct Refusal {
    /// Whose answer.
    pub oracle: &'static str,
    /// What it is counted as.
    pub name: &'static str,
    /// What they do, what should be done, and where that stands.
    pub why: &'static str,
    /// What stands in their error.
    says: &'static str,
    /// What must stand in the document.
    holds: fn(&Value) -> bool,
}

/// Every rule about refusals.
pub const REFUSALS: [Refusal; 10] = [
    Refusal {
        oracle: "oxjsonld",
        name: "scoped_scalar",
        why: SCOPED_SCALAR,
        says: "Overriding the protected term",
        holds: |document| {
            document
                .to_string()
                .contains("\"https://v.example/another-t1\"")
        },
    },
    Refusal {
        oracle: "json_ld",
        name: "scoped_scalar",
        why: SCOPED_SCALAR,
        says: "Protected term redefinition",
        holds: |document| {
            document
                .to_string()
                .contains("\"https://v.example/another-t1\"")
        },
    },
    Refusal {
        oracle: "oxjsonld",
        name: "panic",
        why: "oxjsonld is wrong: it panics over a set of sets where a graph is meant. JSON-LD 1.1 API §5.1.2 step 13.4.10",
        says: "it panicked",
        holds: |document| document.to_string().contains("{\"@set\":["),
    },
    Refusal {
        oracle: "json_ld",
        name: "unused_mapping",
        why: "json-ld is right: `extensions:#…` in contexts of Open Badges 2.0 has two `#` and is no IRI, which JSON-LD 1.1 \
              API §4.2.2 step 14.2.4 refuses. We refuse it where a statement would have it, because those contexts are in use",
        says: "Invalid IRI mapping",
        holds: |document| document.to_string().contains("\"url\":\"extensions:#"),
    },
    Refusal {
        oracle: "oxjsonld",
        name: "type_first",
        why: "oxjsonld is wrong: it reads documents as a stream and wants `@type` first. JSON-LD 1.1 §9 gives members no order",
        says: "@type must be the first key",
        holds: |_| true,
    },
    Refusal {
        oracle: "oxjsonld",
        name: "nested_id",
        why: "oxjsonld is wrong: it does not know `@id` inside `@nest`. JSON-LD 1.1 API §5.1.2 step 14",
        says: "Duplicated @id key",
        holds: |_| true,
    },
    Refusal {
        oracle: "oxjsonld",
        name: "nested_value",
        why: "oxjsonld is wrong: it refuses value objects that hold nothing it forbids. JSON-LD 1.1 API §5.1.2 step 15",
        says: "inside of a @value",
        holds: |_| true,
    },
    Refusal {
        oracle: "json_ld",
        name: "reverse_mapping",
        why: "json-ld is wrong: it refuses `@reverse` with an IRI. JSON-LD 1.1 API §4.2.2 step 13.3",
        says: "Invalid IRI mapping",
        holds: |document| document.to_string().contains("\"@reverse\""),
    },
    Refusal {
        oracle: "oxjsonld",
        name: "null_in_value",
        why: NULL_IN_VALUE,
        says: "Objects with @value cannot contain properties",
        holds: null_in_value,
    },
    Refusal {
        oracle: "json_ld",
        name: "null_in_value",
        why: NULL_IN_VALUE,
        says: "Invalid value object",
        holds: null_in_value,
    },
];

/// The rule that covers a refusal.
pub fn refusal(oracle: &str, document: &Value, error: &str) -> Option<&'static Refusal> {
    REFUSALS
        .iter()
        .find(|rule| rule.oracle == oracle && error.contains(rule.says) && (rule.holds)(document))
}

/// Why sophia labels the blank nodes of the same dataset otherwise, given a canonical form of ours. sophia is wrong in both: in the
/// first-degree hash it takes a statement twice in which a blank node stands twice (RDFC-1.0 §4.6.3 step 2 takes each once), and it
/// relates blank nodes to graphs that are blank nodes otherwise than §4.7.3. rdf-canonize, which is asked about every document in
/// `differential.mjs`, labels them as we do.
pub fn labels(form: &str, theirs: &str) -> Option<&'static str> {
    if !same_dataset(form, theirs) {
        return None;
    }
    let blanks = |line: &str| -> Vec<String> {
        let words = line.split(' ').filter(|word| word.starts_with("_:c14n"));
        words.map(str::to_owned).collect()
    };
    let twice = form.lines().any(|line| {
        let found = blanks(line);
        (1..found.len()).any(|at| found[..at].contains(&found[at]))
    });
    let in_blank_graph = form.lines().any(|line| {
        let end = line.trim_end_matches(" .");
        end.rsplit(' ')
            .next()
            .is_some_and(|word| word.starts_with("_:c14n"))
            && blanks(line).len() > 1
    });
    match (twice, in_blank_graph) {
        (true, _) => Some("twice_in_a_statement"),
        (_, true) => Some("blank_graph"),
        _ => None,
    }
}

fn always(_: &str) -> bool {
    true
}

/// Literals with a language become plain ones.
fn without_languages(form: &str) -> String {
    each_language(form, |_| String::new())
}

/// Languages are written in lower case.
fn lower_languages(form: &str) -> String {
    each_language(form, |tag| format!("@{}", tag.to_ascii_lowercase()))
}

fn each_language(form: &str, write: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for line in form.lines() {
        match line.rfind("\"@") {
            Some(at) if line.contains(" \"") => {
                let (before, rest) = line.split_at(at + 1);
                let (tag, after) = rest[1..].split_once(' ').unwrap_or((&rest[1..], ""));
                out.push_str(&format!("{before}{} {after}\n", write(tag)));
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Literals with a direction become literals with a language, or plain ones.
fn without_directions(form: &str) -> String {
    each_direction(form, |language, _| match language {
        "" => String::new(),
        language => format!("@{}", language.to_ascii_lowercase()),
    })
}

/// Datatypes of a direction are all written in the same way.
fn same_directions(form: &str) -> String {
    each_direction(form, |language, direction| {
        format!("{DIRECTION}{}_{direction}>", language.to_ascii_lowercase())
    })
}

fn each_direction(form: &str, write: impl Fn(&str, &str) -> String) -> String {
    let mut parts = form.split(DIRECTION);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
        let (language, direction) = tag.rsplit_once('_').unwrap_or(("", tag));
        out.push_str(&write(language, direction));
        out.push_str(rest);
    }
    out
}

/// Doubles without a fraction become integers, under a type of their own too.
fn whole_doubles(form: &str) -> String {
    let whole = |text: &str| {
        let double: f64 = text.parse().ok()?;
        (double.fract() == 0.0 && double.abs() < 1e15).then(|| format!("{double:.0}"))
    };
    let untyped = each_literal(form, DOUBLE, |text| {
        Some(format!("\"{}\"{INTEGER}", whole(text)?))
    });
    each_literal(&untyped, "^^<", |text| {
        let exponential = text.contains('E');
        Some(format!("\"{}\"^^<", whole(text).filter(|_| exponential)?))
    })
}

/// JSON literals are written as RFC 8785 has it.
fn canonical_json(form: &str) -> String {
    each_literal(form, JSON, |text| {
        let value = json::Value::parse(text.as_bytes()).ok()?;
        let escaped = jcs::canonicalize(&value)
            .ok()?
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        Some(format!("\"{escaped}\"{JSON}"))
    })
}

/// Writes literals of a datatype anew; where `write` gives nothing they stay.
fn each_literal(form: &str, datatype: &str, write: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    for line in form.lines() {
        let literal = line.find('"').zip(line.rfind(&format!("\"{datatype}")));
        let written = literal.and_then(|(from, to)| {
            let text = unescaped(line.get(from + 1..to)?)?;
            Some(format!(
                "{}{}{}",
                &line[..from],
                write(&text)?,
                &line[to + 1 + datatype.len()..]
            ))
        });
        out.push_str(written.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

/// The text of a literal of N-Quads.
fn unescaped(literal: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = literal.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let code = |rest: &mut std::str::Chars<'_>, digits: usize| {
            let hexadecimal: String = rest.by_ref().take(digits).collect();
            char::from_u32(u32::from_str_radix(&hexadecimal, 16).ok()?)
        };
        out.push(match rest.next()? {
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'u' => code(&mut rest, 4)?,
            'U' => code(&mut rest, 8)?,
            other => other,
        });
    }
    Some(out)
}

const DIRECTION: &str = "^^<https://www.w3.org/ns/i18n#";
const JSON: &str = "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>";
const INTEGER: &str = "^^<http://www.w3.org/2001/XMLSchema#integer>";
const DOUBLE: &str = "^^<http://www.w3.org/2001/XMLSchema#double>";
