//! A whole site over a real database, and a browser to walk through it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use touchstone_service::issuing::{Description, Founding, found};
use touchstone_service::operations::{Invitation, Role, join, signin};
use touchstone_service::rows::TenantId;
use touchstone_testkit::{NearWitness, TestWorld, TimestampAuthority, world};
use touchstone_web::edge::{Edge, Settings};
use touchstone_web::{Web, router};
use tower::ServiceExt;

use crate::sample;

/// A site and its world.
pub(crate) struct Site {
    pub(crate) test: TestWorld,
    pub(crate) routes: Router,
    pub(crate) web: Web,
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    /// The value of the first hidden field of that name.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let start = format!("name=\"{name}\" value=\"");
        let rest = text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no field {name} in {text}"))
            .1;
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// What was typed into the field of several lines that has this id.
    pub(crate) fn typed(&self, id: &str) -> String {
        let text = self.text();
        let start = format!("<textarea id=\"{id}\"");
        let rest = text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no field {id} in {text}"))
            .1;
        let (_, rest) = rest.split_once('>').unwrap();
        rest.split_once("</textarea>").unwrap().0.to_owned()
    }

    /// The first link that starts so.
    pub(crate) fn link(&self, start: &str) -> String {
        self.attribute("href", start)
    }

    /// Where the first form leads whose address starts so.
    pub(crate) fn action(&self, start: &str) -> String {
        self.attribute("action", start)
    }

    fn attribute(&self, name: &str, start: &str) -> String {
        let text = self.text();
        let rest = text
            .split_once(&format!("{name}=\"{start}"))
            .unwrap_or_else(|| panic!("no {name} {start} in {text}"))
            .1;
        format!("{start}{}", rest.split_once('"').unwrap().0)
    }
}

impl Site {
    pub(crate) async fn empty() -> Self {
        Self::on(world().await)
    }

    /// A site whose log has a witness.
    pub(crate) async fn witnessed() -> (Self, Arc<NearWitness>) {
        let mut test = world().await;
        let witness = NearWitness::of(&mut test, "verify.example.edu/log").await;
        (Self::on(test), witness)
    }

    /// A site that knows passkeys.
    pub(crate) async fn knowing_passkeys() -> Self {
        Self::on(world().await.with_passkeys())
    }

    /// A site whose log has a witness and an anchor.
    pub(crate) async fn vouched_for() -> Self {
        let mut test = world().await;
        NearWitness::of(&mut test, "verify.example.edu/log").await;
        let authority = TimestampAuthority::new();
        test.world.anchors = Arc::new(authority.anchors(&authority.root()));
        Self::on(test)
    }

    /// A site whose log is anchored at an authority.
    pub(crate) async fn anchored() -> (Self, TimestampAuthority) {
        let mut test = world().await;
        let authority = TimestampAuthority::new();
        test.world.anchors = Arc::new(authority.anchors(&authority.root()));
        (Self::on(test), authority)
    }

    /// One whose settings name an authority, and that may ask nobody anything.
    pub(crate) async fn unanchored() -> (Self, TimestampAuthority) {
        let mut test = world().await;
        let authority = TimestampAuthority::new();
        let mut anchors = authority.anchors(&authority.root());
        anchors.anchors[0].ask = None;
        test.world.anchors = Arc::new(anchors);
        (Self::on(test), authority)
    }

    pub(crate) fn on(test: TestWorld) -> Self {
        let settings = Settings {
            origin: "https://verify.example.edu".into(),
            trusted_proxies: vec![],
            limits: touchstone_web::edge::Limits::default(),
            timeout: Duration::from_secs(60),
        };
        let clock = Arc::clone(&test.world.clock);
        let edge = Edge::new(sample::site(), settings, move || clock.now().unix_millis());
        let web = Web::new(test.world.clone(), edge);
        let routes = router(web.clone());
        Self { test, routes, web }
    }

    /// Founds an institution with an owner, and signs the owner in.
    pub(crate) async fn with_owner(slug: &str) -> (Self, Browser) {
        let site = Self::empty().await;
        let browser = site.owner(slug).await;
        (site, browser)
    }

    /// Founds one more institution on the same site.
    pub(crate) async fn owner(&self, slug: &str) -> Browser {
        let description = Description {
            name: format!("{slug} Polytechnic"),
            contact: Some("registrar@riverside.example".into()),
            ..Description::default()
        };
        let order = Founding {
            slug: slug.into(),
            description,
            did_method: None,
            actor: "setup".into(),
        };
        let founded = found(&self.test.world, &order).await.unwrap();
        self.member(
            &founded.tenant,
            &format!("ines@{slug}.example"),
            vec![Role::Owner],
        )
        .await
    }

    /// Adds a member and signs them in, through the pages.
    pub(crate) async fn member(&self, tenant: &TenantId, email: &str, roles: Vec<Role>) -> Browser {
        let order = Invitation {
            tenant: tenant.clone(),
            actor: "setup".into(),
            name: "Ines Albrecht".into(),
            email: email.into(),
            roles,
        };
        let member = join(&self.test.world, &order).await.unwrap();
        let link = signin::link(&self.test.world, tenant, &member.id)
            .await
            .unwrap()
            .unwrap();
        let token = link.rsplit('/').next().unwrap().to_owned();
        let browser = Browser {
            routes: self.routes.clone(),
            cookie: Mutex::default(),
            tenant: tenant.clone(),
        };
        let confirm = browser.get(&format!("/signin/{token}")).await;
        let signed_in = browser
            .post("/signin/confirm", &[("token", &confirm.hidden("token"))])
            .await;
        assert!(matches!(signed_in.location(), "/today" | "/me"));
        browser
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Browser {
        Browser {
            routes: self.routes.clone(),
            cookie: Mutex::default(),
            tenant: TenantId::new("none"),
        }
    }
}

/// Keeps cookies and sends forms.
pub(crate) struct Browser {
    routes: Router,
    cookie: Mutex<Option<String>>,
    pub(crate) tenant: TenantId,
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// What would come, without it.
    pub(crate) async fn head(&self, path: &str) -> Answer {
        self.send(Request::head(path), Body::empty()).await
    }

    /// The same as `get` under the name of another host that leads here.
    pub(crate) async fn get_under(&self, host: &str, path: &str) -> Answer {
        self.send(Request::get(path).header("host", host), Body::empty())
            .await
    }

    /// As browsers ask: packed, by gzip or brotli.
    pub(crate) async fn get_packed(&self, path: &str, by: &str) -> Answer {
        self.send(
            Request::get(path).header("accept-encoding", by),
            Body::empty(),
        )
        .await
    }

    /// As a browser of somebody who reads these languages asks.
    pub(crate) async fn get_in(&self, languages: &str, path: &str) -> Answer {
        let request = Request::get(path).header("accept-language", languages);
        self.send(request, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("{key}={}", touchstone_web::text::in_query(value)))
            .collect();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(pairs.join("&"))).await
    }

    /// Sends a form with the token that a page of ours holds.
    pub(crate) async fn submit(
        &self,
        page: &Answer,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let token = page.hidden("csrf");
        let all: Vec<(&str, &str)> = [("csrf", token.as_str())]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        self.post(path, &all).await
    }

    pub(crate) async fn upload(
        &self,
        page: &Answer,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        let token = page.hidden("csrf");
        let mut body = Vec::new();
        for (key, value) in [("csrf", token.as_str())].iter().chain(fields) {
            body.extend(
                format!("--x\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
            file.0
        );
        body.extend(head.bytes());
        body.extend(file.1);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request, Body::from(body)).await
    }

    /// Sends a body of any kind, as it comes.
    pub(crate) async fn stream(&self, path: &str, kind: &str, body: Body) -> Answer {
        let request = Request::post(path).header(CONTENT_TYPE, kind);
        self.send(request, body).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookie = self.cookie.lock().unwrap().clone().unwrap_or_default();
        let request = request
            .header("accept", "text/html")
            .header(COOKIE, cookie)
            .body(body)
            .unwrap();
        let (parts, body) = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        if let Some(set) = parts.headers.get(SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair);
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }
}
