//! What organizations reviewed of an achievement speaks for its issuer's credentials, and for nobody else's.

use touchstone_service::{
    World,
    crosswalk::{
        KeptRole, RoleOrder, TaskOrder, Verdict, ask_wallet, propose, read_for_role, release, role,
        write_role,
    },
    issuing::{Definition, DefinitionOrder, define, found},
    operations::work_until_idle,
    verifying::Reach,
};
use touchstone_store::TenantId;
use touchstone_testkit::world;

use crate::crosswalk::{SUBJECT, TASK, agreed, cast, proposal, releasing};
use crate::support::{MEASURING, all, confirmed, founding, order};

const LIST: &str = "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
    Amara Okafor,amara@example.org,R26-1,3,24 of 24,https://riverside.example/evidence/r26-1.pdf,Marek Nowak,2026-11-12,en\n";

/// A skill that was reviewed as the same as the achievement: whoever names it does not become it.
const SKILL: &str = "http://data.europa.eu/esco/skill/0b0b";

async fn asking(world: &World, tenant: &TenantId, task: &str) -> KeptRole {
    let order = RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            id: task.into(),
            label: "Measures parts".into(),
            must: true,
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    let id = write_role(world, &order).await.unwrap();
    role(world, tenant, &id).await.unwrap().unwrap()
}

/// The example achievement, which says besides that it is like another's.
fn like(achievements: &[&str]) -> Definition {
    let mut json: serde_json::Value = serde_json::from_str(MEASURING).unwrap();
    let links = achievements.iter().map(|address| {
        serde_json::json!({"targetName": "Precision measurement", "targetUrl": address, "targetType": "ext:Task"})
    });
    json["alignment"] = links.collect();
    Definition::from_json(json.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn t69_an_address_of_anothers_achievement_borrows_nothing_that_was_reviewed_of_it() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let same = proposal(&tenant, &set, SKILL);
    let same = propose(&world, &same).await.unwrap();
    cast(&world, &tenant, "ben", (&set, &same), 1, 100)
        .await
        .unwrap();
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    confirmed(&world, &tenant, MEASURING, LIST).await;
    let borrower = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let version = format!("{SUBJECT}/1");
    let borrowing = DefinitionOrder {
        tenant: borrower.clone(),
        actor: "mallory".into(),
        definition: like(&[SUBJECT, &version, SKILL]),
        seen: None,
    };
    define(&world, &borrowing).await.unwrap();
    confirmed(&world, &borrower, MEASURING, LIST).await;
    work_until_idle(&world).await.unwrap();

    let role = asking(&world, &tenant, TASK).await;
    for (whose, verdict) in [(&tenant, Verdict::Met), (&borrower, Verdict::NotShown)] {
        let file = all(&world, whose).await.remove(0).bytes;
        let read = read_for_role(&world, &role, &[file], Reach::Own, None).await;
        let read = read.unwrap();
        assert_eq!(read.shown[0].verdict, touchstone_vc::Verdict::Pass);
        assert_eq!(read.tasks[0].verdict, verdict, "{:?}", read.tasks);
    }
    // Where the achievement is the task itself, the skill leads to it, and its address alone does not.
    let alone = found(&world, &founding("hillside")).await.unwrap().tenant;
    let borrowing = DefinitionOrder {
        tenant: alone.clone(),
        definition: like(&[SUBJECT, &version]),
        ..borrowing
    };
    define(&world, &borrowing).await.unwrap();
    confirmed(&world, &alone, MEASURING, LIST).await;
    work_until_idle(&world).await.unwrap();
    let named = asking(&world, &tenant, SUBJECT).await;
    for (whose, verdict) in [(&borrower, Verdict::Met), (&alone, Verdict::NotShown)] {
        let file = all(&world, whose).await.remove(0).bytes;
        let read = read_for_role(&world, &named, &[file], Reach::Own, None).await;
        assert_eq!(read.unwrap().tasks[0].verdict, verdict);
    }
    // A wallet is asked for no such credential either.
    let asked = ask_wallet(&world, &asking(&world, &borrower, TASK).await).await;
    assert_eq!(asked.unwrap().uncovered, [0]);
    let asked = ask_wallet(&world, &role).await.unwrap();
    let asked = asked.query["credentials"][0]["claims"][0]["values"].clone();
    assert_eq!(asked.as_array().map(Vec::len), Some(1), "{asked}");
}
