//! What an installation read for a role is read again from the credential, the role and the released file.

use touchstone_crosswalk::{role::ReleasedSet, sssom::MappingSet};
use touchstone_service::{
    crosswalk::{Verdict, read_alone, read_for_role},
    verifying::{self, Reach, Which, check},
};
use touchstone_testkit::world;
use touchstone_vc::Credential;

use crate::machinist::{Machinist, machinist};

#[tokio::test]
async fn a_reading_is_made_again_from_what_it_pins_and_nothing_else() {
    let world = world().await;
    let Machinist { role, file, .. } = machinist(&world, 3, Some(2)).await;
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
