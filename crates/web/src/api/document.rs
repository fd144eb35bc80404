//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.
//!
//! [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html). Scopes stand with each operation as roles of the key
//! (§4.8.30); refusals that every operation shares are written once, here.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// Completes what was gathered from the handlers.
pub(super) fn complete(gathered: &OpenApi) -> Value {
    let mut document =
        serde_json::to_value(gathered).expect("texts, numbers and lists always become JSON");
    document["info"] = json!({
        "title": "Touchstone",
        "version": "1",
        "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    document["tags"] = TAGS
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    document["components"]["securitySchemes"] = json!({ "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of an institution: ts_… Its scopes say what it may do. Owners make keys.",
    } });
    document["components"]["schemas"]["Problem"] = problem();
    document["webhooks"] = webhooks();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            let Some(operations) = item.as_object_mut() else {
                continue;
            };
            for (method, operation) in operations {
                share(path, method, operation);
            }
        }
    }
    document
}

/// Adds what is true of every operation of its kind.
fn share(path: &str, method: &str, operation: &mut Value) {
    let writes = method != "get";
    let scope = operation["security"][0]["key"][0]
        .as_str()
        .map(str::to_owned);
    // Whoever changes something under /api/ names the request, with a key or as a holder.
    let named = writes && (path.starts_with("/api/") || scope.is_some());
    let mut refuse = |status: &str, words: String| {
        let known = &mut operation["responses"][status];
        let words = match known["description"].as_str() {
            Some(said) => format!("{said} · {words}"),
            None => words,
        };
        *known = json!({ "description": words });
    };
    if let Some(scope) = scope {
        refuse("401", "`key_missing`, `key_unknown`".into());
        refuse(
            "403",
            format!("`scope_missing`: the key does not have the scope “{scope}”"),
        );
    }
    if named {
        refuse(
            "400",
            "`idempotency_key_missing`, `bad_idempotency_key`".into(),
        );
        refuse("409", "`request_in_progress`".into());
        refuse("422", "`idempotency_key_reused`".into());
    }
    refuse(
        "429",
        "`too_many_requests`; `Retry-After` says when to come again".into(),
    );
    if writes && path.starts_with("/api/") {
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let named = std::iter::once(idempotency_key());
        operation["parameters"] = named.chain(parameters).collect();
    }
    if let Some(responses) = operation["responses"].as_object_mut() {
        say_problems(responses);
    }
}

/// Every error has the same form.
fn say_problems(responses: &mut Map<String, Value>) {
    for (status, response) in responses {
        if status.starts_with(['4', '5']) && response["content"].is_null() {
            response["content"] = json!({ "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" }
            } });
        }
    }
}

/// What programs of institutions are told (OpenAPI 3.1 §4.8.1, `webhooks`).
fn webhooks() -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" },
        })
    };
    let event = json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "enum": ["application.sent", "application.withdrawn", "application.in_doubt"] },
            "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
            "data": {
                "type": "object",
                "required": ["id", "posting"],
                "properties": {
                    "id": { "type": "string", "description": "The application, by id." },
                    "posting": { "type": "string", "description": "The posting, by id." },
                    "page": { "type": "string", "format": "uri", "description": "Where a member reads it; not with `application.withdrawn`." },
                    "api": { "type": "string", "format": "uri", "description": "Where a program reads it, with a key of the scope `hire`; not with `application.withdrawn`." },
                },
            },
        },
    });
    json!({ "application": { "post": {
        "tags": ["hiring"],
        "operationId": "toldOfApplication",
        "summary": "An application was sent, taken back, or holds a credential that names a key that was given up",
        "description": "Signed as Standard Webhooks says. Nothing in it is personal. Any status from 200 to 299 takes it; 410 ends the webhook; \
            after anything else it is tried again for three days, under the same `webhook-id`.",
        "parameters": [
            header("webhook-id", "Names the message, the same at every try."),
            header("webhook-timestamp", "When this try is made, in seconds since 1970."),
            header("webhook-signature", "`v1,` and, in base64, HMAC-SHA256 over `ID.TIMESTAMP.BODY` by the bytes behind `whsec_`."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": event } } },
        "responses": { "204": { "description": "Taken" } },
    } } })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": true,
        "description": "Names this request: a new UUID for each. The same key with the same request is answered as the first time, and nothing is done twice.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": { "type": "string", "const": "about:blank" },
            "title": { "type": "string", "description": "The name of the status." },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "A stable name of this error: what a program may compare." },
            "detail": { "type": "string", "description": "What, where and the way out, for a person." },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": { "type": "string", "description": "Which field was refused." },
                    "detail": { "type": "string", "description": "What is wrong with it and the way out." },
                },
            } },
        },
    })
}

const ABOUT: &str = "Everything that the pages do, for programs, but signing in, signing up and the forms of applicants, which are for people; and the \
verification of credentials in the form of the VC API. \
Lists are read page by page: send what was answered as `next` as `after`. Times are RFC 3339 in UTC. \
What belongs to another institution is not found.";

const TAGS: [(&str, &str); 17] = [
    ("institution", "Who issues."),
    (
        "achievements",
        "What can be earned. A version that was issued under never changes.",
    ),
    (
        "batches",
        "From a list of learners to credentials: upload, look, mend, confirm.",
    ),
    ("credentials", "What was issued, as files, and its status."),
    ("deliveries", "How credentials reach their holders."),
    (
        "holders",
        "What holders do for themselves. They have no key: the token of a mail, or the code on paper, is what lets them.",
    ),
    (
        "crosswalk",
        "Frameworks, and what one framework’s words mean in another’s: proposed, voted on, released.",
    ),
    (
        "competencies",
        "What a credential certifies, written together: tasks by an employer, a rubric by an issuer, votes by all who take part.",
    ),
    (
        "endorsements",
        "Who outside stands behind an achievement or a mapping set, in which words and until when.",
    ),
    (
        "roles",
        "What somebody does all day, as tasks; and what credentials show of them.",
    ),
    (
        "hiring",
        "Roles that are open for applications, and the applications to them, read task by task.",
    ),
    ("members", "Who works at the institution."),
    ("keys", "With which programs come in."),
    (
        "signing-keys",
        "The keys that sign credentials: their history, rotating, giving up.",
    ),
    ("audit", "Who did what."),
    ("log", "How the public log stands."),
    (
        "vc-api",
        "The VC API of the W3C Credentials Community Group.",
    ),
];
