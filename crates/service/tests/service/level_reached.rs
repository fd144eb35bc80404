//! A level is a place on what is signed: nobody who holds a credential moves it.

use touchstone_service::{
    crosswalk::{RoleOrder, TaskOrder, Verdict, read_for_role, release, role, write_role},
    issuing::define,
    operations::work_until_idle,
    verifying::Reach,
};
use touchstone_testkit::world;

use crate::crosswalk::{TASK, agreed, releasing};
use crate::support::{MEASURING, all, confirmed, order};

const LIST: &str = "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
    Amara Okafor,amara@example.org,R26-1,2,18 of 24,https://riverside.example/evidence/r26-1.pdf,Marek Nowak,2026-11-12,en\n";

#[tokio::test]
async fn t70_a_level_that_its_holder_wrote_twice_is_no_higher() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    confirmed(&world, &tenant, MEASURING, LIST).await;
    work_until_idle(&world).await.unwrap();
    let asking = RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            id: TASK.into(),
            label: "Measures parts".into(),
            must: true,
            level: Some(3),
            ..TaskOrder::default()
        }],
        public: false,
    };
    let id = write_role(&world, &asking).await.unwrap();
    let role = role(&world, &tenant, &id).await.unwrap().unwrap();
    let sealed = all(&world, &tenant).await.remove(0).bytes;
    let with_copies = |copies: usize| {
        let mut credential: serde_json::Value = serde_json::from_slice(&sealed).unwrap();
        let path = "/credentialSubject/achievement/resultDescription/0/rubricCriterionLevel";
        let levels = credential.pointer_mut(path).unwrap();
        let levels = levels.as_array_mut().unwrap();
        let lowest = levels.iter().find(|level| level["level"] == "1");
        let lowest = lowest.unwrap().clone();
        levels.extend(std::iter::repeat_n(lowest, copies));
        levels.reverse();
        credential.to_string().into_bytes()
    };
    for copies in 0..3 {
        let files = [with_copies(copies)];
        let read = read_for_role(&world, &role, &files, Reach::Own, None);
        let read = read.await.unwrap();
        assert_eq!(
            read.shown[0].verdict,
            touchstone_vc::Verdict::Pass,
            "the signature holds"
        );
        let answer = &read.tasks[0];
        assert_eq!(answer.verdict, Verdict::MetAtLowerLevel, "{copies} copies");
        let position = answer.shown_by[0].position.as_ref().unwrap();
        assert_eq!((position.place, position.of), (2, 4), "{copies} copies");
    }
}
