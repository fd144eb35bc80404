//! The API, to be read: every operation with its parameters, bodies and errors, from the OpenAPI document.

use maud::{Markup, html};
use serde_json::Value;

use crate::templates::{Layout, Robots, SiteFrame, page as frame};

/// `GET /api`
pub(super) fn page(site: &SiteFrame, document: &Value) -> Markup {
    let tags = document["tags"].as_array();
    let main = html! {
        h1 { "The API" }
        p { (text(&document["info"]["description"])) }
        p { "For programs: " a href="/openapi.json" { "openapi.json" } " (OpenAPI 3.1)." }
        h2 { "Coming in" }
        p { "Send a key of your institution with every request: " code { "Authorization: Bearer ts_…" } ". An owner makes one under Members. Its scopes say what it may do; each operation names the one that it takes." }
        p { "Send an " code { "Idempotency-Key" } " with every request that changes something: a new UUID for each, and the same one when you send it again. Nothing is done twice." }
        @for tag in tags.into_iter().flatten() {
            h2 id=(text(&tag["name"])) { (text(&tag["name"])) }
            p { (text(&tag["description"])) }
            @for (path, method, operation) in operations(document, text(&tag["name"])) {
                (one(document, path, method, operation))
            }
        }
        h2 #errors { "Errors" }
        p { "Every error is a problem document (RFC 9457) with a stable " code { "code" } ", which a program may compare, and a " code { "detail" } " for a person that says what, where and the way out." }
    };
    let layout = Layout {
        robots: Robots::Index,
        ..Layout::reading("The API", site)
    };
    frame(&layout, &main)
}

fn operations<'d>(document: &'d Value, tag: &str) -> Vec<(&'d str, &'d str, &'d Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.filter(|(_, _, operation)| operation["tags"][0].as_str() == Some(tag))
        .collect()
}

fn one(document: &Value, path: &str, method: &str, operation: &Value) -> Markup {
    let parameters = operation["parameters"].as_array();
    let bodies = operation["requestBody"]["content"].as_object();
    let responses = operation["responses"].as_object();
    let scope = operation["security"][0]["key"][0].as_str();
    html! {
        h3 id=(text(&operation["operationId"])) { code { (method.to_uppercase()) " " (path) } }
        p { (text(&operation["summary"])) }
        @if let Some(more) = operation["description"].as_str() { p { (more) } }
        p.hint {
            @match scope {
                Some(scope) => { "Scope: " code { (scope) } }
                None => { "No key is needed." }
            }
        }
        details {
            summary { "Parameters, bodies and answers" }
            @if let Some(parameters) = parameters {
                h4 { "Parameters" }
                dl.facts { @for parameter in parameters { div {
                    dt { code { (text(&parameter["name"])) } }
                    dd { (text(&parameter["description"])) " " span.hint {
                        "(" (text(&parameter["in"])) @if parameter["required"] == true { ", required" } ")"
                    } }
                } } }
            }
            @if let Some(bodies) = bodies {
                h4 { "Body" }
                @for (kind, body) in bodies { p { code { (kind) } } (shape(document, &body["schema"])) }
            }
            h4 { "Answers" }
            dl.facts { @for (status, response) in responses.into_iter().flatten() { div {
                dt { code { (status) } }
                dd {
                    (ticked(text(&response["description"])))
                    @if status.starts_with('2') { @for body in response["content"].as_object().into_iter().flatten() {
                        (shape(document, &body.1["schema"]))
                    } }
                }
            } } }
        }
    }
}

/// The members of an object, one level deep.
fn shape(document: &Value, schema: &Value) -> Markup {
    let schema = resolved(document, schema);
    let required = schema["required"].as_array();
    let needed = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    html! {
        @if let Some(words) = schema["description"].as_str() { p { (words) } }
        @if let Some(members) = schema["properties"].as_object() {
            dl.facts { @for (name, member) in members { div {
                dt { code { (name) } }
                dd {
                    (text(&resolved(document, member)["description"])) " "
                    span.hint { (kind(document, member)) @if needed(name) { ", always" } }
                }
            } } }
        }
    }
}

fn kind(document: &Value, member: &Value) -> String {
    let member = resolved(document, member);
    match &member["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => "object".into(),
    }
}

/// A schema that stands elsewhere in the document is read there.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let place = schema["$ref"]
        .as_str()
        .and_then(|place| place.strip_prefix('#'));
    place
        .and_then(|place| document.pointer(place))
        .unwrap_or(schema)
}

/// Codes stand between backticks.
fn ticked(words: &str) -> Markup {
    html! { @for (at, part) in words.split('`').enumerate() {
        @if at % 2 == 1 { code { (part) } } @else { (part) }
    } }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
