//! Who gets in: every operation of the OpenAPI document, tried by strangers, by keys of too little scope, and by neighbours.

use axum::http::Method;
use serde_json::{Value, json};
use touchstone_service::operations::{Permission, Role, Scope};

use crate::api_program::{CSV, Program, fresh, safety};
use crate::site::Site;

/// An operation, as the document describes it.
struct Operation {
    id: String,
    method: Method,
    path: String,
    scope: Option<Scope>,
}

async fn operations(site: &Site) -> Vec<Operation> {
    let document = Program::stranger(site).get("/openapi.json").await.with(200);
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["key"][0].as_str();
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                scope: scope.map(|name| Scope::parse(name).unwrap()),
            });
        }
    }
    assert!(all.len() > 30, "the document has all operations");
    all
}

impl Operation {
    /// A body that the operation takes.
    fn body(&self) -> Value {
        let reason = json!({ "reason": "Issued by mistake." });
        match self.id.as_str() {
            "reviseAchievement" | "defineAchievement" => safety(),
            "amendBatchRow" => json!({ "email": "amara@example.net" }),
            "holdBatch" => json!({ "until": null }),
            "confirmBatch" => json!({ "fingerprint": "0" }),
            "revokeCredential"
            | "suspendCredential"
            | "reinstateCredential"
            | "activateSigningKey"
            | "retireSigningKey"
            | "destroySigningKey"
            | "compromiseSigningKey" => reason,
            "correctCredential" => json!({ "name": "Amara Okafor-Lee" }),
            "mendMember" => json!({ "name": "Ada", "email": "ada@riverside.example" }),
            "changeMemberRoles" => json!({ "roles": ["auditor"] }),
            "disableMember" => json!({ "disabled": true }),
            "testBatchMail" => json!({ "language": "en", "to": "ines@riverside.example" }),
            "proposeMapping" => {
                json!({ "subjectId": "https://a.example/1", "relation": "exact", "objectId": "https://a.example/2" })
            }
            "declareMappingConflict" | "declareCompetencyConflict" => {
                json!({ "round": 1, "comment": "Mine." })
            }
            "switchPublicPage" | "chooseReminders" => json!({ "on": false }),
            "beginCompetency" => {
                json!({ "set": "x", "role": "x", "issuer": "riverside", "slug": "x", "title": "X", "why": "A trial." })
            }
            "draftCompetencyTasks" => json!({ "seen": 1, "role": "x", "why": "A trial." }),
            "draftCompetencyRubric" => {
                let levels = json!([{ "name": "A", "description": "A." }, { "name": "B", "description": "B." }]);
                json!({ "seen": 1, "requiredLevel": 1, "levels": levels, "why": "A trial." })
            }
            "commentOnCompetency" => json!({ "comment": "Good." }),
            "voteOnMapping" | "voteOnCompetency" => {
                json!({ "vote": 1, "round": 1, "comment": "Seen." })
            }
            "reviewCompetencyAgain"
            | "releaseCompetency"
            | "reviewMappingAgain"
            | "releaseMappingSet"
            | "withdrawMapping"
            | "takeBackEndorsementRequest"
            | "joinMappingSet" => json!({ "why": "A trial." }),
            "beginCompetencyPilot" => {
                json!({ "slug": "x", "description": "Turn.", "assessmentMethod": "A test", "language": "en", "until": "2099-12-31", "why": "A trial." })
            }
            "inviteToMappingSet" => json!({ "institution": "harbour", "why": "A trial." }),
            "writeRole" | "rewriteRole" => {
                json!({ "title": "Hand", "tasks": [{ "label": "Turns", "need": "must" }] })
            }
            "entrust" => json!({ "steward": "The head of training" }),
            "nameDomain" => json!({ "domain": "riverside.example" }),
            "draftRole" => json!({ "posting": "Turn parts to drawings" }),
            "readForRole" => json!({ "credentials": [{}] }),
            _ => json!({}),
        }
    }

    async fn call(&self, program: &Program, path: &str) -> crate::api_program::Reply {
        match self.method {
            Method::GET => program.get(path).await,
            _ => {
                program
                    .named(&self.method, path, &fresh(), &self.body())
                    .await
            }
        }
    }
}

#[tokio::test]
async fn t51_without_a_key_or_with_an_unknown_one_nothing_opens() {
    let site = Site::empty().await;
    let stranger = Program::stranger(&site);
    let liar = stranger.showing("ts_0000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for operation in operations(&site).await {
        let reply = operation.call(&stranger, &operation.path).await;
        if operation.scope.is_none() {
            assert_ne!(reply.status.as_u16(), 401, "{}", operation.id);
            continue;
        }
        reply.problem(401, "key_missing");
        assert!(
            reply.headers["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Bearer")
        );
        let reply = operation.call(&liar, &operation.path).await;
        reply.problem(401, "key_unknown");
    }
}

#[tokio::test]
async fn t51_a_key_does_what_its_scopes_say_and_no_more() {
    let site = Site::empty().await;
    let owner = site.owner("riverside").await;
    for operation in operations(&site).await {
        let Some(scope) = operation.scope else {
            continue;
        };
        let others: Vec<Scope> = Scope::ALL
            .into_iter()
            .filter(|other| *other != scope)
            .collect();
        let lacking = Program::with(&site, &owner.tenant, &others).await;
        let said = operation
            .call(&lacking, &operation.path)
            .await
            .problem(403, "scope_missing");
        let words = said["detail"].as_str().unwrap();
        assert!(
            words.contains(&format!("“{}”", scope.as_str())),
            "{}: {words}",
            operation.id
        );

        let having = Program::with(&site, &owner.tenant, &[scope]).await;
        let status = operation
            .call(&having, &operation.path)
            .await
            .status
            .as_u16();
        assert!(
            !matches!(status, 401 | 403 | 405),
            "{}: {status}",
            operation.id
        );
    }
}

#[tokio::test]
async fn t51_a_session_reads_what_its_roles_may_read_and_no_more() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (mut opened, mut closed) = (0, 0);
    for role in Role::ALL {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&owner.tenant, &address, vec![role]).await;
        for operation in operations(&site).await {
            let Some(scope) = operation.scope.filter(|_| operation.method == Method::GET) else {
                continue;
            };
            let answer = member.get(&operation.path).await;
            let (status, what) = (
                answer.status.as_u16(),
                format!("{} {}", role.as_str(), operation.id),
            );
            if role.may(permission(scope)) {
                assert!(!matches!(status, 401 | 403 | 405), "{what}: {status}");
                opened += 1;
            } else {
                assert_eq!(status, 403, "{what}");
                assert!(answer.text().contains("role_missing"), "{what}");
                closed += 1;
            }
        }
    }
    assert!(opened > 50 && closed > 20, "{opened} and {closed}");
}

/// What a member has to be allowed for what a key of this scope does.
fn permission(scope: Scope) -> Permission {
    match scope {
        Scope::Read => Permission::Read,
        Scope::Define => Permission::Define,
        Scope::Issue => Permission::Issue,
        Scope::Hire => Permission::Hire,
        Scope::Revoke => Permission::Revoke,
        Scope::Audit => Permission::Audit,
        Scope::Administer => Permission::Administer,
    }
}

#[tokio::test]
async fn t52_what_belongs_to_another_institution_is_not_found() {
    let site = Site::empty().await;
    let mine = Program::of(&site, "riverside").await;
    let theirs = Program::of(&site, "harbour").await;
    let (batch, credentials) = mine.issue(&site).await;
    let members = mine.get("/api/v1/members").await.with(200);
    let keys = mine.get("/api/v1/keys").await.with(200);
    let achievements = mine.get("/api/v1/achievements").await.with(200);
    let nobody = json!({ "fate": "revoke", "reason": "A trial.", "credentials": ["nobody"] });
    let change = mine.post("/api/v1/changes", &nobody).await.with(202);
    let set = json!({ "slug": "mine", "title": "T", "license": "https://a.example/licence", "why": "A trial." });
    let set = mine.post("/api/v1/mapping-sets", &set).await.with(201);
    let set = set["id"].as_str().unwrap();
    let mapping = json!({ "subjectId": "https://a.example/1", "relation": "exact", "objectId": "https://a.example/2" });
    let path = format!("/api/v1/mapping-sets/{set}/mappings");
    let mapping = mine.post(&path, &mapping).await.with(201);
    let role = json!({ "title": "Hand", "tasks": [{ "label": "Turns", "need": "must" }] });
    let role = mine.post("/api/v1/roles", &role).await.with(201);
    let competency = json!({
        "set": set, "role": role["id"], "issuer": "riverside", "slug": "hand", "title": "Hand", "why": "A trial.",
    });
    let competency = mine
        .post("/api/v1/competencies", &competency)
        .await
        .with(201);
    let path = format!("/api/v1/roles/{}/postings", role["id"].as_str().unwrap());
    let posting = mine
        .post(&path, &json!({ "note": "Mine." }))
        .await
        .with(201);
    let posting_page = format!("/api/v1/postings/{}", posting["id"].as_str().unwrap());
    let open = mine.get(&posting_page).await.with(200)["page"].clone();
    let open = open
        .as_str()
        .unwrap()
        .replace("https://verify.example.edu", "");
    let export = format!("/api/v1/credentials/{}/export", credentials[0]);
    let file = mine.get(&export).await.bytes;
    crate::applications::sent(&site.stranger(), &open, &file).await;
    let list = format!("{posting_page}/applications");
    let application = mine.get(&list).await.with(200)["applications"][0]["id"].clone();
    let application = application.as_str().unwrap().to_owned();
    let webhook = json!({ "address": "https://ats.example/hook" });
    let webhook = mine.post("/api/v1/webhooks", &webhook).await.with(201);
    let framework = json!({ "files": ["uri,label\nhttps://a.example/1,Turns\n"], "uri": "https://a.example", "title": "A" });
    mine.post("/api/v1/frameworks", &framework).await.with(201);
    let framework = mine.get("/api/v1/frameworks").await.with(200);
    let ends = format!("{}T23:59:59Z", crate::endorsements::day(&site, 20));
    let endorsement = json!({
        "kind": "achievement", "thing": achievements["achievements"][0]["id"],
        "email": "boss@celik.example", "endsAt": ends,
    });
    let endorsement = mine.post("/api/v1/endorsements", &endorsement).await;
    let endorsement = endorsement.with(201);
    let id = |noun: &str| match noun {
        "webhooks" => webhook["id"].as_str().unwrap(),
        "frameworks" => framework["frameworks"][0]["id"].as_str().unwrap(),
        "mapping-sets" => set,
        "roles" => role["id"].as_str().unwrap(),
        "competencies" => competency["id"].as_str().unwrap(),
        "postings" => posting["id"].as_str().unwrap(),
        "applications" => &application,
        "responsibilities" => role["id"].as_str().unwrap(),
        "changes" => change["id"].as_str().unwrap(),
        "achievements" => achievements["achievements"][0]["id"].as_str().unwrap(),
        "batches" => &batch,
        "endorsements" => endorsement["id"].as_str().unwrap(),
        "credentials" => &credentials[0],
        "members" => members["members"][0]["id"].as_str().unwrap(),
        "keys" => keys["keys"][0]["id"].as_str().unwrap(),
        "signing-keys" => "riverside-1",
        other => panic!("no id of {other}"),
    };
    let mut tried = 0;
    for operation in operations(&site).await {
        if !operation.path.contains("{id}") {
            continue;
        }
        let noun = operation.path.split('/').nth(3).unwrap();
        let path = operation
            .path
            .replace("{id}", id(noun))
            .replace("{line}", "2")
            .replace("{version}", "1")
            .replace("{kind}", "role")
            .replace("{format}", "ctdl")
            .replace("{mapping}", mapping["id"].as_str().unwrap());
        let reply = operation.call(&theirs, &path).await;
        assert_eq!(
            reply.status.as_u16(),
            404,
            "{}: {}",
            operation.id,
            reply.json()
        );
        if operation.method == Method::GET {
            assert_eq!(
                operation.call(&mine, &path).await.status.as_u16(),
                200,
                "{}",
                operation.id
            );
        }
        tried += 1;
    }
    assert!(
        tried >= 15,
        "all operations on one thing were tried, which were {tried}"
    );

    let many = json!({ "credentials": [credentials[0]], "reason": "Not mine." });
    let results = theirs
        .post("/api/v1/credentials/revoke", &many)
        .await
        .with(200);
    assert_eq!(results["results"][0]["code"], "credential_not_found");
    let path = format!("/api/v1/credentials/{}", credentials[0]);
    assert_eq!(mine.get(&path).await.with(200)["state"], "standing");
    for list in ["achievements", "batches", "credentials", "deliveries"] {
        let found = theirs.get(&format!("/api/v1/{list}")).await.with(200);
        assert_eq!(found[list], json!([]), "{list} of others");
    }
    let found = theirs
        .get(&format!("/api/v1/deliveries?batch={batch}"))
        .await
        .with(200);
    assert_eq!(found["deliveries"], json!([]));
}

#[tokio::test]
async fn a_revoked_key_and_a_key_that_ended_open_nothing() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let wanted = json!({ "name": "Nightly list", "scopes": ["read"], "days": 1 });
    let made = program.post("/api/v1/keys", &wanted).await.with(201);
    let reader = program.showing(made["key"].as_str().unwrap());
    reader.get("/api/v1/institution").await.with(200);
    reader
        .get("/api/v1/audit")
        .await
        .problem(403, "scope_missing");
    site.test.clock.advance_millis(24 * 60 * 60 * 1_000);
    reader
        .get("/api/v1/institution")
        .await
        .problem(401, "key_unknown");

    let made = program.post("/api/v1/keys", &wanted).await.with(201);
    let reader = program.showing(made["key"].as_str().unwrap());
    let keys = program.get("/api/v1/keys").await.with(200);
    let all = keys["keys"].as_array().unwrap();
    let key = all
        .iter()
        .find(|key| key["prefix"] == made["prefix"])
        .unwrap();
    let path = format!("/api/v1/keys/{}/revoke", key["id"].as_str().unwrap());
    program.post(&path, &json!({})).await.with(200);
    reader
        .get("/api/v1/institution")
        .await
        .problem(401, "key_unknown");
    program
        .post(&path, &json!({}))
        .await
        .problem(404, "key_not_found");
}

#[tokio::test]
async fn a_session_may_look_and_changes_nothing() {
    let (_site, browser) = Site::with_owner("riverside").await;
    let shown = browser.get("/api/v1/institution").await;
    assert_eq!(shown.status.as_u16(), 200);
    assert!(shown.text().contains("riverside Polytechnic"));
    let refused = browser.post("/api/v1/members", &[("name", "x")]).await;
    assert_eq!(refused.status.as_u16(), 401);
    assert!(refused.text().contains("key_missing"), "{}", refused.text());
}

#[tokio::test]
async fn a_list_may_come_as_a_form_and_its_columns_may_be_named() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let csv = CSV.replace("name,", "Wer,");
    let form = |boundary: &str| {
        let field = |name: &str, text: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
            )
        };
        let fields =
            field("achievement", "workshop-safety") + &field("mapping", "{\"Wer\": \"name\"}");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
        );
        format!("{fields}{head}{csv}\r\n--{boundary}--\r\n").into_bytes()
    };
    let mut replies = Vec::new();
    for boundary in ["x", "another"] {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let headers = [
            ("idempotency-key", "a-form"),
            ("content-type", kind.as_str()),
        ];
        let reply = program
            .send(&Method::POST, "/api/v1/batches", &headers, form(boundary))
            .await;
        replies.push(reply.with(201));
    }
    assert_eq!(
        replies[0], replies[1],
        "another boundary is no other request"
    );
    assert_eq!(replies[0]["batch"]["rowsReady"], 2);
    assert_eq!(
        replies[0]["columns"][0],
        json!({ "header": "Wer", "column": "name" })
    );
    let headers = [
        ("idempotency-key", "b-form"),
        ("content-type", "application/json"),
    ];
    let reply = program
        .send(&Method::POST, "/api/v1/batches", &headers, b"{}".to_vec())
        .await;
    reply.problem(415, "unsupported_media_type");
}
