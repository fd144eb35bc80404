//! What the desk offers: every link and every form on its pages, in every role.
//!
//! **Claim:** a page offers a role exactly what it offers an owner, less what that role may not do.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use touchstone_service::World;
use touchstone_service::holding::deliveries;
use touchstone_service::issuing::{Fate, ManyChoice, Which, choose_many};
use touchstone_service::operations::signing_key::{
    Compromise, KeyAct, Rotation, compromise, make, rotate,
};
use touchstone_service::operations::{Role, disable, members};
use touchstone_service::rows::{DeliveryFilter, DeliveryRow, DeliveryState, TenantId};

use crate::achievement_picture::with_picture;
use crate::crosswalk;
use crate::journey::{issued, upload};
use crate::page_access::{DESK, Row};
use crate::site::{Answer, Browser, Site};

#[tokio::test]
async fn t51_a_page_offers_a_role_what_it_may_do_and_nothing_else() {
    let (site, owner) = Site::with_owner("riverside").await;
    let pages = filled(&site, &owner).await;
    let mut compared = 0;
    for role in Role::ALL {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&owner.tenant, &address, vec![role]).await;
        for page in &pages {
            let seen = member.get(page).await;
            if seen.status == StatusCode::FORBIDDEN {
                continue; // Which roles those are is the table's own test.
            }
            assert_eq!(seen.status, StatusCode::OK, "{} {page}", role.as_str());
            let expected: BTreeSet<_> = offers(&owner.get(page).await)
                .into_iter()
                .filter(|(.., needs)| needs.is_none_or(|needs| role.may(needs)))
                .map(named)
                .collect();
            let offered: BTreeSet<_> = offers(&seen).into_iter().map(named).collect();
            assert_eq!(offered, expected, "{} {page}", role.as_str());
            compared += 1;
        }
    }
    assert!(compared > 5 * 15, "only {compared} pages were compared");
}

#[tokio::test]
async fn every_address_of_the_desk_is_offered_by_one_of_its_pages() {
    let (site, owner) = Site::with_owner("riverside").await;
    let pages = filled(&site, &owner).await;
    let mut offered = BTreeSet::new();
    for page in &pages {
        offered.extend(offers(&owner.get(page).await).into_iter().map(named));
    }
    let list = owner.get("/credentials").await;
    let id = list.link("/credentials/").replace("/credentials/", "");
    let chosen = [("fate", "revoke"), ("id", id.as_str())];
    let asked = owner.submit(&list, "/credentials/choose", &chosen).await;
    offered.extend(offers(&asked).into_iter().map(named));
    // What a choice of more than a thousand leads to.
    let choice = ManyChoice {
        tenant: owner.tenant.clone(),
        actor: "setup".into(),
        fate: Fate::Revoke,
        which: Which::These(vec![id]),
    };
    let change = choose_many(&site.test.world, &choice).await.unwrap();
    let change = format!("/changes/{change}");
    let asked = owner.get(&change).await;
    let reason = [("reason", "Mixed up.")];
    owner.submit(&asked, &change, &reason).await;
    for page in [asked, owner.get(&change).await] {
        offered.extend(offers(&page).into_iter().map(named));
    }
    // What a choice of applications leads to.
    let posting = pages.iter().find(|page| page.starts_with("/postings/"));
    let posting = posting.unwrap();
    let (list, choose) = (owner.get(posting).await, format!("{posting}/choose"));
    let asked = owner.submit(&list, &choose, &[("all", "1")]).await;
    offered.extend(offers(&asked).into_iter().map(named));
    let missing: Vec<_> = DESK
        .iter()
        .cloned()
        .map(named)
        .filter(|row| !offered.contains(row))
        .collect();
    // The script of the page asks these, and only where the browser knows passkeys; a passkey is removed where there is one.
    let without = [
        "POST /me/passkeys/begin",
        "POST /me/passkeys",
        "POST /me/passkeys/{id}/remove",
        // Whoever was asked comes to it from the page of their link, which is open to everybody.
        "GET /endorsements/for/{token}",
    ];
    let missing: Vec<_> = missing
        .iter()
        .filter(|row| !without.contains(&row.as_str()))
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
}

/// Fills an institution until every page has everything to offer. Answers with the pages.
async fn filled(site: &Site, owner: &Browser) -> Vec<String> {
    let credentials = issued(site, owner).await;
    let standing = credentials.link("/credentials/");
    let all = credentials.text();
    let paused = all
        .split("href=\"/credentials/")
        .skip(1)
        .map(|rest| format!("/credentials/{}", rest.split('"').next().unwrap()))
        .find(|link| *link != standing)
        .unwrap();
    let form = owner.get(&paused).await;
    let suspended = owner
        .submit(
            &form,
            &format!("{paused}/suspend"),
            &[("reason", "Looked at.")],
        )
        .await;
    assert_eq!(suspended.status, StatusCode::SEE_OTHER);
    let sealed = owner.get("/cohorts").await.link("/cohorts/");
    let sealed = match sealed.as_str() {
        "/cohorts/new" => second_link(&owner.get("/cohorts").await, "/cohorts/"),
        _ => sealed,
    };
    let preview = upload(
        owner,
        "name,email,level,assessor\nAda,ada@example.org,1,Marek\nBen,ben.example.org,1,Marek\n",
    )
    .await;
    let preview = preview.action("/cohorts/");
    let preview = preview.rsplit_once('/').unwrap().0;
    let preview = preview.split("/rows").next().unwrap();
    let key = [("name", "LMS"), ("days", "90"), ("scope", "read")];
    owner
        .submit(&owner.get("/members").await, "/keys", &key)
        .await;
    let tenant = &owner.tenant;
    for (address, barred) in [
        ("in@riverside.example", false),
        ("out@riverside.example", true),
    ] {
        site.member(tenant, address, vec![Role::Assessor]).await;
        if barred {
            let world = &site.test.world;
            let members = members(world, tenant).await;
            let members = members.unwrap().into_iter();
            let mut gone = members.filter(|member| member.email == address);
            let id = gone.next().unwrap().id;
            disable(world, tenant, &id, "setup", true).await.unwrap();
        }
    }
    let members = members(&site.test.world, tenant).await;
    let members = members.unwrap().into_iter();
    let others = members.filter(|member| member.roles == [Role::Assessor]);
    let others: Vec<_> = others.collect();
    site.test
        .add_passkey(&others[0].id, "lost", "telephone")
        .await;
    let achievement = second_link(&owner.get("/achievements").await, "/achievements/");
    with_picture(owner, &achievement).await;
    let mut pages: Vec<String> = others
        .iter()
        .map(|member| format!("/members/{}", member.id))
        .collect();
    pages.extend([
        achievement.clone(),
        format!("{achievement}/checks"),
        sealed.clone(),
        format!("{sealed}?rows=show"),
        preview.to_owned(),
        format!("{preview}/mail"),
        standing,
        paused,
    ]);
    let sets = crosswalk::filled(site, owner).await;
    let set = sets[0].rsplit('/').next().unwrap();
    pages.push(format!("/competencies/new?set={set}"));
    pages.extend(sets);
    pages.push(owner.get("/mappings").await.link("/mappings/frameworks/"));
    let competency = crate::competencies::agreed(site, owner, "filled").await;
    pages.extend([
        format!("{competency}/rubric"),
        format!("{competency}/compare"),
        competency,
    ]);
    crate::webhooks::added(owner).await;
    let applied = crate::applications::applied(site, owner, true).await;
    pages.push(crate::applications::uncovered(site, owner, &applied).await);
    let neighbour = site.owner("hillside").await;
    crate::journey::define(&neighbour).await;
    pages.push(crate::endorsements::endorsed(site, owner, &neighbour).await);
    let (open, _) = crate::endorsements::asked(site, owner, "w@y.example").await;
    pages.push(open);
    let (_, token) = crate::endorsements::asked(site, &neighbour, "x@y.example").await;
    pages.push(format!("/endorsements/for/{token}"));
    let answers = applied.role.replace("/roles/", "/responsibilities/role/");
    let domain = [("domain", "riverside.example")];
    let institution = owner.get("/institution").await;
    let named = owner
        .submit(&institution, "/institution/domain", &domain)
        .await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    pages.extend([applied.role, applied.posting, applied.application, answers]);
    crate::staff_page::opened(owner).await;
    pages.extend(keys(site, tenant).await);
    given_up(&site.test.world, tenant).await;
    pages.push("/deliveries?state=failed".to_owned());
    for page in DESK {
        if page.0 == Method::GET && !page.1.contains(['{', '.']) {
            pages.push(page.1.to_owned());
        }
    }
    pages
}

/// A mail that was given up.
async fn given_up(world: &World, tenant: &TenantId) {
    let sent = DeliveryFilter {
        state: Some(DeliveryState::Sent),
        ..DeliveryFilter::default()
    };
    let sent = deliveries(world, tenant, &sent, None, 1).await.unwrap();
    let row = &sent.rows[0];
    let dead = &DeliveryRow {
        state: DeliveryState::Dead,
        ..row.clone()
    };
    let written = world
        .store
        .write(|mut tx| async move { tx.record_delivery(row.attempts, dead.clone()).await });
    written.await.unwrap();
}

/// A key in each state that has something to offer: one that was given up and signed, one that signs, one that is announced.
async fn keys(site: &Site, tenant: &TenantId) -> Vec<String> {
    let world = &site.test.world;
    let rotation = Rotation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        reason: "Once a year.".into(),
        at_once: true,
    };
    let signs = rotate(world, &rotation).await.unwrap().key.id;
    let given_up = Compromise {
        act: KeyAct {
            tenant: tenant.clone(),
            actor: "setup".into(),
            key: "riverside-1".into(),
            reason: "Lost.".into(),
        },
        since: world.clock.now(),
        rehearse: false,
    };
    compromise(world, &given_up).await.unwrap();
    let announced = make(world, tenant, "setup", "A spare.").await.unwrap().id;
    let page = |key: &str| format!("/signing-keys/{key}");
    vec![
        page("riverside-1"),
        page(&signs),
        page(&announced),
        format!("{}/compromise", page(&signs)),
        format!("{}/destroy", page(&announced)),
    ]
}

/// The first link to a thing of that kind, and not to the page for a new one.
fn second_link(page: &Answer, start: &str) -> String {
    let text = page.text();
    let links = text.split("href=\"").skip(1);
    let mut links = links.map(|rest| rest.split_once('"').unwrap().0);
    let found = links.find(|href| href.starts_with(start) && !href.ends_with("/new"));
    found.unwrap().to_owned()
}

/// The rows of the table to which the links and forms of a page lead.
fn offers(page: &Answer) -> Vec<Row> {
    let text = page.text();
    let mut found = Vec::new();
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let attribute = |name: &str| {
            let rest = rest.split_once(&format!("{name}=\""))?.1;
            Some(rest.split('"').next().unwrap())
        };
        let (method, target) = match name {
            "img" => (Method::GET, attribute("src")),
            "a" => (Method::GET, attribute("href")),
            "form" if attribute("method") == Some("post") => (Method::POST, attribute("action")),
            "form" => (Method::GET, attribute("action")),
            _ => continue,
        };
        let target = target.unwrap_or_default();
        let path = target.split(['?', '#']).next().unwrap();
        match row(&method, path) {
            Some(row) => found.push(row),
            None => assert_eq!(method, Method::GET, "no row for {path}"),
        }
    }
    found
}

/// The row that fits an address, the most literal first.
fn row(method: &Method, path: &str) -> Option<Row> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |row: &&Row| {
        let known: Vec<&str> = row.1.split('/').collect();
        let same = |(known, part): (&&str, &&str)| known == part || known.starts_with('{');
        row.0 == *method && known.len() == parts.len() && known.iter().zip(&parts).all(same)
    };
    let fitting = DESK.iter().filter(fits);
    fitting
        .min_by_key(|row| row.1.matches('{').count())
        .cloned()
}

fn named((method, path, _): Row) -> String {
    format!("{method} {path}")
}
