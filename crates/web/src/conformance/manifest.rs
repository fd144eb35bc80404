//! Everything there is to drive, in the form in which suites are told of implementations.
//!
//! The form is that of [vc-test-suite-implementations](https://github.com/w3c/vc-test-suite-implementations); a suite's
//! `localConfig.cjs` takes it as it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use touchstone_service::conformance::{Conformance, INSTANCES, Instance, curve_name};

/// `GET /conformance`
pub(super) async fn show(State(room): State<Arc<Conformance>>) -> Json<Value> {
    Json(manifest(&room))
}

/// The addresses of this process.
pub fn manifest(room: &Conformance) -> Value {
    let each = |action: &str| {
        let endpoints = INSTANCES
            .iter()
            .map(|instance| endpoint(room, instance, action));
        endpoints.collect::<Value>()
    };
    let lists = INSTANCES.iter().filter(|instance| instance.has_status);
    let lists = lists.flat_map(|instance| {
        ["revocation", "suspension"]
            .map(|purpose| Value::from(room.link(&format!("{}/lists/{purpose}", instance.path()))))
    });
    let setters = INSTANCES.iter().filter(|instance| instance.has_status);
    let setters = setters.map(|instance| endpoint(room, instance, "credentials/status"));
    json!({
        "name": "Touchstone",
        "implementation": "Touchstone",
        "issuers": each("credentials/issue"),
        "verifiers": each("credentials/verify"),
        "vpIssuers": each("presentations"),
        "vpVerifiers": each("presentations/verify"),
        "setStatusLists": setters.collect::<Value>(),
        "statusLists": lists.collect::<Value>(),
        "didResolvers": [{
            "id": "",
            "endpoint": room.link("/1.0/identifiers"),
            "method": "GET",
            "tags": ["did-key"],
        }],
    })
}

fn endpoint(room: &Conformance, instance: &Instance, action: &str) -> Value {
    json!({
        "id": room.issuer(instance.curve),
        "endpoint": room.link(&format!("{}/{action}", instance.path())),
        "method": "POST",
        "cryptosuite": instance.suite.as_str(),
        "supportedEcdsaKeyTypes": [curve_name(instance.curve)],
        "supports": { "vc": ["1.1", "2.0"] },
        "tags": [instance.tag],
    })
}
