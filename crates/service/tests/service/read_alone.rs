//! What an installation read for a role is read again from the credential, the role and the released file.

use touchstone_crosswalk::{role::ReleasedSet, sssom::MappingSet};
use touchstone_service::{
    crosswalk::{
        RoleOrder, TaskOrder, Verdict, read_alone, read_for_role, release, role, write_role,
    },
    issuing::define,
    operations::work_until_idle,
    verifying::{self, Reach, Which, check},
};
use touchstone_testkit::world;
use touchstone_vc::Credential;

use crate::crosswalk::{TASK, agreed, releasing};
use crate::support::{MEASURING, all, confirmed, order};

#[tokio::test]
async fn a_reading_is_made_again_from_what_it_pins_and_nothing_else() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    let list = "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
        Amara Okafor,amara@example.org,R26-1,3,24 of 24,https://riverside.example/evidence/r26-1.pdf,Marek Nowak,2026-11-12,en\n";
    confirmed(&world, &tenant, MEASURING, list).await;
    work_until_idle(&world).await.unwrap();
    let written = RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            id: TASK.into(),
            label: "Measures parts".into(),
            must: true,
            level: Some(2),
            ..TaskOrder::default()
        }],
        public: false,
    };
    let id = write_role(&world, &written).await.unwrap();
    let role = role(&world, &tenant, &id).await.unwrap().unwrap();
    let file = all(&world, &tenant).await.remove(0).bytes;
    let before = read_for_role(&world, &role, std::slice::from_ref(&file), Reach::Own, None).await;
    let before = before.unwrap();
    assert_eq!(before.tasks[0].verdict, Verdict::Met);

    let which = Which::Mappings {
        set: "machining",
        number: 1,
        statement: false,
    };
    let released = verifying::document(&world, "riverside", which).await;
    let released = MappingSet::read_tsv(&released.unwrap().unwrap().bytes).unwrap();
    let released = ReleasedSet::new(released.set, Vec::new()).unwrap();
    let checked = check(&world, &file, Some(before.at), Reach::Own).await;
    let checked = [(
        Credential::parse(&file).unwrap(),
        checked.unwrap().report.verdict(),
    )];
    // Who released a set, and who endorsed it, is not in its file.
    let released = released.released_by(Some("Riverside Polytechnic".into()));
    let again = read_alone(&role.role, &checked, &[released], before.at);
    assert_eq!(again, before);
}
