//! A program that calls the API of a whole site over a real database.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use touchstone_service::operations::{KeyOrder, Scope, make_key, work_until_idle};
use touchstone_service::rows::TenantId;
use tower::ServiceExt;

use crate::site::Site;

/// Something that can be earned without a level, a piece of evidence or a date.
pub(crate) fn safety() -> Value {
    json!({
        "slug": "workshop-safety",
        "name": "Workshop safety",
        "description": "Works in a workshop without harm to anybody.",
        "achievementType": "MicroCredential",
        "criteria": { "narrative": "Shows the emergency stops and the guards of five machines." },
        "inLanguage": "en",
        "assessmentMethod": "Practical test",
        "namesLearner": true,
        "allowsSuspension": true,
        "revocable": true,
    })
}

pub(crate) const CSV: &str = "name,email\nAmara Okafor,amara@example.org\nTomás Herrera,\n";

/// A program with a key.
#[derive(Clone)]
pub(crate) struct Program {
    routes: Router,
    key: Option<String>,
}

/// An answer, read.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The answer, if it is one of that status.
    #[track_caller]
    pub(crate) fn with(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        self.json()
    }

    /// Asserts that this is a problem document of that status and code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let said = self.json();
        assert_eq!(
            self.headers[CONTENT_TYPE], "application/problem+json",
            "{said}"
        );
        assert_eq!(
            (self.status.as_u16(), &said["code"]),
            (status, &json!(code)),
            "{said}"
        );
        assert_eq!(said["status"], status);
        assert!(said["detail"].as_str().unwrap().ends_with('.'), "{said}");
        said
    }
}

impl Program {
    /// A program with a key of these scopes.
    pub(crate) async fn with(site: &Site, tenant: &TenantId, scopes: &[Scope]) -> Self {
        let order = KeyOrder {
            tenant: tenant.clone(),
            actor: "setup".into(),
            name: "a test".into(),
            scopes: scopes.to_vec(),
            days: 30,
        };
        let key = make_key(&site.test.world, &order).await.unwrap();
        Self {
            routes: site.routes.clone(),
            key: Some(key),
        }
    }

    /// An institution of that name, and a program that may do everything for it.
    pub(crate) async fn of(site: &Site, slug: &str) -> Self {
        let owner = site.owner(slug).await;
        Self::with(site, &owner.tenant, &Scope::ALL).await
    }

    /// A program without a key.
    pub(crate) fn stranger(site: &Site) -> Self {
        Self {
            routes: site.routes.clone(),
            key: None,
        }
    }

    /// The same program with another key.
    pub(crate) fn showing(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(&Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.named(&Method::POST, path, &fresh(), body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.named(&Method::PUT, path, &fresh(), body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.named(&Method::PATCH, path, &fresh(), body).await
    }

    /// Sends JSON under an idempotency key.
    pub(crate) async fn named(
        &self,
        method: &Method,
        path: &str,
        name: &str,
        body: &Value,
    ) -> Reply {
        let headers = [
            ("idempotency-key", name),
            ("content-type", "application/json"),
        ];
        self.send(method, path, &headers, body.to_string().into_bytes())
            .await
    }

    pub(crate) async fn upload(&self, achievement: &str, csv: &str) -> Reply {
        let headers = [("idempotency-key", &*fresh()), ("content-type", "text/csv")];
        let path = format!("/api/v1/batches?achievement={achievement}&fileName=list.csv");
        self.send(&Method::POST, &path, &headers, csv.into()).await
    }

    pub(crate) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    /// Defines and uploads. Answers with the batch.
    pub(crate) async fn take_in(&self, csv: &str) -> String {
        self.post("/api/v1/achievements", &safety()).await.with(201);
        let uploaded = self.upload("workshop-safety", csv).await.with(201);
        uploaded["batch"]["id"].as_str().unwrap().to_owned()
    }

    /// Confirms a batch as it stands.
    pub(crate) async fn confirm(&self, batch: &str) {
        let path = format!("/api/v1/batches/{batch}");
        let shown = self.get(&path).await.with(200);
        let seen = json!({ "fingerprint": shown["fingerprint"] });
        self.post(&format!("{path}/confirm"), &seen).await.with(202);
    }

    /// Defines, uploads, confirms and lets it be issued. Answers with the batch and the credentials.
    pub(crate) async fn issue(&self, site: &Site) -> (String, Vec<String>) {
        let batch = self.take_in(CSV).await;
        self.confirm(&batch).await;
        work_until_idle(&site.test.world).await.unwrap();
        let list = self.get("/api/v1/credentials").await.with(200);
        let ids = list["credentials"].as_array().unwrap().iter();
        (
            batch,
            ids.map(|one| one["id"].as_str().unwrap().to_owned())
                .collect(),
        )
    }
}

/// A name that no other request has.
pub(crate) fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("request-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
